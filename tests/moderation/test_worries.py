"""A worry about somebody reaches those who go to people in danger, at once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from holdfast.crisis.queries import escalation_card, open_escalations, steps_of
from holdfast.crisis.tables import EscalationRow, SignalRow
from holdfast.moderation.rules.cases import CaseKind
from holdfast.moderation.rules.reports import Door
from holdfast.rights.rules import Role
from holdfast.screening.concern import Concern
from moderation.reporting import Care
from town import NIGHT, Town, newcomers, on_sqlite


@pytest.fixture
def care(town: Town) -> Care:
    return Care(town)


async def test_a_worry_is_a_sign_at_crisis_in_the_same_transaction(care: Care, town: Town) -> None:
    seq = await care.says(town.birch, "I am so tired of it all")
    await care.reports(town.ash, seq, Door.WORRIED)
    sam = await care.hires(Role.CRISIS_MODERATOR, "Sam")
    async with care.house.workshop.reading() as work:
        (one,) = await open_escalations(work)
        card = await escalation_card(work, town.reader(sam), one.id)
        steps = [step.what for step in await steps_of(work, one.id)]
    assert (one.member_id, one.concern) == (town.birch.member.id, Concern.WATCH)
    (sign,) = card.signs
    assert sign.line is not None
    assert sign.line.seq == seq
    assert [rule for rule, *_ in sign.noticed] == ["worried"]
    assert "worried" in steps
    case = await care.case()
    assert (case.kind, case.concern, case.worried) == (CaseKind.WORRIED, Concern.WATCH, 1)
    assert case.escalation_id == one.id


@pytest.mark.full
@on_sqlite
async def test_a_worry_joins_what_is_open_already_and_is_told_once(care: Care, town: Town) -> None:
    (third,) = await newcomers(care.house, 1, NIGHT)
    seq = await care.says(town.birch)
    await care.reports(town.ash, seq, Door.WORRIED)
    await care.reports(town.ash, seq, Door.WORRIED)
    await care.reports_person(third, town.birch, Door.WORRIED)
    async with care.house.workshop.reading() as work:
        signals = list(await work.db.scalars(select(SignalRow)))
        escalations = list(await work.db.scalars(select(EscalationRow)))
    assert (len(escalations), len(signals)) == (1, 2)
    assert {signal.escalation_id for signal in signals} == {escalations[0].id}


@pytest.mark.full
@on_sqlite
async def test_what_was_not_ok_may_become_a_worry_and_stays_one(care: Care, town: Town) -> None:
    seq = await care.says(town.birch)
    first = await care.reports(town.ash, seq, Door.CONDUCT)
    async with care.house.workshop.reading() as work:
        assert await open_escalations(work) == []
    again = await care.reports(town.ash, seq, Door.WORRIED)
    assert again.id == first.id
    await care.reports(town.ash, seq, Door.CONDUCT)
    (mine,) = await care.mine(town.ash)
    assert mine.kind is Door.WORRIED
    async with care.house.workshop.reading() as work:
        assert len(await open_escalations(work)) == 1
