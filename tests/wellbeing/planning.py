"""Writing a plan in a few words, for tests that need one."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.kit.ids import EscalationId, OpeningId
from holdfast.rights.rules import Staff
from holdfast.screening.concern import Concern
from holdfast.wellbeing.actions import (
    add_line,
    approve_opening,
    ask_to_open_line,
    leave_line,
    open_line,
)
from holdfast.wellbeing.queries import Line, plan_of
from holdfast.wellbeing.rules.written import Written
from town import Person, Town

SIGN, SONG, SISTER = "I stop answering anyone", "One song, loud", "My sister, after six"
WORST = "Third floor, the blue door; call my brother"
WHY = "She wrote goodbye and no longer answers"
CASE = EscalationId(7)
NOW = Concern.IMMEDIATE


async def write(town: Town, person: Person, part: str, text: str) -> Written:
    """Somebody writes a line into their plan."""
    async with town.house.workshop.work() as work:
        return await add_line(work, person.member, root=town.house.root, part=part, text=text)


async def a_plan(town: Town, person: Person) -> list[Line]:
    """Somebody's plan of three lines."""
    for part, text in (("ask", SISTER), ("signs", SIGN), ("alone", SONG)):
        await write(town, person, part, text)
    return await lines_of(town, person)


async def lines_of(town: Town, person: Person) -> list[Line]:
    async with town.house.workshop.reading() as work:
        return await plan_of(work, town.house.root, person.member)


async def seal(town: Town, person: Person, text: str = WORST) -> Written:
    """Somebody leaves a line for the worst night."""
    async with town.house.workshop.work() as work:
        return await leave_line(work, person.member, root=town.house.root, text=text)


def staff(person: Person) -> Staff:
    assert isinstance(person.actor, Staff)
    return person.actor


@dataclass(frozen=True)
class Desk:
    """Two who may, one who may not, and the town they look after."""

    town: Town
    sam: Staff
    fern: Staff
    dahlia: Staff

    async def ask(self, who: Staff, *, concern: Concern = NOW, reason: str = WHY) -> OpeningId:
        async with self.town.house.workshop.work() as work:
            return await ask_to_open_line(
                work,
                who,
                root=self.town.house.root,
                member_id=self.town.ash.member.id,
                escalation_id=CASE,
                concern=concern,
                reason=reason,
            )

    async def approve(self, who: Staff, opening: OpeningId, concern: Concern = NOW) -> None:
        root = self.town.house.root
        async with self.town.house.workshop.work() as work:
            await approve_opening(work, who, root=root, opening_id=opening, concern=concern)

    async def read(self, who: Staff, opening: OpeningId, concern: Concern = NOW) -> str:
        root = self.town.house.root
        async with self.town.house.workshop.work() as work:
            return await open_line(work, who, root=root, opening_id=opening, concern=concern)
