"""A night that is cut off: what it left is taken up, and what went stays known as erased."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from holdfast.erasing.marks import Marker
from holdfast.erasing.tables import ErasureRow
from holdfast.messages.actions.retention import forget_some
from holdfast.messages.queries.retention import NOTHING_KEPT, old_rows
from holdfast.messages.rules.retention import kept_since
from holdfast.messages.tables import ForgettingRow
from holdfast.rights.rules import System
from holdfast.sealing.seam import day_of
from messages.test_retention import keep_for, night, said_in
from town import NIGHT, StillClock, Town, on_sqlite


async def cut_off(town: Town, clock: StillClock) -> None:
    """The first step of a night three days on, after which it is cut off."""
    clock.pass_time(days=3)
    keyring = town.house.ledger.keyring
    (one,) = await night(town)._nights(kept_since(clock.now(), 0))
    async with town.house.workshop.work() as work:
        one.rows = await old_rows(work, one.room_id, one.before)
        assert await forget_some(work, System(), night=one, keyring=keyring, kept=NOTHING_KEPT)


@pytest.mark.full
@on_sqlite
async def test_the_same_night_erases_once_and_what_a_stop_cut_off_is_taken_up(
    town: Town, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("holdfast.messages.actions.retention.AT_ONCE", 2)
    await keep_for(town, clock, 1)
    for number in range(5):
        await town.say(town.ash, f"Message {number}")
    await cut_off(town, clock)
    again = night(town)
    assert await again.look() == 3
    assert await again.look() == 0
    async with town.house.workshop.reading() as work:
        (told,) = (await work.db.scalars(select(ForgettingRow))).all()
    assert told.messages == 5


@pytest.mark.full
async def test_a_night_cut_off_after_its_last_words_leaves_its_tombstones_and_then_no_key(
    town: Town, clock: StillClock
) -> None:
    seat = await town.seat(town.ash)
    await keep_for(town, clock, 1)
    await town.say(town.ash, "For a day")
    day = day_of(clock.now())
    await cut_off(town, clock)
    await town.house.erasing.look(now=True)
    mark = Marker(town.house.root).night(seat.room_id, NIGHT, day)
    assert mark in await town.house.erasing.parts.tombstones.known()
    store = town.house.ledger.keyring.store
    assert len(await store.of_seats([seat.id])) == 1
    assert await night(town).look() == 0
    assert await store.of_seats([seat.id]) == []
    async with town.house.workshop.reading() as work:
        (told,) = (await work.db.scalars(select(ForgettingRow))).all()
    assert (told.messages, told.ended_at is not None) == (1, True)


@pytest.mark.full
@on_sqlite
async def test_a_night_cut_off_takes_nothing_more_once_words_are_to_be_kept_for_longer(
    town: Town, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("holdfast.messages.actions.retention.AT_ONCE", 1)
    await keep_for(town, clock, 1)
    for number in range(2):
        await town.say(town.ash, f"Message {number}")
    await cut_off(town, clock)
    await keep_for(town, clock, 30)
    clock.pass_time(days=1)
    assert await night(town).look() == 0
    assert await said_in(town) == [("", "time"), ("Message 1", None)]


@pytest.mark.full
@on_sqlite
async def test_the_erasures_of_one_night_count_what_went_step_by_step(
    town: Town, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("holdfast.messages.actions.retention.AT_ONCE", 2)
    await keep_for(town, clock, 1)
    for said in (3, 2):
        for number in range(said):
            await town.say(town.ash, f"Message {number}")
        clock.pass_time(days=1)
    clock.pass_time(days=2)
    assert await night(town).look() == 5
    async with town.house.workshop.reading() as work:
        rows = (await work.db.scalars(select(ErasureRow).order_by(ErasureRow.id))).all()
    assert [row.counts for row in rows] == ['{"messages":2}', '{"messages":3}']
