"""What open work of the staff names is held when its author erases it, and not for longer."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from crisis.voice import HIGH
from holdfast.crisis.queries import opened_lines
from holdfast.crisis.tables import EscalationRow, SignalRow, Stage
from holdfast.erasing.holds.rules import (
    NOTHING_HELD,
)
from holdfast.erasing.holds.tables import HeldWordsRow, HoldNameRow, HoldRow
from holdfast.kit.ids import EscalationId
from holdfast.messages.actions.held_up import hold_what_is_named
from holdfast.messages.tables import MessageRow
from holdfast.rights.rules import Role
from town import StillClock, Town
from trust.holding import ESCALATION, Holding


@pytest.fixture
def holding(town: Town, clock: StillClock) -> Holding:
    return Holding(town, clock)


@pytest.mark.full
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


@pytest.mark.full
async def test_two_who_erase_at_once_begin_one_hold(holding: Holding) -> None:
    message = await holding.begins()
    await asyncio.gather(holding.erases(message), holding.erases(), holding.erases(message))
    async with holding.house.workshop.reading() as work:
        (row,) = await work.db.scalars(select(HoldRow))
        names = (await work.db.scalars(select(HoldNameRow.message_id))).all()
    assert (row.about, row.account, list(names)) == (ESCALATION, True, [message])
    nobody = await hold_what_is_named(
        holding.house.ledger, holding.town.ash.member, member=None, messages=None
    )
    assert nobody == NOTHING_HELD


@pytest.mark.full
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


@pytest.mark.full
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


@pytest.mark.full
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
