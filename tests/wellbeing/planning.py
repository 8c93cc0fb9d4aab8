"""Writing a plan in a few words, for tests that need one."""

from __future__ import annotations

from holdfast.rights.rules import Staff
from holdfast.wellbeing.actions import add_line, leave_line
from holdfast.wellbeing.queries import Line, plan_of
from holdfast.wellbeing.rules.written import Written
from town import Person, Town

SIGN, SONG, SISTER = "I stop answering anyone", "One song, loud", "My sister, after six"
WORST = "Third floor, the blue door; call my brother"


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
