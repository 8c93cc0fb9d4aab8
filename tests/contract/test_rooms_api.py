"""Which rooms there are, how a steward makes one, how a member sits down and leaves."""

from __future__ import annotations

import secrets

from contract.client import Member, Place
from contract.databases import on_both_databases

FIRST = {"evening", "anxiety", "low-mood", "recovery", "grief", "night-room"}


def all_rooms(place: Place, member: Member) -> dict[str, dict[str, object]]:
    """Every room on every page of the list, by slug."""
    found: dict[str, dict[str, object]] = {}
    address = "/api/v1/rooms"
    while address:
        page = member.call("GET", address).json()
        assert page.keys() == {"items", "next"}
        found |= {room["slug"]: room for room in page["items"]}
        address = page["next"]
    return found


@on_both_databases
def test_the_first_rooms_are_there_and_live(place: Place, stranger: Member) -> None:
    rooms = all_rooms(place, stranger)
    assert rooms.keys() >= FIRST
    for slug in FIRST:
        room = rooms[slug]
        assert room.keys() >= {"slug", "name", "kind", "state", "language", "topic", "head"}
        assert (room["kind"], room["state"]) == ("open", "live")
        assert isinstance(room["head"], int)


@on_both_databases
def test_a_room_the_steward_makes_is_there_for_everyone(place: Place, stranger: Member) -> None:
    slug = f"sea-{secrets.token_hex(4)}"
    answer = place.make_room(slug=slug, name="By the sea", topic="grief", language="es")
    assert answer.status_code == 201
    room = all_rooms(place, stranger)[slug]
    assert room["name"] == "By the sea"
    assert (room["topic"], room["language"]) == ("grief", "es")
    assert (room["kind"], room["head"]) == ("open", 0)
    stranger.take_seat(slug)
    assert stranger.put(slug, "Waves").json()["seq"] == 1
    assert all_rooms(place, stranger)[slug]["head"] == 1


def test_only_a_steward_makes_rooms(place: Place, stranger: Member) -> None:
    slug = f"mine-{secrets.token_hex(4)}"
    body = {"slug": slug, "name": "Mine", "topic": "general", "language": "en", "about": "x"}
    for token, refused in ((stranger.token, (403, 404)), (None, (401,))):
        answer = place.call("POST", "/api/v1/rooms", token=token, json=body)
        assert answer.status_code in refused
        assert answer.json()["code"]
    assert slug not in all_rooms(place, stranger)
    assert place.make_room(slug=slug).status_code == 201


def test_there_are_no_two_rooms_with_one_slug(place: Place, room: str) -> None:
    answer = place.make_room(slug=room, name="Another")
    assert answer.status_code == 409
    assert answer.json()["code"]


def test_a_slug_that_cannot_stand_in_an_address_is_refused(place: Place) -> None:
    for slug in ("", "With Space", "UPPER", "sl/ash", "../up", "ü", "x" * 300, 7):
        answer = place.make_room(slug=slug)
        assert 400 <= answer.status_code < 500, slug
        assert answer.json()["code"] == "malformed", slug


def test_a_room_has_no_fields_nobody_knows(place: Place) -> None:
    answer = place.make_room(slug=f"room-{secrets.token_hex(4)}", colour="green")
    assert 400 <= answer.status_code < 500
    assert answer.json()["code"] == "unknown_field"


@on_both_databases
def test_taking_a_seat_twice_is_taking_it_once(place: Place, room: str) -> None:
    member = place.newcomer()
    first, second = member.take_seat(room), member.take_seat(room)
    assert first == second
    assert first.keys() >= {"seat", "pseudonym", "avatar"}
    assert all(first[name] for name in ("seat", "pseudonym", "avatar"))


def test_two_members_have_two_seats(place: Place, room: str) -> None:
    seats = [place.newcomer().take_seat(room) for _ in range(2)]
    assert seats[0]["seat"] != seats[1]["seat"]
    assert seats[0]["pseudonym"] != seats[1]["pseudonym"]


def test_a_seat_has_no_fields_nobody_knows(stranger: Member, room: str) -> None:
    answer = stranger.call("PUT", f"/api/v1/rooms/{room}/seat", json={"name": "Me"})
    assert 400 <= answer.status_code < 500
    assert answer.json()["code"] == "unknown_field"
    stranger.take_seat(room)


@on_both_databases
def test_who_leaves_the_seat_finds_the_room_closed_as_if_it_were_not_there(
    place: Place, ash: Member, room: str
) -> None:
    assert ash.call("DELETE", f"/api/v1/rooms/{room}/seat").status_code in (200, 204)
    here = ash.call("GET", f"/api/v1/rooms/{room}/messages")
    nowhere = ash.call("GET", "/api/v1/rooms/there-is-no-such-room/messages")
    assert here.status_code == nowhere.status_code == 404
    ash.take_seat(room)
    assert ash.page(room)["items"] == []


@on_both_databases
def test_absent_and_forbidden_look_alike(place: Place, stranger: Member, room: str) -> None:
    for method, rest in (
        ("GET", "messages"),
        ("PUT", "messages/same-nonce-1"),
        ("DELETE", "seat"),
        ("POST", "messages/1/reports"),
    ):
        answers = []
        for slug in (room, "there-is-no-such-room"):
            said = {"PUT": {"text": "Hello"}, "POST": {"kind": "conduct"}}
            body = {"json": said[method]} if method in said else {}
            answer = stranger.call(method, f"/api/v1/rooms/{slug}/{rest}", **body)
            answers.append((answer.status_code, answer.text.replace(slug, "-")))
        assert answers[0] == answers[1], (method, rest)
        assert answers[0][0] == 404, (method, rest)


def test_a_seat_in_a_room_that_is_not_there_is_404(stranger: Member) -> None:
    answer = stranger.call("PUT", "/api/v1/rooms/there-is-no-such-room/seat", json={})
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_reports_come_with_a_later_issue(ash: Member, room: str) -> None:
    ash.put(room, "words")
    path = f"/api/v1/rooms/{room}/messages/1/reports"
    answer = ash.call("POST", path, json={"kind": "worried"})
    assert 400 <= answer.status_code < 500
