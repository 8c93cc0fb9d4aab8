"""Keys that were made and never used go after a day; those in use stay, however old."""

from __future__ import annotations

from sqlalchemy import select

from holdfast.app.sweeping import Sweep
from holdfast.kit.ids import KeyId
from holdfast.sealing.seam import day_of
from holdfast.sealing.tables import RetiredKeyRow
from town import StillClock, Town, mostly_on_sqlite


def sweep(town: Town) -> Sweep:
    return Sweep(town.house.workshop, town.house.ledger.keyring)


@mostly_on_sqlite
async def test_a_key_that_nothing_was_sealed_with_goes_after_a_whole_day(
    town: Town, clock: StillClock
) -> None:
    ring, birch = town.house.ledger.keyring, await town.seat(town.birch)
    await town.say(town.ash, "a word")
    await ring.fetch(birch.id, day_of(clock.now()))  # and then the power went
    (orphan,) = await ring.store.of_seats([birch.id])
    sweeping = sweep(town)
    assert await sweeping.look() == 0
    clock.pass_time(days=1)
    assert await sweeping.look() == 0
    clock.pass_time(days=1)
    assert await sweeping.look() == 1
    assert await sweeping.look() == 0, "once a day"
    assert ring.missing([orphan]) == {orphan}
    assert len(await ring.store.of_seats([(await town.seat(town.ash)).id])) == 1
    clock.pass_time(days=30)
    assert await sweeping.look() == 0


@mostly_on_sqlite
async def test_that_a_key_was_retired_is_known_until_it_is_gone_for_a_day(
    town: Town, clock: StillClock
) -> None:
    ring, ash = town.house.ledger.keyring, await town.seat(town.ash)
    await town.say(town.ash, "a word")
    (kept,) = await ring.store.of_seats([ash.id])
    async with town.house.workshop.work() as work:
        await ring.retire(work, [kept, KeyId(b"gone" * 4)])
    for days, known in ((0, 2), (2, 1)):
        clock.pass_time(days=days)
        await sweep(town).look()
        async with town.house.workshop.reading() as work:
            assert len(list(await work.db.scalars(select(RetiredKeyRow.id)))) == known
