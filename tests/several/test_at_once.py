"""Two processes that do the same in the same moment do it once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from crisis.voice import GOODBYE, speak
from holdfast.crisis.jobs import look_after
from holdfast.crisis.queries import open_escalations
from holdfast.crisis.tables import EscalationRow, SignalRow, Stage, StepRow
from holdfast.desk.jobs import Forgetting
from holdfast.kit.house import House
from holdfast.kit.turns import Turn, take_turn
from holdfast.kit.work import Event
from holdfast.moderation.jobs import carry_out_all
from holdfast.moderation.rules.measures import MeasureState
from holdfast.notices.jobs import climb, tell_devices
from holdfast.notices.rules import Outcome
from holdfast.notices.tables import PageTryRow
from holdfast.raids.actions import begin_raid, note_arrivals
from holdfast.raids.queries import open_raids
from holdfast.raids.rules import slot_of
from holdfast.raids.tables import ArrivalRow
from holdfast.rights.rules import Role, System
from holdfast.rooms.events import RoomStateChanged, SeatLeft
from holdfast.rooms.jobs import settle, stand_up
from moderation.measuring import RUDE, Hand
from notices.calling import Calling
from notices.pushing import HERS, Pushing
from notices.telephones import REACHED, UNREACHED
from several.conftest import Two
from town import StillClock, newcomers, on_postgresql, unlimited

pytestmark = on_postgresql
SAM, FERN = "https://a/sam", "https://a/fern"


async def count(house: House, what: object) -> int:
    async with house.workshop.reading() as work:
        return await work.db.scalar(select(func.count()).select_from(what)) or 0  # type: ignore[arg-type]


@unlimited
async def test_signals_of_many_are_joined_once_each_by_whoever_comes_first(two: Two) -> None:
    people = [two.town.ash, two.town.birch, *await newcomers(two.here, 4, "night-room")]
    for house in two.both:
        house.ledger.noticed = lambda: None
    here, there = two.town, two.town_there()
    for person in people:
        await speak(here, person, GOODBYE, nonce="nonce-0000-0001")
    for person in reversed(people):
        await speak(there, person, GOODBYE, nonce="nonce-0000-0002")
    assert await count(two.here, SignalRow) == 12
    await asyncio.gather(*(house.reactions.concerns.join() for house in two.both * 2))
    async with two.here.workshop.reading() as work:
        found = await open_escalations(work)
        assert len(found) == len(people)
        steps = (await work.db.scalars(select(StepRow.what))).all()
    assert steps.count("raised") == len(people)


async def test_a_page_is_climbed_once_and_a_lost_call_made_again_once(
    two: Two, clock: StillClock
) -> None:
    calling = Calling(two.here, clock)
    sam = await calling.someone(Role.CRISIS_MODERATOR, SAM)
    await calling.someone(Role.LEAD, FERN)
    await calling.comes(sam)
    calling.paper.answers[SAM] = UNREACHED
    await calling.pages()
    await climbs(two, calling)
    assert calling.paper.heard() == [FERN, SAM]
    calling.paper.answers[SAM] = REACHED
    clock.pass_time(seconds=5)
    await climbs(two, calling)
    assert calling.paper.heard() == [SAM]
    async with two.here.workshop.reading() as work:
        (row,) = await work.db.scalars(select(PageTryRow).where(PageTryRow.staff_id == sam.id))
    assert (row.tries, row.outcome, row.again_at) == (2, Outcome.REACHED, None)


async def climbs(two: Two, calling: Calling) -> None:
    """Both processes let pages climb, twice each, all at once."""
    now = calling.clock.now()
    await asyncio.gather(*(climb(house.workshop, calling.pager, now) for house in two.both * 2))


async def test_a_lost_call_that_a_stop_cut_off_is_made_later(two: Two, clock: StillClock) -> None:
    calling = Calling(two.here, clock)
    sam = await calling.someone(Role.CRISIS_MODERATOR, SAM)
    await calling.comes(sam)
    calling.paper.answers[SAM] = UNREACHED
    await calling.pages()
    await climb(two.here.workshop, calling.pager, clock.now())
    clock.pass_time(seconds=5)

    async def killed(*_: object) -> None:
        raise RuntimeError

    push, calling.paper.push = calling.paper.push, killed  # type: ignore[method-assign, assignment]
    with pytest.raises(RuntimeError):
        await climb(two.here.workshop, calling.pager, clock.now())
    calling.paper.push = push  # type: ignore[method-assign]
    calling.paper.heard()
    clock.pass_time(seconds=29)
    await climb(two.there.workshop, calling.pager, clock.now())
    clock.pass_time(minutes=1)
    await climb(two.there.workshop, calling.pager, clock.now())
    assert SAM in calling.paper.heard()


async def test_rooms_settle_once_and_off_shift_seats_are_left_once(two: Two) -> None:
    heard: list[Event] = []
    for house in two.both:
        house.workshop.hearers.append(heard.append)
    calling = Calling(two.here, two.here.workshop.clock)  # type: ignore[arg-type]
    maren = await calling.someone(Role.MODERATOR)
    await calling.comes(maren)
    await asyncio.gather(*(settle(house.workshop) for house in two.both * 2))
    changed = [event.room_id for event in heard if isinstance(event, RoomStateChanged)]
    assert changed
    assert len(changed) == len(set(changed))
    await calling.goes(maren)
    heard.clear()
    await asyncio.gather(*(stand_up(house.workshop) for house in two.both * 2))
    left = [event.seat_id for event in heard if isinstance(event, SeatLeft)]
    assert len(left) == len(set(left))


@pytest.mark.parametrize("kind", ["hide", "content_note"])
async def test_a_measure_is_carried_out_once_and_stays_in_force(two: Two, kind: str) -> None:
    hand = Hand(two.town)
    maren = await hand.hires()
    seq = await hand.says(two.town.ash, RUDE)
    for house in two.both:
        house.workshop.hearers.remove(house.reactions.measures.hear)
    words = {"words": "Talks about anger"} if kind == "content_note" else {}
    row = await hand.takes_here(maren, kind, two.town.ash, seq=seq, **words)
    before = await newest(two)
    await asyncio.gather(*(carry_out_all(house.ledger) for house in two.both * 2))
    kept = await hand.row(row.id)
    assert kept.done_at is not None
    assert kept.state is MeasureState.IN_FORCE
    assert await newest(two) == before + 1, "the room was told once"


async def newest(two: Two) -> int:
    seat = await two.town.seat(two.town.ash)
    asked = "SELECT head FROM rooms WHERE id = ?"
    ((head,),) = await two.here.workshop.glances.rows(asked, seat.room_id)
    return int(head)


async def test_a_raid_that_two_notice_at_once_is_one_raid(two: Two) -> None:
    members = {two.town.ash.member.id, two.town.birch.member.id}

    async def begins(house: House) -> None:
        async with house.workshop.work() as work:
            await begin_raid(work, System(), room_id=None, members=members)

    await asyncio.gather(*(begins(house) for house in two.both * 2))
    async with two.here.workshop.reading() as work:
        assert len(await open_raids(work)) == 1


async def test_a_check_in_is_begun_once(two: Two, clock: StillClock) -> None:
    await speak(two.town, two.town.ash, GOODBYE)
    await two.hear()
    async with two.here.workshop.work() as work:
        row = (await work.db.scalars(select(EscalationRow))).one()
        row.stage, row.check_in_at = Stage.CLOSED, clock.now() + timedelta(minutes=1)
    clock.pass_time(minutes=2)
    done = await asyncio.gather(*(look_after(house.workshop) for house in two.both * 2))
    assert sum(len(lines) for lines in done) == 1


async def test_a_night_that_two_go_through_at_once_forgets_each_word_once(
    two: Two, clock: StillClock
) -> None:
    for person in (two.town.ash, two.town.birch):
        await two.town.say(person, "I had soup today")
    clock.pass_time(days=400)
    nights = [Forgetting(house.workshop, house.ledger.keyring) for house in two.both]
    gone = await asyncio.gather(*(night.look() for night in nights))
    assert sum(gone) >= 2
    assert await Forgetting(two.here.workshop, two.here.ledger.keyring).look() == 0


async def test_pieces_of_what_is_written_down_add_up(two: Two) -> None:
    raids = [house.reactions.raids for house in two.both]
    for watch in raids:
        for _ in range(5):
            watch.arrivals.to_be_written(0)
    await asyncio.gather(*(watch.write_down() for watch in raids))
    async with two.here.workshop.reading() as work:
        assert await work.db.scalar(select(func.sum(ArrivalRow.count))) == 10


async def test_on_a_new_day_two_processes_wait_for_each_other_in_one_order(
    two: Two, clock: StillClock
) -> None:
    watch, arrived = two.there.reactions.raids, {(0, slot_of(clock.now().timestamp())): 1}
    watch.arrivals.to_be_written(0)
    async with two.here.workshop.work() as work:
        await take_turn(work, Turn.COUNTING)
        other = asyncio.create_task(watch.write_down())
        while not await waits_for_a_turn(two.here):
            continue
        await note_arrivals(work, System(), counts=arrived)
    await other
    async with two.here.workshop.reading() as work:
        assert await work.db.scalar(select(func.sum(ArrivalRow.count))) == 2


async def waits_for_a_turn(house: House) -> bool:
    asked = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    mine = " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    ((found,),) = await house.workshop.glances.rows(asked + mine)
    return bool(found)


async def test_a_member_is_told_on_their_device_once(two: Two, clock: StillClock) -> None:
    pushing = Pushing(two.town, clock)
    await pushing.turns(on=True)
    await pushing.adds(two.town.ash, HERS)
    await pushing.happens(two.town.ash)
    clock.pass_time(minutes=1)
    told = (tell_devices(house.workshop, pushing.teller, clock.now()) for house in two.both * 2)
    await asyncio.gather(*told)
    assert pushing.paper.heard() == [HERS]
