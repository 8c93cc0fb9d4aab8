"""What a killed process left undone is done by whoever starts next: once, and only what is left."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, update

from crisis.voice import GOODBYE, speak
from holdfast.crisis.actions import join_escalation, take_escalation
from holdfast.crisis.events import CareOffered
from holdfast.crisis.tables import EscalationRow, SignalRow, StepRow
from holdfast.kit.house import House
from holdfast.members.actions import sign_out
from holdfast.messages.tables import ChangeRow
from holdfast.notices.actions import see_notices
from holdfast.notices.queries import open_pages
from holdfast.notices.rules.telling import Kind
from holdfast.notices.tables import NoticeRow
from holdfast.reactions.takingup import LATELY
from holdfast.rights.rules import Role, System
from holdfast.rooms.actions import close_room
from holdfast.rooms.queries.sides import my_side_space
from holdfast.wellbeing.tables import ExposureRow
from moderation.measuring import Hand
from town import Person, StillClock, Town, appoint, mostly_on_sqlite

pytestmark = mostly_on_sqlite


class Stopped:
    """The process as if it were killed after each commit: nothing follows until it starts anew."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._hearers = list(house.workshop.hearers)
        house.workshop.hearers.clear()

    async def starts(self) -> None:
        """A process starts: it looks at the last moments, and goes on."""
        house = self.house
        house.workshop.hearers[:] = self._hearers
        since = house.workshop.clock.now() - LATELY
        await house.reactions.take_up(await house.listening.lately(since))
        await house.reactions.settled()
        await house.reactions.look_here()
        await house.ledger.caught_up()


async def told(house: House, kind: Kind) -> list[str]:
    async with house.workshop.reading() as work:
        return list(await work.db.scalars(select(NoticeRow.about).where(NoticeRow.kind == kind)))


async def changes(house: House, kind: str) -> list[dict[str, object]]:
    async with house.workshop.reading() as work:
        rows = await work.db.scalars(select(ChangeRow).order_by(ChangeRow.row))
        return [json.loads(row.counts or "{}") for row in rows if row.kind == kind]


async def test_a_room_that_was_not_told_what_it_is_is_told_once(town: Town) -> None:
    stopped, room = Stopped(town.house), (await town.seat(town.ash)).room_id
    async with town.house.workshop.work() as work:
        await close_room(work, System(), room_id=room, why="care")
    assert await changes(town.house, "room_changed") == []
    for _ in range(2):
        await stopped.starts()
        assert await changes(town.house, "room_changed") == [{"state": "closed"}]


@pytest.mark.full
async def test_a_member_who_was_not_told_of_a_measure_is_told_once(town: Town) -> None:
    hand = Hand(town)
    maren, stopped = await hand.hires(), Stopped(town.house)
    row = await hand.takes_here(maren, "hush", town.ash)
    assert await told(town.house, Kind.MEASURE) == []
    for _ in range(2):
        await stopped.starts()
        assert await told(town.house, Kind.MEASURE) == [f"measure:{row.id}"]


@pytest.mark.full
async def test_an_answer_of_which_nobody_was_told_is_told(town: Town, clock: StillClock) -> None:
    first = await town.say(town.ash, "Is anybody awake?")
    await town.say(town.birch, "I am", reply_to=first.seq)
    town.house.reactions.notices._said.clear()  # it was to be told five seconds later
    stopped = Stopped(town.house)
    await stopped.starts()
    clock.pass_time(seconds=6)
    await town.house.reactions.look_here()
    assert len(await told(town.house, Kind.REPLY)) == 1
    await stopped.starts()
    clock.pass_time(seconds=6)
    await town.house.reactions.look_here()
    assert len(await told(town.house, Kind.REPLY)) == 1


