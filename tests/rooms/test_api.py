"""Rooms for programs: who may see them, sit in them, make them."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from holdfast.rights.rules import MATRIX, STAFF_ROLES, Permission, Role
from town import NIGHT, Person, Town, appoint, mostly_on_sqlite

ROOM = {"slug": "gardening", "name": "Gardening", "topic": "Soil and hands", "language": "en"}


async def of_role(town: Town, role: Role) -> Person:
    if role is Role.MEMBER:
        return town.stranger
    async with town.house.workshop.work() as work:
        return await appoint(work, role)


ASKED = {
    Permission.ROOM_SEE: ("GET", "/api/v1/rooms", None),
    Permission.ROOM_MAKE: ("POST", "/api/v1/rooms", ROOM),
    Permission.SEAT_TAKE: ("PUT", f"/api/v1/rooms/{NIGHT}/seat", {}),
}


@pytest.mark.full
@mostly_on_sqlite
async def test_each_role_may_do_what_the_matrix_says_and_nothing_else(
    client: httpx.AsyncClient, town: Town
) -> None:
    for role in Role:
        person = await of_role(town, role)
        for permission, (method, path, body) in ASKED.items():
            answer = await client.request(method, path, json=body, headers=person.bearer)
            allowed = permission in MATRIX[role]
            assert answer.is_success == allowed, (role, permission, answer.text)
            assert answer.status_code < 500


def test_every_role_that_signs_in_is_in_the_matrix() -> None:
    assert set(MATRIX) == set(Role)
    assert Role.MEMBER not in STAFF_ROLES


@mostly_on_sqlite
async def test_a_guest_may_see_no_room_and_take_no_seat(
    client: httpx.AsyncClient, town: Town
) -> None:
    for method, path in (
        ("GET", "/api/v1/rooms"),
        ("GET", f"/api/v1/rooms/{NIGHT}"),
        ("PUT", f"/api/v1/rooms/{NIGHT}/seat"),
        ("DELETE", f"/api/v1/rooms/{NIGHT}/seat"),
        ("POST", "/api/v1/rooms"),
        ("GET", f"/api/v1/rooms/{NIGHT}/messages"),
    ):
        answer = await client.request(method, path, json=ROOM if method == "POST" else None)
        assert (answer.status_code, answer.json()["code"]) == (401, "signed_out"), path


@mostly_on_sqlite
async def test_the_rooms_of_a_first_start_are_listed_with_what_the_contract_says(
    client: httpx.AsyncClient, town: Town
) -> None:
    answer = (await client.get("/api/v1/rooms", headers=town.ash.bearer)).json()
    assert answer["next"] is None
    night = next(room for room in answer["items"] if room["slug"] == NIGHT)
    assert night["name"] == "Night owls"
    assert (night["kind"], night["state"], night["language"]) == ("open", "live", "en")
    assert night["head"] == 0
    assert {"slug", "name", "kind", "state", "language", "topic", "head"} <= set(night)


@mostly_on_sqlite
async def test_a_steward_makes_a_room_and_members_find_it(
    client: httpx.AsyncClient, town: Town
) -> None:
    made = await client.post("/api/v1/rooms", json=ROOM, headers=town.elm.bearer)
    assert made.status_code == 201
    assert made.json()["slug"] == "gardening"
    seat = await client.put("/api/v1/rooms/gardening/seat", headers=town.ash.bearer)
    assert seat.status_code == 200
    assert set(seat.json()) == {"seat", "pseudonym", "avatar"}


@mostly_on_sqlite
async def test_two_rooms_at_one_address_are_refused(client: httpx.AsyncClient, town: Town) -> None:
    first, second = await asyncio.gather(
        *(client.post("/api/v1/rooms", json=ROOM, headers=town.elm.bearer) for _ in range(2))
    )
    assert sorted([first.status_code, second.status_code]) == [201, 409]
    refused = first if first.status_code == 409 else second
    assert refused.json()["code"] == "slug_taken"


NO_ADDRESS = ("", "-a", "a-", "a--b", "Ä", "A", "a b", "a/b", "a" * 49, "a\n", "a_b", "ａ", "а")
NO_WORDS = ("\x00", "a\x00b", "a\x1b[2J", 7, None, ["x"], "x" * 1_001)


@mostly_on_sqlite
async def test_a_room_with_a_strange_address_or_strange_words_is_refused_and_nothing_breaks(
    client: httpx.AsyncClient, town: Town
) -> None:
    bodies: list[dict[str, object]] = [{**ROOM, "slug": slug} for slug in NO_ADDRESS]
    bodies += [
        {**ROOM, field: value}
        for field in ("name", "topic", "about", "language")
        for value in NO_WORDS
    ]
    bodies += [{**ROOM, "name": " "}, {**ROOM, "topic": "  "}, {**ROOM, "colour": "blue"}]
    for body in bodies:
        answer = await client.post("/api/v1/rooms", json=body, headers=town.elm.bearer)
        assert answer.status_code in (400, 422), (body, answer.text)


@mostly_on_sqlite
async def test_absent_and_forbidden_look_alike(client: httpx.AsyncClient, town: Town) -> None:
    answers = [
        await client.get(f"/api/v1/rooms/{slug}/messages", headers=town.stranger.bearer)
        for slug in (NIGHT, "no-such-room")
    ]
    assert answers[0].status_code == answers[1].status_code == 404
    assert answers[0].json() == answers[1].json()


@pytest.mark.full
@mostly_on_sqlite
async def test_any_address_of_a_room_is_answered_and_none_breaks_us(
    client: httpx.AsyncClient, town: Town
) -> None:
    for slug in ("%00", "a%00b", "%ff", "..", "%F0%9F%8C%99", "a" * 65):
        for method, rest in (
            ("GET", ""),
            ("PUT", "/seat"),
            ("GET", "/messages"),
            ("PUT", "/messages/nonce-001"),
        ):
            path = f"/api/v1/rooms/{slug}{rest}"
            body = {"text": "hello"} if rest.endswith("001") else None
            answer = await client.request(method, path, json=body, headers=town.ash.bearer)
            assert answer.status_code in (404, 405, 422), path


@mostly_on_sqlite
async def test_a_seat_is_given_up_and_taken_again_from_another_window(
    client: httpx.AsyncClient, town: Town
) -> None:
    path, ash = f"/api/v1/rooms/{NIGHT}", town.ash.bearer
    in_hand = await town.seat(town.ash)  # as a line has it that spoke without entering
    assert (await client.delete(f"{path}/seat", headers=ash)).status_code == 204
    gone = await client.put(f"{path}/messages/nonce-0001", json={"text": "x"}, headers=ash)
    assert gone.status_code == 404
    assert (await client.put(f"{path}/seat", headers=ash)).status_code == 200
    back = await client.put(f"{path}/messages/nonce-0002", json={"text": "x"}, headers=ash)
    assert back.status_code == 201
    assert in_hand.held is False
