"""A sealed line in an escalation: at immediate, by two, in its own escalation only."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace
from datetime import datetime

import pytest

from crisis.voice import GOODBYE, HIGH, speak
from holdfast.crisis.actions import join_escalation, raise_by_hand
from holdfast.crisis.actions.sealed_lines import agree_to_line, ask_for_line, read_line
from holdfast.crisis.queries import steps_of
from holdfast.crisis.rules.steps import AlreadyDone
from holdfast.kit.errors import HoldfastError, NotFound
from holdfast.kit.ids import EscalationId
from holdfast.rights.rules import Role
from holdfast.screening.concern import Concern
from holdfast.staff.access import FreshSignInNeeded
from holdfast.wellbeing.rules.openings import NotImmediate, SecondPersonNeeded
from town import Person, StillClock, Town, appoint, mostly_on_sqlite, on_sqlite
from wellbeing.planning import WHY, WORST, seal, staff


async def with_somebody(town: Town, words: str) -> tuple[Person, Person]:
    """Ash left a line and wrote this; Sam is with them, Fern is there too."""
    await seal(town, town.ash)
    await speak(town, town.ash, words)
    await town.house.reactions.settled()
    async with town.house.workshop.work() as work:
        sam = await appoint(work, Role.CRISIS_MODERATOR)
        fern = await appoint(work, Role.LEAD)
        await join_escalation(work, sam.actor, escalation_id=1)
        now = work.clock.now()
    return fresh(sam, now), fresh(fern, now)


def fresh(person: Person, now: datetime) -> Person:
    """Somebody who has just shown who they are."""
    return Person(replace(staff(person), fresh_at=now), person.token)


async def ask(town: Town, who: Person) -> int:
    async with town.house.workshop.work() as work:
        return await ask_for_line(work, who.actor, town.house.root, escalation_id=1, reason=WHY)


async def agree(town: Town, who: Person, opening: int) -> None:
    async with town.house.workshop.work() as work:
        root = town.house.root
        await agree_to_line(work, who.actor, root, escalation_id=1, opening=opening)


async def reading(town: Town, who: Person, opening: int) -> str:
    async with town.house.workshop.work() as work:
        root = town.house.root
        return await read_line(work, who.actor, root, escalation_id=1, opening=opening)


async def refused(kind: type[HoldfastError], doing: Awaitable[object]) -> None:
    with pytest.raises(kind):
        await doing


@pytest.mark.full
@mostly_on_sqlite
async def test_the_line_is_read_by_two_and_every_step_stands_on_the_card(town: Town) -> None:
    sam, fern = await with_somebody(town, GOODBYE)
    opening = await ask(town, sam)
    await refused(SecondPersonNeeded, reading(town, sam, opening))
    await refused(SecondPersonNeeded, agree(town, sam, opening))
    await agree(town, fern, opening)
    assert await reading(town, sam, opening) == WORST
    assert await reading(town, fern, opening) == WORST
    async with town.house.workshop.reading() as work:
        steps = [step.what for step in await steps_of(work, EscalationId(1))]
    assert steps[-4:] == ["line_asked", "line_agreed", "line_read", "line_read"]


@pytest.mark.full
@on_sqlite
async def test_at_high_it_stays_sealed_until_somebody_says_that_it_is_immediate(
    town: Town,
) -> None:
    sam, fern = await with_somebody(town, HIGH)
    await refused(NotImmediate, ask(town, sam))
    async with town.house.workshop.work() as work:
        await raise_by_hand(
            work, sam.actor, escalation_id=1, to=Concern.IMMEDIATE, why="learned_more"
        )
    opening = await ask(town, sam)
    await agree(town, fern, opening)
    assert await reading(town, sam, opening) == WORST


@on_sqlite
async def test_who_does_not_hold_the_escalation_does_not_ask(town: Town) -> None:
    sam, fern = await with_somebody(town, GOODBYE)
    async with town.house.workshop.work() as work:
        dahlia = await appoint(work, Role.MODERATOR)
    await refused(AlreadyDone, ask(town, fern))
    await refused(NotFound, ask(town, dahlia))
    opening = await ask(town, sam)
    await refused(NotFound, agree(town, dahlia, opening))
    await refused(NotFound, agree(town, fern, opening + 1))
    await agree(town, fern, opening)


@pytest.mark.full
@on_sqlite
async def test_an_opening_of_another_escalation_opens_nothing_here(town: Town) -> None:
    sam, fern = await with_somebody(town, GOODBYE)
    opening = await ask(town, sam)
    await agree(town, fern, opening)
    root = town.house.root
    await speak(town, town.birch, GOODBYE, nonce="nonce-0000-0002")
    await town.house.reactions.settled()
    async with town.house.workshop.work() as work:
        await join_escalation(work, sam.actor, escalation_id=2)
    with pytest.raises(NotFound):
        async with town.house.workshop.work() as work:
            await read_line(work, sam.actor, root, escalation_id=2, opening=opening)
    assert await reading(town, sam, opening) == WORST


@pytest.mark.full
@on_sqlite
async def test_both_have_just_shown_who_they_are(town: Town, clock: StillClock) -> None:
    sam, fern = await with_somebody(town, GOODBYE)
    opening = await ask(town, sam)
    clock.pass_time(minutes=6)
    await refused(FreshSignInNeeded, agree(town, fern, opening))
    await refused(FreshSignInNeeded, ask(town, sam))
    await agree(town, fresh(fern, clock.now()), opening)
    assert await reading(town, sam, opening) == WORST
