"""Many concerns in one moment: people are told of the first while the last is still joined."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from crisis.voice import GOODBYE, HIGH, speak
from holdfast.crisis.actions import join_signals
from holdfast.crisis.queries.due import AT_ONCE
from holdfast.crisis.tables import EscalationRow
from holdfast.rights.rules import Member, System
from town import Town, unlimited


@unlimited
async def test_a_few_are_joined_and_told_before_the_next(town: Town) -> None:
    town.house.ledger.noticed = lambda: None  # nothing joins them by itself
    for number in range(AT_ONCE + 3):
        await speak(town, town.ash, GOODBYE, nonce=f"nonce-{number:08}")
    found = []
    for _ in range(3):
        async with town.house.workshop.work() as work:
            found.append(await join_signals(work, System()))
    assert found == [AT_ONCE, 3, 0]


@pytest.mark.full
@unlimited
async def test_the_gravest_are_joined_first(town: Town) -> None:
    town.house.ledger.noticed = lambda: None
    for number in range(AT_ONCE):
        await speak(town, town.ash, HIGH, nonce=f"nonce-{number:08}")
    await speak(town, town.birch, GOODBYE)
    async with town.house.workshop.work() as work:
        await join_signals(work, System())
    async with town.house.workshop.reading() as work:
        escalated = (await work.db.scalars(select(EscalationRow.member_id))).all()
    assert isinstance(town.birch.actor, Member)
    assert town.birch.actor.id in escalated
