"""The matrix holds at every door: each page, each call, each live command, for each role."""

from __future__ import annotations

from typing import Any
from zlib import crc32

import pytest
from fastapi import FastAPI
from websockets.exceptions import InvalidStatus

from holdfast.rights.matrix import Role
from holdfast.staff.tables import StaffRow
from rights.doors import (
    EVERYBODY,
    GUEST,
    REMOVED,
    SMALL,
    Answer,
    Door,
    ask,
    commands,
    commands_there_are,
    doors,
    doors_of,
    filled,
    let_in,
    places,
    wanted_by,
)
from rights.stage import Stage, begin_shifts, hired, set_stage
from rights.things import make, side
from serving import Line, Served
from town import Person, Town, appoint, on_sqlite, unlimited


@on_sqlite
def test_every_door_of_the_house_is_in_the_table_and_none_that_is_gone(app: FastAPI) -> None:
    there_are, listed = doors_of(app), {door.name for door in doors()}
    assert (sorted(there_are - listed), sorted(listed - there_are)) == ([], [])


def test_every_live_command_is_in_the_table() -> None:
    assert commands_there_are() == set(commands())


async def removed(town: Town) -> Person:
    """Somebody who had every key there is, until a moment ago."""
    async with town.house.workshop.work() as work:
        person = await appoint(work, Role.LEAD)
    async with town.house.workshop.work() as work:
        row = await work.db.get_one(StaffRow, person.actor.id)  # type: ignore[union-attr]
        row.removed_at = work.clock.now()
    return person


@pytest.mark.full
@on_sqlite
@unlimited
@pytest.mark.parametrize("place", places())
@pytest.mark.parametrize("who", ["some", pytest.param("everybody", marks=pytest.mark.slow)])
async def test_at_every_door_those_get_in_whom_the_matrix_names_and_nobody_else(
    app: FastAPI, town: Town, place: str, who: str
) -> None:
    # Hundreds are refused here; each refusal would be witnessed on disk.
    town.house.workshop.everywhere.remove(town.house.witness.hear)
    gone, staff = await removed(town), await hired(town)
    strays: list[str] = []
    for door in doors():
        if place in {door.place, SMALL if door.place not in places() else ""}:
            stage = await set_stage(town, await hired(town) if door.away or door.here else staff)
            if door.here:
                await begin_shifts(stage)
            names = asked_at(door)
            if who == "some" and door.heading != "alike":
                names = some_of(names, door)
            strays += await strays_at(app, stage, door, gone, names)
    assert not strays, "\n".join(strays)


def asked_at(door: Door) -> list[str]:
    """Everybody who tries this door."""
    if door.heading == "alike":
        return [GUEST, Role.MEMBER.value, Role.LEAD.value]
    return in_turn(door.allowed)


def some_of(names: list[str], door: Door) -> list[str]:
    """Two who are refused and one who gets in, others at each door.

    Where more than the right is needed, not everybody whom the matrix names gets in: all are asked.
    """
    at = crc32(door.name.encode())
    refused = [name for name in names if name not in door.allowed]
    allowed = [name for name in names if name in door.allowed]
    turned = refused[at % len(refused) :] + refused if refused else []
    some = allowed if door.more or not allowed else [allowed[at % len(allowed)]]
    return list(dict.fromkeys(turned[:2])) + some


async def strays_at(
    app: FastAPI, stage: Stage, door: Door, gone: Person, names: list[str]
) -> list[str]:
    """Who of these is answered otherwise at this door than the matrix says."""
    things = await make(stage, door.parameters)
    allowed, used = door.allowed, False
    answers: dict[str, Answer] = {}
    for name in names:
        person = {GUEST: stage.town.guest, REMOVED: gone}.get(name) or stage.person(name)
        if used:
            things = await make(stage, door.parameters)
        used = name in allowed  # whoever gets in may have used up what the door leads to
        mine = getattr(person.actor, "session", 0)
        answers[name] = await ask(app, door, person, {**things, "mine": mine})
    return judged(door, allowed, answers)


def in_turn(allowed: frozenset[str]) -> list[str]:
    """First those who are refused, so that it was all there when they came."""
    return sorted(EVERYBODY, key=lambda name: name in allowed)


def judged(door: Door, allowed: frozenset[str], answers: dict[str, Answer]) -> list[str]:
    """What is wrong with how these people were answered."""
    told = {name: f"{door.name} answers {name} with {one.status}" for name, one in answers.items()}
    strays = [told[name] for name, answer in answers.items() if answer.status >= 500]
    if door.heading == "alike":
        alike = len({answer.status for answer in answers.values()}) == 1
        return strays if alike else [*strays, *told.values()]
    let = {name for name, answer in answers.items() if not answer.is_refusal(door)}
    strays += [told[name] for name in let - allowed]
    if not (door.more or door.off):
        strays += [told[name] for name in (allowed & answers.keys()) - let]
    return strays if let & allowed or door.off else [*strays, f"{door.name} lets nobody in"]


@pytest.mark.full
@on_sqlite
@unlimited
@pytest.mark.parametrize("do", sorted(commands()))
async def test_on_the_live_line_those_are_heard_whom_the_matrix_names_and_nobody_else(
    served: Served, town: Town, do: str
) -> None:
    heading, fields = commands()[do]
    stage, allowed = await set_stage(town, await hired(town)), let_in(heading)
    things = await make(stage, wanted_by(fields))
    strays, heard = [], 0
    for name in in_turn(allowed - {GUEST, REMOVED}):
        if name in {GUEST, REMOVED}:
            continue  # they get no line at all, as the test of the handshake shows
        line = await served.line(stage.person(name))
        if name == Role.MEMBER:
            await line.enter()
        code = await answered(line, do, filled(fields, things))
        heard += code == ""
        if (code == "") != (name in allowed):
            strays.append(f"{do} answers {name} with {code or 'yes'}")
    assert strays == []
    assert heard == len(allowed)


@pytest.mark.full
@on_sqlite
async def test_who_came_to_somebody_and_has_another_role_now_reads_no_more_there(
    app: FastAPI, town: Town
) -> None:
    """The seat is still there; the right to it went with the role."""
    stage = await set_stage(town, await hired(town))
    door = Door("side_space:read", "GET", "/api/v1/rooms/{slug}/messages")
    things, sam = {"slug": await side(stage)}, stage.staff[Role.CRISIS_MODERATOR]
    assert (await ask(app, door, sam, things)).status == 200
    async with town.house.workshop.work() as work:
        row = await work.db.get_one(StaffRow, sam.actor.id)  # type: ignore[union-attr]
        row.role = Role.PARTNER
    assert (await ask(app, door, sam, things)).status == 404


async def answered(line: Line, do: str, fields: dict[str, Any]) -> str:
    """The code with which a command is refused; nothing where it is not."""
    await line.say(do, **fields)
    await line.say("leave", room="nowhere")  # refused, in its turn: then the other one is done
    code = ""
    while (event := await line.hear_next("refused")).get("room") != "nowhere":
        code = event["code"]
    return code


@on_sqlite
async def test_a_guest_and_somebody_who_was_removed_get_no_line(served: Served, town: Town) -> None:
    gone = await removed(town)
    assert await (await served.line(town.ash)).enter()
    for person in (town.guest, gone):
        with pytest.raises(InvalidStatus) as refused:
            await served.line(person)
        assert refused.value.response.status_code == 401
