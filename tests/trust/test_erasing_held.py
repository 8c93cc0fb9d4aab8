"""What is held keeps a key of its own, and that one goes, too: no key of anybody is left behind."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from holdfast.erasing.holds.rules import FIRST
from holdfast.erasing.holds.tables import HeldWordsRow
from holdfast.erasing.tables import ErasureRow
from holdfast.kit.ids import KeyId
from holdfast.members.tables import MemberRow
from holdfast.messages.actions import erase_with_words
from holdfast.messages.actions.fading import let_fade
from holdfast.messages.tables import MessageRow
from holdfast.rights.rules import System
from sealing.test_on_disk import bytes_below
from town import StillClock, Town
from trust.erased import erasing_of, keys_left, take_back, two_minutes_later, words_in
from trust.holding import Holding


async def held_keys(town: Town) -> list[KeyId]:
    async with town.house.workshop.reading() as work:
        return list(await work.db.scalars(select(HeldWordsRow.key_id)))


async def keys_of(town: Town, seat: int) -> list[KeyId]:
    found: list[KeyId] = await town.house.ledger.keyring.store.of_seats([seat])
    return found


async def first_message(town: Town) -> MessageRow:
    async with town.house.workshop.reading() as work:
        return (await work.db.scalars(select(MessageRow).order_by(MessageRow.row).limit(1))).one()


@pytest.mark.full
@pytest.mark.parametrize("everything", [False, True], ids=["a-message", "everything"])
async def test_held_words_have_a_key_of_their_own_that_goes_when_the_hold_ends(
    town: Town, clock: StillClock, everything: bool
) -> None:
    holding, began = Holding(town, clock), clock.now()
    await holding.begins()
    named = await first_message(town)
    await town.say(town.ash, "Tea helps")
    old = (await keys_left(town.house, named.key_id))[0]
    erasing_of(town.house)
    if everything:
        await erase_with_words(town.house.ledger, town.ash.member)
    else:
        await take_back(town, town.ash, named.seq or 0)
    await two_minutes_later(town, clock)
    assert await keys_left(town.house, old.id) == []
    (own,) = await held_keys(town)
    assert own != old.id
    held = (await keys_left(town.house, own))[0]
    clock.pass_time(days=8)
    assert await holding.looks() == 1
    await two_minutes_later(town, clock)
    assert await keys_left(town.house, own) == []
    assert held.wrapped not in bytes_below(town.house.settings.data)
    left = await keys_of(town, named.seat_id)
    assert len(left) == (0 if everything else 1)
    if not everything:
        assert ("Tea helps", None) in await words_in(town, town.birch)
    async with town.house.workshop.reading() as work:
        (row,) = await work.db.scalars(select(ErasureRow))
    assert row.done_at is not None
    assert (row.held, row.held_until) == (True, began + FIRST)


async def test_who_is_gone_and_whose_bare_account_is_held_is_not_erased_again_each_day(
    town: Town, clock: StillClock
) -> None:
    holding = Holding(town, clock)
    await holding.begins()
    erasing_of(town.house)
    await erase_with_words(town.house.ledger, town.ash.member)
    for _ in range(3):
        await let_fade(town.house.ledger, System())
        clock.pass_time(hours=25)
    async with town.house.workshop.reading() as work:
        assert await work.db.get(MemberRow, town.ash.member.id) is not None
        assert len((await work.db.scalars(select(ErasureRow))).all()) == 1
