"""T9: with an account one reads, and does not carry a place away."""

from __future__ import annotations

import httpx
import pytest

from holdfast.messages.actions.leafing import A_LEAF
from town import NIGHT, Person, StillClock, Town, on_sqlite

pytestmark = on_sqlite
A_DAY = 2_000
API = f"/api/v1/rooms/{NIGHT}/messages"


async def leaves_had(
    client: httpx.AsyncClient, who: Person, clock: StillClock, address: str
) -> int:
    """How many leaves somebody gets who tries again every ten minutes of a day."""
    had = 0
    for _ in range(24 * 6):
        while (answer := await client.get(address, headers=who.bearer)).status_code == 200:
            had += 1
        assert answer.status_code == 429
        clock.pass_time(minutes=10)
    return had


@pytest.mark.full
@pytest.mark.parametrize("limit", [50, 200])
async def test_t09_in_a_day_one_account_leafs_back_through_two_thousand_messages(
    client: httpx.AsyncClient, town: Town, clock: StillClock, limit: int
) -> None:
    leaves = await leaves_had(client, town.ash, clock, f"{API}?before=9000&limit={limit}")
    assert A_DAY / 2 < leaves * limit <= A_DAY


@pytest.mark.full
async def test_t09_pages_calls_and_both_directions_count_together(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    page = f"/rooms/{NIGHT}/history?before=9000"
    assert await leaves_had(client, town.ash, clock, page) * A_LEAF <= A_DAY
    for address in (page, f"{API}?before=9000"):
        answer = await client.get(address, headers=town.ash.bearer)
        assert answer.status_code in {200, 429}
    while (await client.get(page, headers=town.ash.bearer)).status_code == 200:
        pass
    assert (await client.get(f"{API}?before=1", headers=town.ash.bearer)).status_code == 429
    assert (await client.get(page, headers=town.birch.bearer)).status_code == 200


@pytest.mark.full
async def test_t09_what_was_said_last_may_be_read_however_often(
    client: httpx.AsyncClient, town: Town
) -> None:
    await town.say(town.birch, "I am here")
    for _ in range(60):
        assert (await client.get(API, headers=town.ash.bearer)).status_code == 200
        assert (await client.get(f"/rooms/{NIGHT}", headers=town.ash.bearer)).status_code == 200


async def test_t09_without_an_account_there_is_no_room_to_read(
    client: httpx.AsyncClient, town: Town
) -> None:
    for address in (
        API,
        f"/rooms/{NIGHT}",
        f"/rooms/{NIGHT}/history",
        f"/rooms/{NIGHT}/search?q=a",
    ):
        answer = await client.get(address)
        assert answer.status_code in {303, 401}, address