async def crisis(town: Town) -> tuple[Person, EscalationRow]:
    """Ash is in danger, and somebody of crisis is here."""
    await speak(town, town.ash, GOODBYE)
    await town.house.reactions.settled()
    async with town.house.workshop.work() as work:
        sam = await appoint(work, Role.CRISIS_MODERATOR, name="Sam")
    async with town.house.workshop.reading() as work:
        return sam, (await work.db.scalars(select(EscalationRow))).one()


@pytest.mark.full
async def test_who_was_told_that_somebody_comes_is_told_anew_only_after_they_looked(
    town: Town, clock: StillClock
) -> None:
    await crisis(town)
    [side_space] = await told(town.house, Kind.SIDE_SPACE)
    offered: list[CareOffered] = []
    town.house.reactions.notices._table[CareOffered] = offered.append

    async def is_in_danger_again_and_a_process_starts(nonce: str) -> None:
        clock.pass_time(seconds=10)
        stopped = Stopped(town.house)
        await speak(town, town.ash, GOODBYE, nonce=nonce)
        await town.house.reactions.settled()
        await stopped.starts()

    await is_in_danger_again_and_a_process_starts("nonce-0000-0002")
    assert offered == []
    async with town.house.workshop.work() as work:
        await see_notices(work, town.ash.member)
    await is_in_danger_again_and_a_process_starts("nonce-0000-0003")
    assert [one.side_space for one in offered] == [side_space]


@pytest.mark.full
async def test_who_took_something_hard_is_cared_for_once(town: Town) -> None:
    sam, row = await crisis(town)
    stopped = Stopped(town.house)
    async with town.house.workshop.work() as work:
        await take_escalation(work, sam.actor, escalation_id=row.id)
    for _ in range(2):
        await stopped.starts()
        async with town.house.workshop.reading() as work:
            about = (await work.db.scalars(select(ExposureRow.about))).all()
        assert about == [f"escalation:{row.id}"]


@pytest.mark.full
async def test_a_room_that_saw_it_is_told_once_that_somebody_is_there(town: Town) -> None:
    sam, row = await crisis(town)
    async with town.house.workshop.work() as work:
        await work.db.execute(update(SignalRow).values(held=False))
        await take_escalation(work, sam.actor, escalation_id=row.id)
    await town.house.reactions.settled()
    stopped = Stopped(town.house)
    async with town.house.workshop.work() as work:
        await join_escalation(work, sam.actor, escalation_id=row.id)
    assert await changes(town.house, "note") == []
    for _ in range(2):
        await stopped.starts()
        assert await changes(town.house, "note") == [{"note": "care", "person": "Sam"}]


@pytest.mark.full
async def test_words_in_a_side_space_that_nobody_holds_call_somebody(
    town: Town, clock: StillClock
) -> None:
    sam, row = await crisis(town)
    async with town.house.workshop.work() as work:
        await take_escalation(work, sam.actor, escalation_id=row.id)
    await town.house.reactions.settled()
    clock.pass_time(minutes=30)  # Sam went, and nobody holds it
    stopped = Stopped(town.house)
    town.house.reactions.concerns.told = lambda _: None
    async with town.house.workshop.reading() as work:
        side = await my_side_space(work, town.ash.member.id)
    assert side is not None
    await town.say(town.ash, "Are you still there?", side.slug)
    assert await calls(town) == []
    await stopped.starts()
    assert await calls(town) == [f"escalation:{row.id}"]


async def calls(town: Town) -> list[str]:
    async with town.house.workshop.reading() as work:
        return [page.about for page in await open_pages(work)]


@pytest.mark.full
async def test_a_card_says_once_that_its_member_signed_out(town: Town) -> None:
    await crisis(town)
    stopped = Stopped(town.house)
    async with town.house.workshop.work() as work:
        await sign_out(work, town.ash.member)
    for _ in range(2):
        await stopped.starts()
        async with town.house.workshop.reading() as work:
            steps = (await work.db.scalars(select(StepRow.what))).all()
        assert steps.count("left") == 1
