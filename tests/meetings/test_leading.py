"""Meetings that go on: led by the host and by the clock, and forgotten afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from holdfast.kit.errors import NotFound
from holdfast.kit.work import Work
from holdfast.meetings.access import NotTheHost
from holdfast.meetings.actions import set_reminder
from holdfast.meetings.rules.rounds import Round
from holdfast.meetings.tables import MeetingRow, ReminderRow, TurnRow
from holdfast.messages.actions import erase_with_words
from holdfast.notices.rules.telling import Kind
from holdfast.rooms.actions import leave_seat
from holdfast.rooms.tables import RoomRow, RoomState
from meetings.meeting import (
    CIRCLE,
    a_circle,
    does,
    leads,
    lines,
    looks,
    now,
    planned,
    told,
    turn,
)
from rooms.guided import room_id
from rooms.sitting import on_shift
from town import NIGHT, StillClock, Town, mostly_on_sqlite, on_sqlite


async def kept(work: Work, table: type) -> int:
    return int(await work.db.scalar(select(func.count()).select_from(table)) or 0)


@pytest.mark.full
@mostly_on_sqlite
async def test_a_meeting_of_a_circle_goes_through_its_rounds_by_the_clock(
    town: Town, clock: StillClock
) -> None:
    room = await a_circle(town, town.birch, host=town.ash)
    row = await planned(town, town.ash, room, theme="nights")
    assert (await now(town, row)).round is Round.PLANNED
    clock.pass_time(hours=1)
    await looks(town)
    assert (await now(town, row)).round is Round.OPENING
    await town.say(town.ash, "Tired, and glad to be here.", CIRCLE)
    await town.say(town.birch, "So so.", CIRCLE)
    await looks(town)
    clock.pass_time(minutes=9)
    await does(town, town.birch, row, "join")  # a sign of life
    await does(town, town.ash, row, "join")
    await looks(town)
    assert (await now(town, row)).round is Round.GO_ROUND
    ash, birch = await town.seat(town.ash, CIRCLE), await town.seat(town.birch, CIRCLE)
    assert await turn(town, row) == ash.id
    await does(town, town.ash, row, "pass")
    assert await turn(town, row) == birch.id
    await does(town, town.birch, row, "done")
    assert (await now(town, row)).round is Round.OPEN_TALK
    clock.pass_time(minutes=42)
    await looks(town)
    assert (await now(town, row)).round is Round.CLOSING
    clock.pass_time(minutes=9)
    await looks(town)
    assert (await now(town, row)).round is Round.HAND_OUT
    clock.pass_time(minutes=10)
    await looks(town)
    assert (await now(town, row)).round is Round.OVER
    said = ["planned", "opening", "turn", "turn", "talk", "closing", "hand_out"]
    assert await lines(town, town.ash, room) == [f"meeting_{line}" for line in said]
    async with town.house.workshop.reading() as work:
        assert await kept(work, TurnRow) == 0  # who had a turn is nobody's to know afterwards


@pytest.mark.full
@mostly_on_sqlite
async def test_looking_again_changes_nothing_and_writes_nothing(
    town: Town, clock: StillClock
) -> None:
    room = await a_circle(town, town.birch, host=town.ash)
    row = await planned(town, town.ash, room)
    clock.pass_time(hours=1)
    await looks(town)
    before = (await now(town, row)).round_until
    for _ in range(3):
        await looks(town)
    assert (await now(town, row)).round_until == before
    assert (await lines(town, town.ash, room)).count("meeting_opening") == 1


@pytest.mark.full
@mostly_on_sqlite
async def test_the_host_goes_on_gives_time_and_ends_and_others_do_not(
    town: Town, clock: StillClock
) -> None:
    room = await a_circle(town, town.birch, host=town.ash)
    row = await planned(town, town.ash, room)
    clock.pass_time(hours=1)
    await looks(town)
    for one in (town.ash, town.birch):
        await does(town, one, row, "join")
    await leads(town, town.ash, row, "next")
    assert (await now(town, row)).round is Round.GO_ROUND
    before = (await now(town, row)).turn_until
    await leads(town, town.ash, row, "more")
    assert (await now(town, row)).turn_until == (before or clock.now()) + timedelta(minutes=1)
    for do in ("next", "more", "end"):
        with pytest.raises(NotTheHost):
            await leads(town, town.birch, row, do)
    await leads(town, town.ash, row, "end")
    assert (await now(town, row)).round is Round.HAND_OUT


@pytest.mark.full
@mostly_on_sqlite
async def test_who_leaves_the_circle_has_no_turn_any_more(town: Town, clock: StillClock) -> None:
    room = await a_circle(town, town.birch, town.cedar, host=town.ash)
    row = await planned(town, town.ash, room)
    clock.pass_time(hours=1)
    await looks(town)
    for one in (town.birch, town.ash, town.cedar):
        await does(town, one, row, "join")
    await leads(town, town.ash, row, "next")
    birch, ash = await town.seat(town.birch, CIRCLE), await town.seat(town.ash, CIRCLE)
    assert await turn(town, row) == birch.id
    async with town.house.workshop.work() as work:
        await set_reminder(work, birch, on=True)
        await leave_seat(work, town.birch.actor, slug=CIRCLE)
    await looks(town)
    assert await turn(town, row) == ash.id
    with pytest.raises(NotFound):
        await does(town, town.birch, row, "join")
    async with town.house.workshop.reading() as work:
        seats = set(await work.db.scalars(select(TurnRow.seat_id)))
        assert birch.id not in seats
        assert len(seats) == 2
        assert await kept(work, ReminderRow) == 0


@mostly_on_sqlite
async def test_only_who_asked_is_reminded_and_once(town: Town, clock: StillClock) -> None:
    room = await a_circle(town, town.birch, host=town.ash)
    await planned(town, town.ash, room, hours=2)
    async with town.house.workshop.work() as work:
        await set_reminder(work, await town.seat(town.birch, CIRCLE), on=True)
        await set_reminder(work, await town.seat(town.birch, CIRCLE), on=True)
    await looks(town)
    assert await told(town, town.birch) == []
    clock.pass_time(minutes=90)
    await looks(town)
    await looks(town)
    assert await told(town, town.birch) == [Kind.MEETING]
    assert await told(town, town.ash) == []


@pytest.mark.full
@mostly_on_sqlite
async def test_a_meeting_in_an_open_room_waits_for_somebody_on_shift(
    town: Town, clock: StillClock
) -> None:
    room = await room_id(town)
    row = await planned(town, await on_shift(town), room)
    await quiet(town, "quiet")
    clock.pass_time(hours=1)
    await looks(town)
    assert (await now(town, row)).round is Round.PLANNED
    await quiet(town, "live")
    clock.pass_time(minutes=10)
    await looks(town)
    assert (await now(town, row)).round is Round.OPENING


async def quiet(town: Town, state: str) -> None:

    async with town.house.workshop.work() as work:
        await work.db.execute(
            update(RoomRow).where(RoomRow.slug == NIGHT).values(state=RoomState(state))
        )


@on_sqlite
async def test_two_weeks_after_it_nothing_of_a_meeting_is_kept(
    town: Town, clock: StillClock
) -> None:
    room = await a_circle(town, host=town.ash)
    await planned(town, town.ash, room)
    clock.pass_time(hours=2)
    await looks(town)
    async with town.house.workshop.reading() as work:
        assert await kept(work, MeetingRow) == 1
    clock.pass_time(days=14, minutes=1)
    await looks(town)
    async with town.house.workshop.reading() as work:
        assert await kept(work, MeetingRow) == 0


@pytest.mark.full
@mostly_on_sqlite
async def test_who_is_erased_has_no_turn_and_no_reminder_any_more(
    town: Town, clock: StillClock
) -> None:
    room = await a_circle(town, town.birch, host=town.ash)
    row = await planned(town, town.ash, room)
    clock.pass_time(hours=1)
    await looks(town)
    await does(town, town.birch, row, "join")
    await does(town, town.ash, row, "join")
    async with town.house.workshop.work() as work:
        await set_reminder(work, await town.seat(town.birch, CIRCLE), on=True)
    await erase_with_words(town.house.ledger, town.birch.member)
    await looks(town)
    ash = await town.seat(town.ash, CIRCLE)
    async with town.house.workshop.reading() as work:
        assert list(await work.db.scalars(select(TurnRow.seat_id))) == [ash.id]
        assert await kept(work, ReminderRow) == 0
