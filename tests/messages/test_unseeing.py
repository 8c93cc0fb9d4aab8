"""Muting, blocking and hiding: what is kept of it, and what nobody learns from it."""

from __future__ import annotations

import pytest

from holdfast.kit.errors import NotFound, SignedOut
from holdfast.messages.actions import (
    block_member,
    erase_with_words,
    hide_message,
    show_message,
    unblock,
)
from holdfast.messages.actions.unseeing import NotMyself, StaffStay
from holdfast.messages.queries.blocks import Block, blocks_of, kept_unseen
from holdfast.messages.queries.unseen import Unseen, unseen_at_a_glance, unseen_by
from holdfast.messages.tables import BlockKind
from holdfast.rights.rules import Role, Staff
from holdfast.rooms.actions import rename_seat, sit_with, take_seat
from holdfast.rooms.tables import SeatRow
from town import EVENING, NIGHT, Person, Town, appoint

BLOCK, MUTE = BlockKind.BLOCK, BlockKind.MUTE


async def unsee(
    town: Town, who: Person, whom: Person, kind: BlockKind = BLOCK, slug: str = NIGHT
) -> Block:
    """Somebody mutes or blocks somebody in a room where both sit."""
    handle = (await town.seat(whom, slug)).author.seat
    async with town.house.workshop.work() as work:
        return await block_member(work, who.actor, slug=slug, handle=handle, kind=kind)


async def sight(town: Town, who: Person, slug: str = NIGHT) -> Unseen:
    """What somebody does not see in a room; it is the same at a glance as in a reading."""
    room_id = (await town.seat(town.ash, slug)).room_id
    glanced = await unseen_at_a_glance(town.house.workshop.glances, who.actor, room_id)
    async with town.house.workshop.reading() as work:
        read = await unseen_by(work, who.actor, room_id)
    assert glanced == read
    return read


async def both_in_the_evening(town: Town) -> None:
    async with town.house.workshop.work() as work:
        for person in (town.ash, town.birch):
            await take_seat(work, person.actor, slug=EVENING)


async def test_a_mute_is_mine_alone_and_a_block_is_both_ways(town: Town) -> None:
    ash, birch = (await town.seat(town.ash)).id, (await town.seat(town.birch)).id
    assert not await sight(town, town.ash)
    block = await unsee(town, town.ash, town.birch, MUTE)
    assert (await sight(town, town.ash)).seats == {birch}
    assert not await sight(town, town.birch)
    again = await unsee(town, town.ash, town.birch, BLOCK)
    assert again.id == block.id
    assert again.kind is BLOCK
    assert (await sight(town, town.birch)).seats == {ash}


async def test_a_block_follows_the_person_into_every_room_and_names_only_the_first(
    town: Town,
) -> None:
    await both_in_the_evening(town)
    elsewhere = await town.seat(town.birch, EVENING)
    block = await unsee(town, town.ash, town.birch)
    assert (await sight(town, town.ash, EVENING)).seats == {elsewhere.id}
    here = await town.seat(town.birch)
    assert (block.slug, block.pseudonym) == (NIGHT, here.author.pseudonym)
    async with town.house.workshop.work() as work:
        await rename_seat(work, here, rolled=())
    async with town.house.workshop.reading() as work:
        kept = await blocks_of(work, town.ash.member.id)
        assert [one.pseudonym for one in kept] == [here.author.pseudonym]
        assert await blocks_of(work, town.birch.member.id) == []


async def test_blocking_the_same_person_under_another_name_answers_as_for_anybody(
    town: Town,
) -> None:
    await both_in_the_evening(town)
    first = await unsee(town, town.ash, town.birch)
    second = await unsee(town, town.ash, town.birch, MUTE, EVENING)
    assert first.id != second.id
    assert second.pseudonym == (await town.seat(town.birch, EVENING)).author.pseudonym


async def test_undoing_it_shows_them_again(town: Town) -> None:
    block = await unsee(town, town.ash, town.birch)
    async with town.house.workshop.work() as work:
        with pytest.raises(NotFound):
            await unblock(work, town.birch.actor, block_id=block.handle)
        for nonsense in ("", "00", "zz" * 16, block.handle.upper() + "0"):
            with pytest.raises(NotFound):
                await unblock(work, town.ash.actor, block_id=nonsense)
    assert await sight(town, town.birch)
    async with town.house.workshop.work() as work:
        await unblock(work, town.ash.actor, block_id=block.handle)
    assert not await sight(town, town.ash)
    assert not await sight(town, town.birch)


async def test_nobody_blocks_staff_or_themselves_or_anyone_from_outside(town: Town) -> None:
    handle = (await town.seat(town.birch)).author.seat
    async with town.house.workshop.work() as work:
        with pytest.raises(NotFound):
            await block_member(work, town.cedar.actor, slug=NIGHT, handle=handle, kind=BLOCK)
        with pytest.raises(NotFound):
            await block_member(work, town.ash.actor, slug=NIGHT, handle="nobody", kind=BLOCK)
        with pytest.raises(SignedOut):
            await block_member(work, town.elm.actor, slug=NIGHT, handle=handle, kind=BLOCK)
        mine = (await town.seat(town.ash)).author.seat
        with pytest.raises(NotMyself):
            await block_member(work, town.ash.actor, slug=NIGHT, handle=mine, kind=BLOCK)
        moderator = await appoint(work, Role.MODERATOR, name="Dahlia")
        assert isinstance(moderator.actor, Staff)
        room_id = (await town.seat(town.ash)).room_id
        staff = await work.db.get_one(
            SeatRow, await sit_with(work, moderator.actor, room_id=room_id)
        )
        with pytest.raises(StaffStay):
            await block_member(work, town.ash.actor, slug=NIGHT, handle=staff.handle, kind=BLOCK)
    await unsee(town, town.ash, town.birch)


async def test_a_message_is_hidden_once_and_shown_again(town: Town) -> None:
    said = await town.say(town.birch, "Something I would rather not see.")
    own = await town.say(town.ash, "Mine.")
    assert said.seq
    assert own.seq
    async with town.house.workshop.work() as work:
        for _ in range(2):
            await hide_message(work, town.ash.actor, slug=NIGHT, seq=said.seq)
        with pytest.raises(NotMyself):
            await hide_message(work, town.ash.actor, slug=NIGHT, seq=own.seq)
        with pytest.raises(NotFound):
            await hide_message(work, town.ash.actor, slug=NIGHT, seq=own.seq + 1)
        with pytest.raises(NotFound):
            await hide_message(work, town.cedar.actor, slug=NIGHT, seq=said.seq)
    assert (await sight(town, town.ash)).seqs == {said.seq}
    assert not await sight(town, town.birch)
    async with town.house.workshop.work() as work:
        for _ in range(2):
            await show_message(work, town.ash.actor, slug=NIGHT, seq=said.seq)
    assert not await sight(town, town.ash)


@pytest.mark.full
async def test_whoever_is_erased_takes_blocks_of_both_sides_along(town: Town) -> None:
    await unsee(town, town.ash, town.birch)
    said = await town.say(town.birch, "Something.")
    async with town.house.workshop.work() as work:
        await hide_message(work, town.ash.actor, slug=NIGHT, seq=said.seq or 0)
        kept = await kept_unseen(work, town.ash.member.id)
    assert [len(kept["blocks"]), len(kept["hides"])] == [1, 1]
    await erase_with_words(town.house.ledger, town.birch.member)
    async with town.house.workshop.reading() as work:
        assert (await kept_unseen(work, town.ash.member.id))["blocks"] == []
