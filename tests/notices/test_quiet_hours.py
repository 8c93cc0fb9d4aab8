"""Quiet hours, and the page on which a member chooses their devices."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.notices.rules.telling import as_written, minute_of, quiet_ends
from members.walking import visit
from notices.pushing import HERS, Pushing
from notices.telephones import Browser, PaperTelephone
from town import StillClock, Town, on_sqlite

# ---------------------------------------------------------------- quiet hours, by themselves

MINUTES = st.integers(0, 24 * 60 - 1)


@given(MINUTES, MINUTES, st.integers(0, 10**7))
def test_quiet_ends_when_it_says_and_not_before(since: int, until: int, passed: int) -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=passed)
    ends = quiet_ends(now, "UTC", since, until)
    minute = now.hour * 60 + now.minute
    within = (minute - since) % 1440 < (until - since) % 1440
    assert (ends is not None) == within
    if ends is not None:
        assert now < ends <= now + timedelta(days=1)
        assert ends.hour * 60 + ends.minute == until
        assert quiet_ends(ends, "UTC", since, until) is None


@pytest.mark.parametrize(
    ("written", "minute"),
    [("00:00", 0), ("7:05", 425), ("23:59", 1439), ("24:00", None), ("7", None), ("٧:٠٠", None)],
)
def test_times_are_read_as_forms_send_them(written: str, minute: int | None) -> None:
    assert minute_of(written) == minute
    if minute is not None:
        assert minute_of(as_written(minute)) == minute


# ---------------------------------------------------------------- the page


@pytest.mark.full
@on_sqlite
async def test_the_page_offers_it_only_where_it_is_on(
    town: Town, clock: StillClock, client: httpx.AsyncClient
) -> None:
    client.cookies.set("holdfast", town.ash.token)
    paper = PaperTelephone(push_key="our-key")
    town.house.pager.telephone = paper
    assert "our-key" not in (await visit(client, "/me/notices")).html
    await Pushing(town, clock).turns(on=True)
    page = await visit(client, "/me/notices")
    assert 'data-key="our-key"' in page.html


@on_sqlite
async def test_a_device_that_others_use_is_told_nothing_and_the_page_says_so(
    town: Town, clock: StillClock, client: httpx.AsyncClient
) -> None:
    client.cookies.set("holdfast", town.ash.token)
    town.house.pager.telephone = PaperTelephone(push_key="our-key")
    await Pushing(town, clock).turns(on=True)
    why = "Other people use this device, too. So it is not told."
    assert why not in (await visit(client, "/me/notices")).said
    await client.post("/me/private/shared", data={"shared": "yes"})
    page = await visit(client, "/me/notices")
    assert why in page.said
    assert "pager.js" not in page.html


@on_sqlite
async def test_only_addresses_of_services_that_are_allowed_here_are_taken(
    town: Town, clock: StillClock, client: httpx.AsyncClient
) -> None:
    client.cookies.set("holdfast", town.ash.token)
    pushing = Pushing(town, clock)
    await pushing.turns(on=True)
    object.__setattr__(town.house.settings, "pager_push", "push.example")
    for endpoint, taken in [
        ("https://evil.example/x", False),
        ("http://169.254.169.254/latest", False),
        (HERS, True),
    ]:
        given = Browser(endpoint).subscription.fields()
        answer = await client.post("/me/notices/devices", data=given)
        assert (answer.status_code == 303) is taken
        assert await pushing.has_device(town.ash) is taken


@on_sqlite
async def test_quiet_hours_are_kept_by_a_plain_form(
    town: Town, client: httpx.AsyncClient, clock: StillClock
) -> None:
    client.cookies.set("holdfast", town.ash.token)
    town.house.pager.telephone = PaperTelephone(push_key="our-key")
    await Pushing(town, clock).turns(on=True)
    kept = {"from": "22:00", "until": "07:00"}
    assert (await client.post("/me/notices/quiet", data=kept)).status_code == 303
    assert (await visit(client, "/me/notices")).form("/me/notices/quiet").fields == kept
    half = await client.post("/me/notices/quiet", data={"from": "22:00", "until": ""})
    assert half.status_code == 400
    assert "both times" in half.text
    assert (await visit(client, "/me/notices")).form("/me/notices/quiet").fields == kept
