"""A message that stood at the top of its room is there again when its author thaws it."""

from __future__ import annotations

import pytest

from holdfast.messages.actions.hiding import hide_words, restore_words
from holdfast.rights.rules import System
from holdfast.rooms.rules.guiding import Guidance
from members.freezing import froze, thawed
from rooms.guided import ends, guide, pins
from rooms.sitting import on_shift
from town import Person, StillClock, Town, mostly_on_sqlite

QUESTION = "What helped you tonight?"


async def pinned(town: Town) -> int | None:
    return (await guide(town)).pinned


async def asked(town: Town, who: Person) -> int:
    """What somebody said, pinned."""
    said = await town.say(who, QUESTION)
    assert said.seq is not None
    await pins(town, await on_shift(town), said.seq)
    return said.seq


async def test_what_was_pinned_is_pinned_again_after_thawing(town: Town) -> None:
    seq = await asked(town, town.ash)
    assert await pinned(town) == seq
    await froze(town)
    assert await pinned(town) is None
    await thawed(town)
    assert await pinned(town) == seq


@pytest.mark.full
@mostly_on_sqlite
async def test_another_pin_that_was_there_meanwhile_is_not_displaced_even_once_it_ended(
    town: Town,
) -> None:
    await asked(town, town.ash)
    await froze(town)
    other = await asked(town, town.birch)
    await thawed(town)
    assert await pinned(town) == other
    await froze(town)
    await ends(town, await on_shift(town), Guidance.PINNED)
    await thawed(town)
    assert await pinned(town) is None


@pytest.mark.full
@mostly_on_sqlite
async def test_a_pin_that_ended_before_the_freeze_stays_ended(
    town: Town, clock: StillClock
) -> None:
    seq = await asked(town, town.ash)
    ledger, seat = town.house.ledger, await town.seat(town.birch)
    await hide_words(ledger, System(), room_id=seat.room_id, seq=seq)
    assert await pinned(town) is None
    await restore_words(ledger, System(), room_id=seat.room_id, seq=seq)
    clock.pass_time(minutes=1)
    await froze(town)
    await thawed(town)
    assert await pinned(town) is None
