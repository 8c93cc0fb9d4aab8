"""W16, W17: what is one member's own opens for nobody else, and no field that is ours is taken."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from fastapi import FastAPI

from holdfast.kit.tables import Table
from rights.doors import Door, doors
from rights.stage import Stage, hired, set_stage
from rights.things import make
from town import NIGHT, Person, Town, newcomers, on_sqlite, unlimited
from trust.web.walking import answer, quietly, routes_of

pytestmark = [on_sqlite, unlimited]
REFUSED = {401, 403, 404}
SHARED = {"slug", "seq", "theirs", "seat", "nonce", "answer", "handle", "name:path", "seed"}
"""What everybody who sits in a room may have in hand."""
OPEN_TO_ROOMMATES = {
    "POST /rooms/{slug}/messages/{seq}/hide": "covers it for oneself alone",
    "POST /rooms/{slug}/messages/{seq}/show": "uncovers it again",
    "PUT /api/v1/rooms/{slug}/messages/{seq}/hidden": "the same, by a program",
    "DELETE /api/v1/rooms/{slug}/messages/{seq}/hidden": "the same, by a program",
    "GET /rooms/{slug}/messages/{seq}/report": "tells staff of it",
    "POST /rooms/{slug}/messages/{seq}/report": "tells staff of it",
    "POST /api/v1/rooms/{slug}/messages/{seq}/reports": "the same, by a program",
    "POST /rooms/{slug}/messages/{seq}": "answers what somebody said",
    "PUT /api/v1/rooms/{slug}/messages/{seq}/responses/{answer}": "the same, by a program",
    "DELETE /api/v1/rooms/{slug}/messages/{seq}/responses/{answer}": "takes back one's own answer",
}
"""Doors that lead to what another member said, and that whoever sits there may go through."""


def names_in(door: Door) -> set[str]:
    """The parameters of its address, whatever stands in for them."""
    return {part.strip("{}") for part in door.path.split("/") if part.startswith("{")}


def own_doors() -> list[Door]:
    """Doors for members that lead to something of one member alone."""
    return [
        door
        for door in doors()
        if door.heading in {"member", "someone"}
        and (names_in(door) - SHARED or names_in(door) & {"seq"})
        and not door.away
        and not (door.more or door.off)
    ]


@pytest.mark.parametrize(
    "who",
    [
        "a roommate",  # who may do most; whoever may do less, CI sends to the doors too
        pytest.param("a stranger", marks=pytest.mark.full),
        pytest.param("a guest", marks=pytest.mark.full),
    ],
)
async def test_w16_nobody_goes_through_a_door_with_what_is_somebody_else_s(
    app: FastAPI, town: Town, who: str
) -> None:
    """With the member's real things in hand; and then the member goes through with them."""
    quietly(town)
    staff, strays, opened = await hired(town), list[str](), 0
    (roommate,) = await newcomers(town.house, 1, NIGHT)
    others = {"a roommate": roommate, "a stranger": town.stranger, "a guest": town.guest}
    for door in own_doors():
        stage = await set_stage(town, staff)
        things = await make(stage, door.parameters)
        theirs = {"mine": getattr(others[who].actor, "session", 0)}
        one = await answer(app, door, others[who], {**things, **theirs})
        led_away = one.status == 303 and one.headers["location"].startswith(
            ("/sign-in", "/come-in")
        )
        if one.status in REFUSED or led_away:
            mine = {"mine": stage.member.member.session}
            opened += (await answer(app, door, stage.member, {**things, **mine})).status < 400
        elif who != "a roommate" or door.name not in OPEN_TO_ROOMMATES:
            strays.append(f"{who} at {door.name}: {one.status} {one.headers.get('location', '')}")
    assert not strays, "\n".join(strays)
    assert opened > 10, "their owner gets in with the same things"


# ---------------------------------------------------------------- fields that are ours

COLUMNS = sorted(
    {column.name for table in Table.metadata.tables.values() for column in table.columns}
)
AT_ONCE = 12


def with_json(app: FastAPI) -> list[Door]:
    """Every call that reads a body of JSON; some take none, whatever is sent along."""
    reads = {
        name
        for name, route in routes_of(app).items()
        if getattr(route, "body_field", None) is not None
    }
    return [door for door in doors() if door.json is not None and door.name in reads]


def in_parts(names: Iterable[str]) -> list[list[str]]:
    listed = list(names)
    return [listed[at : at + AT_ONCE] for at in range(0, len(listed), AT_ONCE)]


async def test_w17_no_call_takes_a_field_that_it_does_not_name(app: FastAPI, town: Town) -> None:
    """The names of all our columns, some at a time, at each call."""
    quietly(town)
    assert len(COLUMNS) > 150
    stage = await set_stage(town, await hired(town))
    taken: list[str] = []
    assert len(with_json(app)) > 30
    for door in with_json(app):
        known = set(door.json or {})
        things = dict.fromkeys(door.parameters | {"mine"}, "1")
        for number, names in enumerate(in_parts(sorted(set(COLUMNS) - known))):
            if number % 4 != hash_of(door) % 4:
                continue  # each call a quarter of them; all calls together have all of them often
            body = {**(door.json or {}), **dict.fromkeys(names, 1)}
            more = Door(door.heading, door.method, door.path, json=body, values=door.values)
            one = await answer(app, more, who_may(stage, door), things)
            if one.status < 400:
                taken.append(f"{one.told} {names}")
    assert not taken, "\n".join(taken)


def hash_of(door: Door) -> int:
    return sum(door.name.encode())


def who_may(stage: Stage, door: Door) -> Person:
    """Somebody whom the door is for, so that it is the field that is refused."""
    named = sorted(door.allowed - {"guest", "removed"})
    return stage.person(named[0]) if named else stage.town.guest


async def test_w17_what_is_said_has_no_field_of_ours(app: FastAPI, town: Town) -> None:
    """Each column by its name, with words that would be taken without it."""
    fields = {"text", "note", "reply_to", "wants", "as_is", "expires"}
    for number, column in enumerate(sorted(set(COLUMNS) - fields)):
        path = f"/api/v1/rooms/{NIGHT}/messages/nonce-{number:04}"
        door = Door("member", "PUT", path, json={"text": "Hello", column: 1})
        one = await answer(app, door, town.ash, {})
        assert (one.status, b"unknown_field" in one.body) == (422, True), column


async def test_w17_a_form_changes_only_what_it_is_for(app: FastAPI, town: Town) -> None:
    """Forms pass over what they do not know: role, seat and state stay what they were."""
    extra = dict.fromkeys(("role", "member_id", "seat", "seq", "removed_at", "is_admin"), "steward")
    door = Door("member", "POST", "/me/looks", form={"theme": "dark", **extra})
    before = await answer(app, Door("member", "GET", "/api/v1/me"), town.ash, {})
    assert (await answer(app, door, town.ash, {})).status == 303
    after = await answer(app, Door("member", "GET", "/api/v1/me"), town.ash, {})
    assert (after.status, set(after.text)) == (200, set(before.text) | set(after.text))
    assert (await answer(app, Door("", "GET", "/staff/people"), town.ash, {})).status == 404
