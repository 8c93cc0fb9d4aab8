"""What open work of the staff names is held when its author erases it: hidden at once, not longer
than two people want, and never in secret."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from crisis.voice import HIGH, speak
from holdfast.audit.tables import AuditRow
from holdfast.crisis.queries import opened_lines
from holdfast.crisis.tables import EscalationRow, SignalRow, Stage
from holdfast.erasing.holds.jobs import look_at_holds
from holdfast.erasing.holds.queries import held_now, hold_of
from holdfast.erasing.holds.rules import (
    NOTHING_HELD,
    Deed,
    Held,
    HoldState,
    NobodyElse,
    NoLead,
    NotNow,
    RanOut,
    Why,
)
from holdfast.erasing.holds.tables import HeldWordsRow
from holdfast.kit.errors import Malformed, NotFound
from holdfast.kit.ids import EscalationId, MessageId
from holdfast.messages.actions.held_up import hold_what_is_named
from holdfast.messages.ledger.entries import Accepted
from holdfast.messages.tables import MessageRow
from holdfast.moderation.actions.holds import (
    ask_about_hold,
    grant_about_hold,
    take_back_about_hold,
)
from holdfast.rights.rules import Role, Staff
from holdfast.staff.access import FreshSignInNeeded
from town import Person, StillClock, Town, appoint

ESCALATION = "escalation:1"


class Holding:
    """Ash is in danger, and people of the staff decide about what is held."""

    def __init__(self, town: Town, clock: StillClock) -> None:
        self.town, self.clock, self.house = town, clock, town.house

    async def begins(self, words: str = HIGH) -> MessageId:
        """Ash says something that raises a concern. Its id."""
        said = await speak(self.town, self.town.ash, words)
        assert isinstance(said, Accepted), "the words of these tests are said, not held"
        await self.house.reactions.settled()
        async with self.house.workshop.reading() as work:
            (message,) = await work.db.scalars(select(SignalRow.message_id))
        return MessageId(message)

    async def hires(self, *roles: Role) -> list[Person]:
        async with self.house.workshop.work() as work:
            return [await appoint(work, role) for role in roles]

    def fresh(self, who: Person) -> Staff:
        assert isinstance(who.actor, Staff)
        return replace(who.actor, fresh_at=self.clock.now())

    async def erases(self, *messages: MessageId) -> Held:
        """What happens before Ash erases these; or, without any, goes for good."""
        ash = self.town.ash.member
        named = list(messages) or None
        return await hold_what_is_named(self.house.ledger, ash, member=ash.id, messages=named)

    async def asks(self, who: Person, what: Deed, why: Why, about: str = ESCALATION) -> int:
        async with self.house.workshop.work() as work:
            asked = await ask_about_hold(work, self.fresh(who), about=about, what=what, why=why)
            return asked.id

    async def grants(self, who: Person, deed: int, about: str = ESCALATION) -> None:
        async with self.house.workshop.work() as work:
            await grant_about_hold(work, self.fresh(who), about=about, deed=deed)

    async def sets_on(self, first: Person, second: Person) -> None:
        await self.grants(second, await self.asks(first, Deed.SET, Why.DANGER))

    async def looks(self) -> int:
        return await look_at_holds(self.house.workshop, self.house.ledger.open_work)

    async def closes(self) -> None:
        async with self.house.workshop.work() as work:
            row = await work.db.get_one(EscalationRow, EscalationId(1))
            row.stage, row.closed_at = Stage.CLOSED, self.clock.now()

    async def held(self, *messages: MessageId) -> Held:
        async with self.house.workshop.reading() as work:
            if messages:
                return await held_now(work, messages=messages)
            return await held_now(work, members=[self.town.ash.member.id])

    async def record(self) -> list[str]:
        query = select(AuditRow.what).where(AuditRow.what.startswith("hold:"))
        async with self.house.workshop.reading() as work:
            return list(await work.db.scalars(query.order_by(AuditRow.seq)))


@pytest.fixture
def holding(town: Town, clock: StillClock) -> Holding:
    return Holding(town, clock)


async def test_a_message_that_an_open_escalation_names_is_held_for_seven_days_and_then_goes(
    holding: Holding,
) -> None:
    message = await holding.begins()
    held = await holding.erases(message)
    assert held.messages == {message}
    assert len(held.keys) == 1
    assert held.members == frozenset()
    assert [(one.messages, one.account, one.is_set) for one in held.told] == [(1, False, False)]
    holding.clock.pass_time(days=7, seconds=-1)
    assert await holding.looks() == 0
    assert (await holding.held(message)).messages == {message}
    holding.clock.pass_time(seconds=1)
    assert await holding.looks() == 1
    assert await holding.held(message) == NOTHING_HELD
    async with holding.house.workshop.reading() as work:
        assert (await work.db.scalars(select(HeldWordsRow))).all() == []
    assert await holding.record() == ["hold:began", "hold:ended"]


async def test_what_nothing_open_names_is_not_held(holding: Holding, town: Town) -> None:
    named = await holding.begins()
    plain = await town.say(town.ash, "Tea helps")
    async with holding.house.workshop.reading() as work:
        id_ = await work.db.scalar(select(MessageRow.id).where(MessageRow.seq == plain.seq))
    assert id_ is not None
    assert (await holding.erases(named)).messages == {named}
    assert await holding.erases(id_) == NOTHING_HELD
    await holding.closes()
    second = await holding.erases(named)
    assert second.messages == {named}, "it is held on, though nothing is open any more"


async def test_who_goes_for_good_is_held_with_what_is_named_and_nothing_else(
    holding: Holding, town: Town
) -> None:
    message = await holding.begins()
    await town.say(town.ash, "Tea helps")
    held = await holding.erases()
    assert held.messages == {message}
    assert held.members == {town.ash.member.id}
    assert [one.account for one in held.told] == [True]


async def test_the_words_that_are_held_open_for_who_reads_the_escalation_and_in_no_room(
    holding: Holding, town: Town
) -> None:
    message = await holding.begins()
    await holding.erases(message)
    async with holding.house.workshop.work() as work:
        row = (await work.db.scalars(select(MessageRow).where(MessageRow.id == message))).one()
        row.text, row.removed_by = None, "author"
    (sam,) = await holding.hires(Role.CRISIS_MODERATOR)
    async with holding.house.workshop.reading() as work:
        lines = await opened_lines(work, town.reader(sam), [message])
    assert [(one.text, one.apart) for one in lines.values()] == [(HIGH, True)]


async def test_two_people_set_it_on_until_thirty_days_after_its_work_has_closed(
    holding: Holding,
) -> None:
    message = await holding.begins()
    await holding.erases(message)
    sam, fern = await holding.hires(Role.CRISIS_MODERATOR, Role.LEAD)
    await holding.sets_on(sam, fern)
    holding.clock.pass_time(days=100)
    assert await holding.looks() == 0
    await holding.closes()
    assert await holding.looks() == 0
    holding.clock.pass_time(days=30, seconds=-1)
    assert await holding.looks() == 0
    holding.clock.pass_time(seconds=1)
    assert await holding.looks() == 1
    assert await holding.held(message) == NOTHING_HELD
    assert await holding.record() == [
        "hold:began",
        "hold:asked_to_set",
        "hold:set",
        "hold:work_closed",
        "hold:ended",
    ]


async def test_a_set_hold_lasts_a_year_at_most_unless_it_is_set_again(holding: Holding) -> None:
    message = await holding.begins()
    await holding.erases(message)
    sam, fern = await holding.hires(Role.SUPERVISOR, Role.LEAD)
    await holding.sets_on(sam, fern)
    holding.clock.pass_time(days=364)
    await holding.sets_on(fern, sam)
    holding.clock.pass_time(days=364)
    assert await holding.looks() == 0
    holding.clock.pass_time(days=1)
    assert await holding.looks() == 1


async def test_nobody_grants_what_they_asked_for_and_one_of_the_two_is_the_lead(
    holding: Holding,
) -> None:
    await holding.erases(await holding.begins())
    sam, kim, fern = await holding.hires(Role.CRISIS_MODERATOR, Role.SUPERVISOR, Role.LEAD)
    asked = await holding.asks(sam, Deed.SET, Why.DANGER)
    with pytest.raises(NobodyElse):
        await holding.grants(sam, asked)
    with pytest.raises(NoLead):
        await holding.grants(kim, asked)
    await holding.grants(fern, asked)
    async with holding.house.workshop.reading() as work:
        row = await hold_of(work, ESCALATION)
    assert row is not None
    assert (row.state, row.why) == (HoldState.SET, Why.DANGER)
    assert isinstance(sam.actor, Staff)
    assert isinstance(fern.actor, Staff)
    assert (row.set_by, row.seconded_by) == (sam.actor.id, fern.actor.id)


async def test_who_may_not_decide_finds_nothing_and_an_old_sign_in_is_not_enough(
    holding: Holding,
) -> None:
    await holding.erases(await holding.begins())
    fern, mo, *others = await holding.hires(
        Role.LEAD, Role.MODERATOR, Role.STEWARD, Role.AUDITOR, Role.PARTNER
    )
    await holding.asks(fern, Deed.SET, Why.DANGER)
    for other in (mo, *others):
        with pytest.raises(NotFound):
            await holding.asks(other, Deed.SET, Why.DANGER)
    for nothing in ("escalation:2", "escalation:x", "case:1", "room:1", ""):
        with pytest.raises(NotFound):
            await holding.asks(fern, Deed.SET, Why.DANGER, nothing)
    async with holding.house.workshop.work() as work:
        with pytest.raises(FreshSignInNeeded):
            await ask_about_hold(work, fern.actor, about=ESCALATION, what=Deed.SET, why=Why.DANGER)


async def test_what_was_asked_runs_out_after_a_day_and_may_be_taken_back(
    holding: Holding,
) -> None:
    await holding.erases(await holding.begins())
    sam, fern = await holding.hires(Role.CRISIS_MODERATOR, Role.LEAD)
    asked = await holding.asks(sam, Deed.SET, Why.DANGER)
    assert await holding.asks(sam, Deed.SET, Why.DANGER) == asked
    holding.clock.pass_time(hours=24)
    with pytest.raises(RanOut):
        await holding.grants(fern, asked)
    again = await holding.asks(sam, Deed.SET, Why.DANGER)
    async with holding.house.workshop.work() as work:
        with pytest.raises(NotNow):
            await take_back_about_hold(work, holding.fresh(fern), about=ESCALATION, deed=again)
        await take_back_about_hold(work, holding.fresh(sam), about=ESCALATION, deed=again)
    with pytest.raises(RanOut):
        await holding.grants(fern, again)
    with pytest.raises(Malformed):
        await holding.asks(sam, Deed.SET, Why.SAFE_TO_TELL)


async def test_two_people_end_it_early(holding: Holding) -> None:
    message = await holding.begins()
    await holding.erases(message)
    sam, fern = await holding.hires(Role.CRISIS_MODERATOR, Role.LEAD)
    asked = await holding.asks(fern, Deed.END, Why.DONE)
    assert (await holding.held(message)).messages == {message}
    await holding.grants(sam, asked)
    assert await holding.held(message) == NOTHING_HELD
    with pytest.raises(NotNow):
        await holding.asks(fern, Deed.SET, Why.DANGER)


async def test_the_member_is_told_unless_two_people_said_before_that_telling_endangers(
    holding: Holding,
) -> None:
    message = await holding.begins()
    sam, fern = await holding.hires(Role.CRISIS_MODERATOR, Role.LEAD)
    asked = await holding.asks(sam, Deed.HUSH, Why.TELLING_ENDANGERS)
    assert len((await holding.erases(message)).told) == 1, "one person alone keeps nothing secret"
    await holding.grants(fern, asked)
    hushed = await holding.held(message)
    assert (hushed.messages, hushed.told) == ({message}, ())
    await holding.grants(sam, await holding.asks(fern, Deed.TELL, Why.SAFE_TO_TELL))
    assert len((await holding.held(message)).told) == 1


async def test_what_two_open_things_name_is_held_until_both_let_go(holding: Holding) -> None:
    message = await holding.begins()
    await holding.erases(message)
    async with holding.house.workshop.work() as work:
        first = await work.db.get_one(EscalationRow, EscalationId(1))
        other = EscalationRow(
            member_id=first.member_id,
            concern=first.concern,
            raised_at=first.raised_at,
            room_id=first.room_id,
            stage=Stage.TAKEN,
        )
        work.db.add(other)
        await work.db.flush()
        signal = (await work.db.scalars(select(SignalRow))).one()
        again = {
            column.key: getattr(signal, column.key)
            for column in SignalRow.__mapper__.columns
            if column.key != "row"
        }
        work.db.add(SignalRow(**(again | {"escalation_id": other.id})))
    holding.clock.pass_time(days=6)
    await holding.erases(message)
    holding.clock.pass_time(days=1)
    assert await holding.looks() == 1
    assert (await holding.held(message)).messages == {message}
    holding.clock.pass_time(days=6)
    assert await holding.looks() == 1
    assert await holding.held(message) == NOTHING_HELD
