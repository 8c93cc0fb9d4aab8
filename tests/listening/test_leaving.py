"""What ends when somebody leaves, is stopped, or time goes by."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from holdfast.kit.ids import MeasureId
from holdfast.listening.actions import (
    end_duty,
    end_session,
    propose_hand_over,
    write_note,
)
from holdfast.listening.rules.asks import NoRight
from holdfast.listening.rules.sessions import Ending
from holdfast.listening.tables import DutyRow, HandOverRow, ListeningRow, WaitRow
from holdfast.members.actions import erase_member
from holdfast.rights.actions import end_right
from holdfast.rights.rules import System
from holdfast.rights.tables import RightRow
from holdfast.rooms.actions import leave_seat, set_pause
from holdfast.rooms.rules.stops import Stop
from listening.talking import Stage
from town import Person, mostly_on_sqlite

pytestmark = mostly_on_sqlite
OF_MEMBERS = ("rights", "granting_codes", "asks", "duties", "offers", "listening_feedback")


async def _two(talks: Stage) -> str:
    await talks.on_duty(talks.town.cedar)
    return await talks.two(talks.town.ash, talks.town.cedar)


async def _erase(talks: Stage, person: Person) -> None:
    async with talks.town.house.workshop.work() as work:
        await erase_member(work, person.member)
    await talks.settled()
    await talks.look()


@pytest.mark.full
async def test_who_leaves_for_good_ends_the_talk_and_their_ask(talks: Stage) -> None:
    slug = await _two(talks)
    await talks.ask(talks.town.birch)
    await _erase(talks, talks.town.birch)
    await _erase(talks, talks.town.ash)
    assert (await talks.talk(talks.town.cedar, slug)).ended_how is Ending.LEFT


@pytest.mark.full
@pytest.mark.parametrize("who", ["ash", "cedar"])
async def test_who_gives_up_their_seat_leaves_nobody_waiting_alone(talks: Stage, who: str) -> None:
    slug, person = await _two(talks), getattr(talks.town, who)
    other = talks.town.cedar if who == "ash" else talks.town.ash
    async with talks.town.house.workshop.work() as work:
        await leave_seat(work, person.member, slug=slug)
    await talks.settled()
    assert (await talks.talk(other, slug)).ended_how is Ending.LEFT


@pytest.mark.full
async def test_who_is_erased_leaves_nothing_of_their_listening(talks: Stage) -> None:
    slug = await _two(talks)
    ledger, cedar = talks.town.house.ledger, talks.town.cedar
    await write_note(ledger, cedar.member, slug=slug, text="Went slowly.")
    await propose_hand_over(ledger, cedar.member, slug=slug, text="Likes to be asked.")
    await _erase(talks, talks.town.ash)
    await _erase(talks, cedar)
    async with talks.town.house.workshop.reading() as work:
        for table in OF_MEMBERS:
            rows = (await work.db.execute(text(f"SELECT * FROM {table}"))).all()  # noqa: S608
            assert rows == [], table
    row = await talks.one(ListeningRow)
    assert (row.asker_id, row.listener_id, row.note) == (None, None, None)
    assert (await talks.one(HandOverRow)).words is None


@pytest.mark.full
async def test_stepping_back_ends_nothing_that_goes_on(talks: Stage) -> None:
    slug = await _two(talks)
    async with talks.town.house.workshop.work() as work:
        await end_duty(work, talks.town.cedar.member)
        await end_duty(work, talks.town.cedar.member)
    assert (await talks.talk(talks.town.ash, slug)).ended_at is None
    await talks.ask(talks.town.birch)
    assert await talks.offers(talks.town.cedar) == []


async def test_a_duty_ends_by_the_clock(talks: Stage) -> None:
    await talks.on_duty(talks.town.cedar, hours=1)
    await talks.look(minutes=59)
    assert (await talks.one(DutyRow)).ended_at is None
    await talks.look(minutes=2)
    assert (await talks.one(DutyRow)).ended_how == "time"


@pytest.mark.full
async def test_a_right_that_ends_takes_the_duty_and_what_was_offered(talks: Stage) -> None:
    slug = await _two(talks)
    await talks.town.say(talks.town.ash, "Hello", slug)
    async with talks.town.house.workshop.work() as work:
        await end_session(work, talks.town.ash.member, slug=slug)
    await talks.ask(talks.town.birch)
    assert await talks.offers(talks.town.cedar)
    right = await talks.one(RightRow)
    async with talks.town.house.workshop.work() as work:
        await end_right(work, System(), right_id=right.id, why="taken_back")
    await talks.settled()
    assert await talks.offers(talks.town.cedar) == []
    assert (await talks.one(DutyRow)).ended_how == "right"


@pytest.mark.full
async def test_a_right_that_lapses_lets_the_talk_go_on_and_brings_nothing_new(
    talks: Stage,
) -> None:
    await talks.on_duty(talks.town.cedar, most=2)
    slug = await talks.two(talks.town.ash, talks.town.cedar)
    async with talks.town.house.workshop.work() as work:
        right = await work.db.get_one(RightRow, (await talks.one(RightRow)).id)
        right.until = talks.clock.now() + timedelta(minutes=5)
    await talks.look(minutes=6)
    await talks.town.say(talks.town.ash, "Still here", slug)
    await talks.town.say(talks.town.cedar, "I am, too", slug)
    await talks.ask(talks.town.birch)
    assert await talks.offers(talks.town.cedar) == []
    with pytest.raises(NoRight):
        await talks.on_duty(talks.town.cedar)


@pytest.mark.full
async def test_who_is_paused_listens_to_nobody_new(talks: Stage) -> None:
    slug = await _two(talks)
    until = talks.clock.now() + timedelta(hours=3)
    async with talks.town.house.workshop.work() as work:
        member = talks.town.cedar.member.id
        await set_pause(
            work, System(), member_id=member, stop=Stop(until, "room_for_all", MeasureId(1))
        )
    await talks.settled()
    assert (await talks.one(DutyRow)).ended_how == "paused"
    assert (await talks.talk(talks.town.ash, slug)).ended_at is None
    from holdfast.rooms.rules.stops import Paused

    with pytest.raises(Paused):
        await talks.on_duty(talks.town.cedar)


@pytest.mark.full
async def test_who_may_not_come_back_listens_to_nobody_any_more(talks: Stage) -> None:
    slug = await _two(talks)
    async with talks.town.house.workshop.work() as work:
        for person in (talks.town.birch, talks.town.cedar):
            for_good = Stop(None, "safe", MeasureId(1))
            await set_pause(work, System(), member_id=person.member.id, stop=for_good)
    await talks.settled()
    assert (await talks.talk(talks.town.ash, slug)).ended_how is Ending.GUARD


@pytest.mark.full
async def test_notes_and_summaries_go_fourteen_days_after_goodbye(talks: Stage) -> None:
    slug = await _two(talks)
    ledger, cedar = talks.town.house.ledger, talks.town.cedar.member
    await write_note(ledger, cedar, slug=slug, text="Went slowly.")
    await propose_hand_over(ledger, cedar, slug=slug, text="Likes to be asked.")
    async with talks.town.house.workshop.work() as work:
        await end_session(work, cedar, slug=slug)
    talks.clock.pass_time(days=13)
    await talks.town.house.reactions.listening.forget()
    assert (await talks.one(ListeningRow)).note is not None
    assert await talks.all(WaitRow)
    talks.clock.pass_time(days=2)
    await talks.town.house.reactions.listening.forget()
    assert (await talks.one(ListeningRow)).note is None
    assert (await talks.one(HandOverRow)).words is None
    talks.clock.pass_time(days=15)
    await talks.town.house.reactions.listening.forget()
    assert await talks.all(WaitRow) == []
