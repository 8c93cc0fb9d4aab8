"""Many concerns in one moment: people are told of the first while the last is still joined."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from crisis.voice import GOODBYE, HIGH, speak
from holdfast.crisis.actions import join_signals
from holdfast.crisis.queries.due import AT_ONCE
from holdfast.crisis.tables import EscalationRow, SignalRow
from holdfast.kit.work import Work
from holdfast.reactions import concerns
from holdfast.rights.rules import Member, System
from town import Town, unlimited

UNJOINED = SignalRow.escalation_id.is_(None)
OF_A_SIGNAL = (
    *("member_id", "seat_id", "room_id", "message_id", "concern"),
    *("tracks", "noticed", "held", "at"),
)


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


async def _noticed(work: Work, more: int = 0) -> int:
    """How many signals belong to no escalation; `more` are noticed first, as the last one was."""
    known = (await work.db.scalars(select(SignalRow).order_by(SignalRow.row))).all()
    values = {name: getattr(known[-1], name) for name in OF_A_SIGNAL}
    work.db.add_all(SignalRow(**values) for _ in range(more))
    await work.db.flush()
    return len((await work.db.scalars(select(SignalRow.row).where(UNJOINED))).all())


@unlimited
async def test_joining_comes_to_its_end_however_much_is_noticed_meanwhile(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.house.ledger.noticed = lambda: None
    await speak(town, town.ash, HIGH)
    looks: list[int] = []

    async def join_while_others_write(work: Work, actor: System) -> int:
        joined = await join_signals(work, actor)
        looks.append(await _noticed(work, more=1 if len(looks) < 20 else 0))
        return joined

    monkeypatch.setattr(concerns, "join_signals", join_while_others_write)
    await town.house.reactions.concerns.join()
    assert looks == [1]
    await town.house.reactions.concerns.join()
    assert looks == [1, 1]  # what was noticed meanwhile is joined by whoever comes next


@unlimited
async def test_however_many_concerns_come_one_waits_to_join_them_all(town: Town) -> None:
    town.house.ledger.noticed = lambda: None
    await speak(town, town.ash, HIGH)
    for _ in range(50):
        town.house.reactions.concerns.join_soon()
    assert len(town.house.reactions._errands._tasks) == 1
    await town.house.reactions.settled()
    async with town.house.workshop.reading() as work:
        assert await _noticed(work) == 0
    await speak(town, town.birch, HIGH)
    town.house.reactions.concerns.join_soon()
    await town.house.reactions.settled()
    async with town.house.workshop.reading() as work:
        assert await _noticed(work) == 0
