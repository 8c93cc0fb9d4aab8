"""Words that move while somebody looks which keys are still needed keep their key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import update

from holdfast.app import sweeping
from holdfast.app.sweeping import Sweep
from holdfast.kit.work import Work
from holdfast.messages.actions.hiding import hide_words, restore_words
from holdfast.messages.queries.retention import NOTHING_KEPT, old_keys
from holdfast.messages.tables import MessageRow
from holdfast.rights.rules import System
from holdfast.sealing.keystore import KeptKey
from holdfast.sealing.seam import Keyring
from town import StillClock, Town, on_postgresql
from trust.erased import as_it_lies, keys_left

pytestmark = on_postgresql  # on SQLite every reading is of one moment
Restore = Callable[[], Awaitable[None]]


class Looking:
    """A work in which something happens right before one of its statements."""

    def __init__(self, work: Work, when: Callable[[str], bool], restore: Restore) -> None:
        self._work, self._when, self._restore = work, when, restore
        self.db = self

    async def scalars(self, query: Any) -> Any:
        if self._when(str(query)):
            await self._restore()
        return await self._work.db.scalars(query)


async def hidden(town: Town, clock: StillClock) -> tuple[KeptKey, Restore]:
    """Words that a moderator hid some days ago: their key, and how they are given back, once."""
    said = await town.say(town.ash, "hidden and given back")
    assert said.seq is not None
    lies, seat = await as_it_lies(town.house, said.seq), await town.seat(town.ash)
    await hide_words(town.house.ledger, System(), room_id=seat.room_id, seq=said.seq)
    clock.pass_time(days=3)
    given = list[bool]()

    async def restore() -> None:
        if not given and said.seq is not None:
            given.append(True)
            await restore_words(town.house.ledger, System(), room_id=seat.room_id, seq=said.seq)

    return lies.key, restore


async def test_words_that_are_given_back_while_the_keys_are_swept_still_open(
    town: Town, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = town.house
    key, restore = await hidden(town, clock)
    looked, in_use = list[str](), sweeping.in_use

    def second(query: str) -> bool:
        looked.append(query)
        return len(looked) == 2

    async def slowly(work: Work, keys: Any) -> Any:
        used = await in_use(Looking(work, second, restore), keys)  # type: ignore[arg-type]
        await restore()  # at the latest now
        return used

    monkeypatch.setattr(sweeping, "in_use", slowly)
    await Sweep(house.workshop, house.ledger.keyring).look()
    assert "hidden_words" in "".join(looked)
    assert await keys_left(house, key.id) == [key]


async def test_what_came_to_a_key_until_it_was_retired_is_seen_before_it_goes(
    town: Town, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, retire = town.house, Keyring.retire
    said = await town.say(town.ash, "slow to arrive")
    assert said.seq is not None
    lies = await as_it_lies(house, said.seq)
    async with house.workshop.work() as work:
        here = update(MessageRow).where(MessageRow.seq == said.seq)
        await work.db.execute(here.values(text=None))
    clock.pass_time(days=3)

    async def arriving(self: Keyring, work: Work, ids: Any) -> None:
        await work.db.execute(here.values(text=b"sealed"))
        await retire(self, work, ids)

    monkeypatch.setattr(Keyring, "retire", arriving)
    await Sweep(house.workshop, house.ledger.keyring).look()
    assert await keys_left(house, lies.key.id) == [lies.key]


async def test_words_that_are_given_back_in_the_night_of_a_room_still_open(
    town: Town, clock: StillClock
) -> None:
    house = town.house
    key, restore = await hidden(town, clock)
    seat = await town.seat(town.ash)

    def apart(query: str) -> bool:
        return "hidden_words" in query

    async with house.workshop.reading() as work:
        looking: Any = Looking(work, apart, restore)
        asked = house.ledger.keyring, seat.room_id, clock.now(), NOTHING_KEPT
        assert key.id not in await old_keys(looking, *asked)
