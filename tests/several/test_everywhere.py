"""What one process decides holds in every other one, and its memory follows."""

from __future__ import annotations

import asyncio

import pytest

from crisis.voice import GOODBYE, speak
from holdfast.app.watching import Watch
from holdfast.community.actions import choose
from holdfast.crisis.queries import open_escalations
from holdfast.kit.house import House
from holdfast.kit.ids import MeasureId, MemberId
from holdfast.kit.news import forget_old_news
from holdfast.members.actions import erase_member
from holdfast.members.actions.freezing import freeze, thaw
from holdfast.members.events import MemberCameIn, MembersSettled
from holdfast.members.rules.freezing import Frozen
from holdfast.messages.actions import post_message
from holdfast.messages.rules import drafted
from holdfast.messages.rules.fates import ContactDetail
from holdfast.moderation.rules.cases import CaseKind
from holdfast.raids.queries import cohort_of, open_raids
from holdfast.rights.rules import System
from holdfast.rooms.actions import close_room
from holdfast.rooms.events import SeatStopped
from holdfast.rooms.queries import room_named
from holdfast.rooms.rules import RoomState
from holdfast.rooms.rules.stops import Stop
from moderation.measuring import Hand
from rooms.guided import slows
from rooms.sitting import on_shift
from several.conftest import Two
from town import Person, StillClock, newcomers, on_postgresql, unlimited

pytestmark = on_postgresql


async def open_cases(house: House) -> int:
    async with house.workshop.reading() as work:
        return len(await open_escalations(work))


@pytest.fixture
def hand(two: Two) -> Hand:
    """Moderators, at work in one of the two processes."""
    return Hand(two.town)


async def test_who_is_in_danger_is_known_everywhere_as_soon_as_it_is_joined(two: Two) -> None:
    ash = two.town.ash.member.id
    await speak(two.town, two.town.ash, GOODBYE)
    assert ash in two.here.ledger.cared_for
    assert ash not in two.there.ledger.cared_for
    await two.hear()
    assert ash in two.there.ledger.cared_for
    assert await open_cases(two.there) == 1


async def test_what_somebody_froze_holds_everywhere_and_ends_everywhere(two: Two) -> None:
    ash = two.town.ash
    async with two.here.workshop.work() as work:
        await freeze(work, ash.member)
    await two.hear()
    for house in two.both:
        assert house.ledger.frozen == {ash.member.id}
    with pytest.raises(Frozen):
        await two.town_there().say(ash, "Not into a room")
    async with two.there.workshop.work() as work:
        await thaw(work, ash.member)
    await two.hear()
    for house in two.both:
        assert house.ledger.frozen == set()
    await two.town_there().say(ash, "And again")


async def test_a_hush_and_a_pause_hold_everywhere_and_end_everywhere(two: Two, hand: Hand) -> None:
    maren = await hand.hires()
    seat = await two.town.seat(two.town.ash)
    hush = await hand.takes_here(maren, "hush", two.town.ash)
    pause = await hand.takes_here(maren, "pause", two.town.birch)
    await two.hear()
    for house in two.both:
        assert list(house.ledger.hushes) == [seat.id]
        assert list(house.ledger.pauses) == [two.town.birch.member.id]
    assert two.there.ledger.hushes[seat.id] == two.here.ledger.hushes[seat.id]
    await hand.lifts(maren, hush.id)
    await hand.lifts(maren, pause.id)
    await two.hear()
    assert (two.there.ledger.hushes, two.there.ledger.pauses) == ({}, {})


async def test_of_a_hush_and_its_end_in_one_moment_the_later_holds_everywhere(two: Two) -> None:
    seat = await two.town.seat(two.town.ash)
    stop = Stop(None, "unkind", MeasureId(1))
    for first, last in [(two.here, two.there), (two.there, two.here)]:
        for house, decided in [(first, None), (last, stop)]:
            async with house.workshop.work() as work:
                ash = two.town.ash.member.id
                work.announce(SeatStopped(seat.room_id, seat.slug, seat.id, ash, decided))
        await two.hear()
        assert [house.ledger.hushes.get(seat.id) for house in two.both] == [stop, stop]


async def test_a_room_that_is_closed_or_slow_is_so_everywhere(two: Two) -> None:
    room = (await two.town.seat(two.town.ash)).room_id
    await slows(two.town, await on_shift(two.town), 30)
    await two.hear()
    assert two.there.ledger.slow == two.here.ledger.slow == {room: 30}
    async with two.there.workshop.work() as work:
        await close_room(work, System(), room_id=room, why="care")
    await two.hear()
    assert two.here.ledger.states[room] == (RoomState.CLOSED, None)


