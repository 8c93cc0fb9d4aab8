"""A PIN that does not fit is said where it was typed, and the right one leads to a page."""

from __future__ import annotations

import httpx
import pytest

from holdfast.members.rules.staying import PIN_TRIES
from members.walking import send, visit
from town import Town, on_sqlite

HERE, PIN = "/me/private", "2468"


async def with_a_pin(client: httpx.AsyncClient, town: Town) -> None:
    """Ash is in, in this browser, behind a PIN."""
    await client.post("/sign-in", data={"phrase": town.ash.phrase})
    assert (await client.post(f"{HERE}/pin", data={"pin": PIN, "again": PIN})).is_redirect


@on_sqlite
async def test_after_the_fifth_wrong_pin_the_next_page_says_why(
    client: httpx.AsyncClient, town: Town
) -> None:
    await with_a_pin(client, town)
    why = "The PIN was wrong five times."
    assert why not in (await visit(client, "/sign-in")).said
    page = await visit(client, HERE)
    for _ in range(PIN_TRIES):
        page = await send(client, page, f"{HERE}/pin/drop", drop_pin="1111")
    assert page.headings == ["Come back with your seven words"]
    assert why in page.said
    again = await send(client, page, "/sign-in", phrase="no such words")
    assert why not in again.said


@on_sqlite
async def test_a_wrong_pin_is_said_by_its_field_with_the_tries_that_are_left(
    client: httpx.AsyncClient, town: Town
) -> None:
    await with_a_pin(client, town)
    page = await send(client, await visit(client, HERE), f"{HERE}/pin/drop", drop_pin="1111")
    assert page.focused == "drop-pin"
    assert f"That isn’t the PIN of this device. {PIN_TRIES - 1} tries left." in page.said


@on_sqlite
@pytest.mark.parametrize(
    ("back", "leads"),
    [
        ("/me/private?saved=pin", "/me/private?saved=pin"),
        ("/me/private/pin/drop", "/rooms"),  # only takes forms
        ("/unlock?back=%2Fme", "/rooms"),
        ("/no-such-page", "/rooms"),
    ],
)
async def test_the_pin_opens_a_page_that_can_be_read(
    client: httpx.AsyncClient, town: Town, back: str, leads: str
) -> None:
    await with_a_pin(client, town)
    await client.post("/lock")
    opened = await client.post("/unlock", data={"pin": PIN, "back": back})
    assert opened.headers["location"] == leads
    assert (await client.get(leads)).status_code == 200
