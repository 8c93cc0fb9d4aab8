"""Seats: a place in a room under a name of its own; taken, left, and taken up again."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select

from holdfast.kit.errors import NotFound, NotPermitted
from holdfast.members.rules.names import REROLLS
from holdfast.messages.queries import messages_before
from holdfast.rooms.access import Seat, seat_in
from holdfast.rooms.actions import (
    forget_seats,
    keep_name,
    leave_seat,
    mark_read,
    rename_seat,
    take_seat,
)
from holdfast.rooms.queries import read_mark
from holdfast.rooms.tables import SeatRow
from town import EVENING, NIGHT, Person, Town, mostly_on_sqlite, newcomers


async def sit(town: Town, person: Person, slug: str) -> SeatRow:
    async with town.house.workshop.work() as work:
        return await take_seat(work, person.actor, slug=slug)


async def leave(town: Town, person: Person, slug: str = NIGHT) -> None:
    async with town.house.workshop.work() as work:
        await leave_seat(work, person.actor, slug=slug)


async def test_taking_a_seat_twice_is_taking_it_once(town: Town) -> None:
    first, second = [await sit(town, town.stranger, NIGHT) for _ in range(2)]
    assert (first.id, first.handle, first.pseudonym) == (second.id, second.handle, second.pseudonym)


async def test_taken_from_two_windows_at_once_it_is_still_one_seat(town: Town) -> None:
    seats = await asyncio.gather(*(sit(town, town.stranger, NIGHT) for _ in range(6)))
    assert len({seat.id for seat in seats}) == 1


@pytest.mark.full
async def test_many_sit_down_at_once_and_no_two_share_a_name(town: Town) -> None:
    people = await newcomers(town.house, 12)
    seats = await asyncio.gather(*(sit(town, person, NIGHT) for person in people))
    assert len({seat.pseudonym for seat in seats}) == 12


@mostly_on_sqlite
async def test_in_each_room_one_is_someone_else(town: Town) -> None:
    here, there = await town.seat(town.ash), await sit(town, town.ash, EVENING)
    assert here.author.seat != there.handle
    assert here.author.pseudonym != there.pseudonym
    assert here.author.avatar != there.avatar


@mostly_on_sqlite
async def test_a_name_one_keeps_goes_along_into_the_next_room(town: Town) -> None:
    here = await town.seat(town.ash)
    async with town.house.workshop.work() as work:
        await keep_name(work, town.ash.member, seat=here)
    there = await sit(town, town.ash, EVENING)
    assert (there.pseudonym, there.avatar) == (here.author.pseudonym, here.author.avatar)
    assert there.handle != here.author.seat


async def test_a_kept_name_that_somebody_has_there_already_is_not_taken_from_them(
    town: Town,
) -> None:
    async with town.house.workshop.work() as work:
        theirs = await work.db.get_one(SeatRow, (await town.seat(town.cedar, EVENING)).id)
        theirs.pseudonym = (await town.seat(town.ash)).author.pseudonym
        await keep_name(work, town.ash.member, seat=await town.seat(town.ash))
    assert (await sit(town, town.ash, EVENING)).pseudonym != theirs.pseudonym


async def test_a_seat_that_was_left_is_taken_up_again_as_it_was(town: Town) -> None:
    before = await town.seat(town.ash)
    await leave(town, town.ash)
    with pytest.raises(NotFound):
        await town.seat(town.ash)
    again = await sit(town, town.ash, NIGHT)
    assert (again.id, again.pseudonym) == (before.id, before.author.pseudonym)
    assert (await town.say(town.ash, "Back again")).seq == 1


async def test_leaving_takes_the_seat_out_of_every_hand(town: Town) -> None:
    seat = await town.seat(town.ash)
    other = await town.seat(town.birch)
    await leave(town, town.ash)
    assert (seat.held, other.held) == (False, True)


@mostly_on_sqlite
async def test_one_cannot_leave_a_room_one_is_not_in(town: Town) -> None:
    for person, slug in ((town.stranger, NIGHT), (town.ash, EVENING), (town.ash, "nowhere")):
        with pytest.raises(NotFound):
            await leave(town, person, slug)


@mostly_on_sqlite
async def test_staff_and_guests_take_no_seats(town: Town) -> None:
    with pytest.raises(NotPermitted):
        await sit(town, town.elm, NIGHT)
    with pytest.raises(NotFound):
        await sit(town, town.guest, NIGHT)


@mostly_on_sqlite
async def test_nobody_else_gets_a_seat_in_hand(town: Town) -> None:
    async with town.house.workshop.reading() as work:
        assert (await seat_in(work, town.ash.actor, NIGHT)).held
        for who in (town.stranger, town.cedar, town.elm, town.guest):
            with pytest.raises(NotFound):
                await seat_in(work, who.actor, NIGHT)
            with pytest.raises(NotFound):
                await town.seat(who)
        with pytest.raises(NotFound):
            await seat_in(work, town.ash.actor, "nowhere")


async def test_another_name_is_rolled_and_never_one_that_was_shown(town: Town) -> None:
    seat = await town.seat(town.ash)
    shown = [seat.author.pseudonym]
    for _ in range(REROLLS):
        async with town.house.workshop.work() as work:
            shown.append(await rename_seat(work, seat, rolled=tuple(shown)))
    assert len(set(shown)) == REROLLS + 1


@mostly_on_sqlite
async def test_after_a_rename_all_that_was_said_before_has_the_new_name(town: Town) -> None:
    await town.say(town.ash, "before")
    seat = await town.seat(town.ash)
    async with town.house.workshop.work() as work:
        name = await rename_seat(work, seat, rolled=())
    town.house.floor.forget_seat(seat.id)
    await town.say(town.ash, "after")
    async with town.house.workshop.reading() as work:
        said = await messages_before(work, town.reader(town.birch), seat.room_id, None, 5)
    assert [message.author.pseudonym for message in said] == [name, name]


async def test_seats_that_are_forgotten_belong_to_nobody(town: Town) -> None:
    name = (await town.seat(town.ash)).author.pseudonym
    async with town.house.workshop.work() as work:
        await forget_seats(work, town.ash.member)
    async with town.house.workshop.reading() as work:
        count = select(func.count()).select_from(SeatRow)
        assert (await work.db.execute(count.where(SeatRow.pseudonym == name))).scalar_one() == 0
        mine = count.where(SeatRow.member_id == town.ash.member.id)
        assert (await work.db.execute(mine)).scalar_one() == 0


# ---------------------------------------------------------------- read marks


async def mark(town: Town, seat: Seat, seq: int) -> int:
    async with town.house.workshop.work() as work:
        await mark_read(work, seat, seq=seq)
    async with town.house.workshop.reading() as work:
        return await read_mark(work, seat.id)


async def test_a_read_mark_moves_forward_and_never_back(town: Town) -> None:
    for text in ("one", "two", "three"):
        await town.say(town.ash, text)
    seat = await town.seat(town.birch)
    assert await mark(town, seat, 2) == 2
    assert await mark(town, seat, 1) == 2
    assert await mark(town, seat, 3) == 3


@mostly_on_sqlite
async def test_a_read_mark_does_not_pass_what_was_said(town: Town) -> None:
    await town.say(town.ash, "one")
    seat = await town.seat(town.birch)
    assert await mark(town, seat, 2) == 0
    assert await mark(town, seat, 2**53 - 1) == 0
    assert await mark(town, seat, 1) == 1


@mostly_on_sqlite
async def test_who_comes_into_a_room_has_read_what_was_said_before(town: Town) -> None:
    await town.say(town.ash, "one")
    await sit(town, town.stranger, NIGHT)
    async with town.house.workshop.reading() as work:
        assert await read_mark(work, (await town.seat(town.stranger)).id) == 1