async def test_a_side_space_is_known_everywhere_and_whoever_goes_is_known_nowhere(two: Two) -> None:
    await speak(two.town, two.town.ash, GOODBYE)
    await two.hear()
    sides = two.here.reactions.by_heart.sides
    assert len(sides) == 1
    assert two.there.reactions.by_heart.sides == sides
    ash = two.town.ash.member
    async with two.there.workshop.work() as work:
        await erase_member(work, ash)
    await two.hear()
    for house in two.both:
        assert ash.id not in house.ledger.cared_for


async def test_who_has_been_here_long_enough_is_so_everywhere(two: Two) -> None:
    ash = two.town.ash.member.id
    assert two.there.ledger.is_newcomer(ash)
    async with two.here.workshop.work() as work:
        work.announce(MembersSettled((ash,)))
    await two.hear()
    assert [house.ledger.is_newcomer(ash) for house in two.both] == [False, False]


async def come_in(house: House, people: list[Person]) -> None:
    """They came through the door of this process."""
    async with house.workshop.work() as work:
        for person in people:
            work.announce(MemberCameIn(person.member.id, invited=False))


@unlimited
async def test_arrivals_through_two_processes_make_one_raid_that_holds_in_both(
    two: Two, clock: StillClock
) -> None:
    for house in two.both:
        house.reactions.raids.covered = True
        await house.reactions.raids.begin()
    people = await newcomers(two.here, 20)
    for some, house in zip((people[:10], people[10:]), two.both, strict=True):
        await come_in(house, some)
    assert await raids_going(two.here) == 0, "neither has seen enough by itself"
    await asyncio.gather(*(house.listening.read() for house in two.both))
    await two.hear()
    assert await raids_going(two.here) == 1
    assert two.here.reactions.raids.raids == two.there.reactions.raids.raids != {}
    assert two.here.ledger.read_first == two.there.ledger.read_first != set()
    assert two.here.ledger.slow == two.there.ledger.slow != {}
    for house in two.both:
        await house.reactions.raids.look_here()
    assert await in_the_cohort(two) == {person.member.id for person in people}


async def raids_going(house: House) -> int:
    async with house.workshop.reading() as work:
        return len(await open_raids(work))


async def in_the_cohort(two: Two) -> set[MemberId]:
    async with two.here.workshop.reading() as work:
        (raid,) = await open_raids(work)
        return set(await cohort_of(work, raid))


async def test_who_missed_too_much_reads_all_of_it_anew(
    two: Two, hand: Hand, clock: StillClock
) -> None:
    maren = await hand.hires()
    await hand.takes_here(maren, "hush", two.town.ash, until=hand.in_hours(8))
    room = (await two.town.seat(two.town.ash)).room_id
    async with two.here.workshop.work() as work:
        await close_room(work, System(), room_id=room, why="care")
    clock.pass_time(minutes=20)
    await forget_old_news(two.here.workshop)
    assert two.there.ledger.hushes == {}
    await two.there.listening.read()
    assert two.there.ledger.hushes == two.here.ledger.hushes != {}
    assert two.there.ledger.states[room][0] is RoomState.CLOSED


async def test_a_room_is_told_once_however_many_hear_of_it(two: Two) -> None:
    dahlia = await on_shift(two.town)
    await two.hear()
    before = await heads(two)
    await slows(two.town, dahlia, 30)
    await two.hear()
    assert await heads(two) == before + 1


async def heads(two: Two) -> int:
    async with two.here.workshop.reading() as work:
        seat = await two.town.seat(two.town.ash)
        return (await room_named(work, seat.room_id)).head


async def test_what_a_steward_chooses_in_one_process_the_other_reads_at_once(two: Two) -> None:
    watch = Watch(two.there)
    assert not watch._learn_now.is_set()
    async with two.here.workshop.work() as work:
        await choose(work, two.town.elm.actor, name="name", value="Harbour")
    await two.hear()
    assert watch._learn_now.is_set()
    await watch.learn()
    assert two.there.community.name == "Harbour"


async def test_a_second_try_at_another_process_is_a_second_try(two: Two) -> None:
    number = "Call me on 07700 900123"
    for town in (two.town, two.town_there()):
        assert await Hand(town).cases() == []
        seat = await town.seat(town.birch)
        draft = drafted(f"nonce-{town.house.bus.node[:8]}", number)
        with pytest.raises(ContactDetail):
            await post_message(town.house.ledger, seat, draft)
        await two.hear()
    assert (await Hand(two.town).case()).kind is CaseKind.CONTACT
