"""Somebody is there, and who asked has closed the page: a device may say that something is new."""

from __future__ import annotations

import httpx
import pytest

from holdfast.kit.house import House
from holdfast.listening.actions import end_session
from holdfast.notices.rules.telling import Kind, Shown
from holdfast.notices.tables import NoticeRow
from listening.talking import Stage
from notices.pushing import HERS, Pushing
from notices.telephones import PaperTelephone
from town import StillClock, on_sqlite

pytestmark = on_sqlite
OFFERED, TELLS = "Choose a device", "Your device tells you, too"


@pytest.fixture
async def pushing(talks: Stage, clock: StillClock) -> Pushing:
    """Devices may be told here, and nobody has chosen one."""
    pushing = Pushing(talks.town, clock)
    await pushing.turns(on=True)
    await talks.on_duty(talks.town.cedar, most=2)
    return pushing


@pytest.mark.full
async def test_who_chose_a_device_is_told_within_half_a_minute_and_nothing_of_what(
    talks: Stage, pushing: Pushing
) -> None:
    await pushing.adds(talks.town.ash, HERS)
    await pushing.happens(talks.town.ash)
    assert await pushing.heard(minutes=1) == [HERS]
    await talks.two(talks.town.ash, talks.town.cedar)
    assert await pushing.heard(seconds=10) == []
    assert await pushing.heard(seconds=15) == [HERS], "somebody waits: not ten minutes later"
    told = Shown("New notice", "Something new is waiting", is_pressing=True)
    assert pushing.paper.shown[-1] == told


@pytest.mark.full
async def test_who_sees_it_by_themselves_and_who_chose_no_device_are_not_told(
    client: httpx.AsyncClient, talks: Stage, pushing: Pushing
) -> None:
    await pushing.adds(talks.town.ash, HERS)
    slug = await talks.two(talks.town.ash, talks.town.cedar)
    found = await client.get(f"/listening/{slug}/found", headers=talks.town.ash.bearer)
    assert "Someone is here for you" in found.text
    assert await pushing.heard(minutes=1) == []
    (told,) = await talks.all(NoticeRow, kind=Kind.LISTENER)
    assert (told.member_id, told.slug) == (talks.town.ash.member.id, slug)
    assert told.seen_at is not None
    await talks.two(talks.town.birch, talks.town.cedar)
    assert await pushing.heard(minutes=1) == []
    listed = await client.get("/me/notices", headers=talks.town.birch.bearer)
    assert "Someone is there for you, who listens." in listed.text
    assert 'href="/listening/waiting"' in listed.text


async def test_a_talk_that_is_over_calls_nobody_any_more(talks: Stage, pushing: Pushing) -> None:
    await pushing.adds(talks.town.ash, HERS)
    slug = await talks.two(talks.town.ash, talks.town.cedar)
    assert await talks.all(NoticeRow, kind=Kind.LISTENER)
    async with talks.town.house.workshop.work() as work:
        await end_session(work, talks.town.cedar.member, slug=slug)
    assert await talks.all(NoticeRow, kind=Kind.LISTENER) == []
    assert await pushing.heard(minutes=1) == []


@pytest.mark.full
async def test_the_waiting_page_offers_it_where_devices_may_be_told(
    client: httpx.AsyncClient, house: House, talks: Stage, pushing: Pushing
) -> None:
    house.pager.telephone = PaperTelephone(push_key="key")
    ash = talks.town.ash
    await talks.ask(ash)
    offered = await client.get("/listening/waiting", headers=ash.bearer)
    assert OFFERED in offered.text
    await pushing.adds(ash, HERS)
    chosen = await client.get("/listening/waiting", headers=ash.bearer)
    assert TELLS in chosen.text
    assert OFFERED not in chosen.text
    await pushing.turns(on=False)
    off = await client.get("/listening/waiting", headers=ash.bearer)
    assert OFFERED not in off.text
