"""The rota for programs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from holdfast.kit.clock import stamp
from holdfast.rights.rules import MATRIX, Permission, Role, Staff
from town import Person, StillClock, Town, appoint, mostly_on_sqlite, on_sqlite


async def of_role(town: Town, role: Role) -> Person:
    async with town.house.workshop.work() as work:
        return await appoint(work, role)


def staff_id(person: Person) -> int:
    assert isinstance(person.actor, Staff)
    return person.actor.id


def hours(clock: StillClock, since: float, until: float) -> dict[str, str]:
    return {
        "starts_at": stamp(clock.now() + timedelta(hours=since)),
        "ends_at": stamp(clock.now() + timedelta(hours=until)),
    }


@pytest.mark.full
@mostly_on_sqlite
async def test_a_shift_is_planned_begun_listed_and_ended(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    dahlia = await of_role(town, Role.MODERATOR)
    body = {"staff": staff_id(dahlia), **hours(clock, 0, 4), "languages": ["en", "pt-BR"]}
    planned = await client.post("/api/v1/shifts", json=body, headers=town.elm.bearer)
    assert planned.status_code == 201, planned.text
    assert planned.json()["role"] == "moderator"
    begun = await client.post("/api/v1/shifts/check-in", headers=dahlia.bearer)
    assert begun.json()["checked_in_at"] == stamp(clock.now())
    listed = (await client.get("/api/v1/shifts", headers=town.elm.bearer)).json()
    assert [one["id"] for one in listed["items"]] == [planned.json()["id"]]
    assert listed["on_shift"] == [
        {
            "staff": staff_id(dahlia),
            "name": planned.json()["name"],
            "role": "moderator",
            "languages": ["en", "pt-BR"],
            "until": body["ends_at"],
        }
    ]
    assert (await client.post("/api/v1/shifts/check-out", headers=dahlia.bearer)).is_success
    listed = (await client.get("/api/v1/shifts", headers=town.elm.bearer)).json()
    assert listed["on_shift"] == []


@mostly_on_sqlite
async def test_without_a_plan_one_says_until_when(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    dahlia = await of_role(town, Role.MODERATOR)
    refused = await client.post("/api/v1/shifts/check-in", headers=dahlia.bearer)
    assert (refused.status_code, refused.json()["code"]) == (409, "no_shift")
    body = {"until": hours(clock, 0, 3)["ends_at"]}
    begun = await client.post("/api/v1/shifts/check-in", json=body, headers=dahlia.bearer)
    assert begun.json()["ends_at"] == body["until"]


@mostly_on_sqlite
async def test_a_shift_is_called_off(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    dahlia = await of_role(town, Role.MODERATOR)
    body = {"staff": staff_id(dahlia), **hours(clock, 1, 4)}
    planned = await client.post("/api/v1/shifts", json=body, headers=town.elm.bearer)
    path = f"/api/v1/shifts/{planned.json()['id']}"
    assert (await client.delete(path, headers=dahlia.bearer)).status_code == 403
    assert (await client.delete(path, headers=town.elm.bearer)).status_code == 204
    assert (await client.delete(path, headers=town.elm.bearer)).status_code == 404


REFUSED: list[tuple[dict[str, Any], int]] = [
    ({"role": "crisis-moderator"}, 400),
    ({"role": "listener"}, 422),
    ({"staff": 999_999}, 404),
    ({"staff": -1}, 422),
    ({"ends_at": "2026-11-22T00:00:00Z"}, 400),
    ({"ends_at": "9999-12-31T23:59:59+14:00"}, 400),
    ({"starts_at": "0001-01-01T00:00:00+14:00"}, 400),
    ({"starts_at": "2026-11-22T10:00:00"}, 422),
    ({"languages": ["English"]}, 422),
    ({"surprise": 1}, 422),
    ({}, 201),
    ({}, 409),
]


@pytest.mark.full
@on_sqlite
async def test_what_makes_no_shift_is_refused(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    dahlia = await of_role(town, Role.MODERATOR)
    for change, status in REFUSED:
        body = {"staff": staff_id(dahlia), **hours(clock, 1, 5), **change}
        answer = await client.post("/api/v1/shifts", json=body, headers=town.elm.bearer)
        assert answer.status_code == status, (change, answer.text)


@pytest.mark.full
@mostly_on_sqlite
async def test_each_role_may_do_what_the_matrix_says_and_nothing_else(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    until = {"until": hours(clock, 0, 1)["ends_at"]}
    for day, role in enumerate(Role):
        dahlia = await of_role(town, Role.MODERATOR)
        person = town.ash if role is Role.MEMBER else await of_role(town, role)
        plan = {"staff": staff_id(dahlia), **hours(clock, 24 * day + 1, 24 * day + 5)}
        for permission, method, path, body in (
            (Permission.SHIFT_SEE, "GET", "/api/v1/shifts", None),
            (Permission.SHIFT_PLAN, "POST", "/api/v1/shifts", plan),
            (Permission.SHIFT_CHECK_IN, "POST", "/api/v1/shifts/check-in", until),
            (Permission.SHIFT_CHECK_IN, "POST", "/api/v1/shifts/check-out", None),
        ):
            answer = await client.request(method, path, json=body, headers=person.bearer)
            assert answer.is_success == (permission in MATRIX[role]), (role, path, answer.text)
            assert answer.status_code < 500
            assert (await client.request(method, path, json=body)).status_code == 401


@on_sqlite
async def test_no_time_is_too_far_to_ask_about(client: httpx.AsyncClient, town: Town) -> None:
    for since in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"):
        when = {"since": since}
        answer = await client.get("/api/v1/shifts", params=when, headers=town.elm.bearer)
        assert answer.json()["items"] == []
