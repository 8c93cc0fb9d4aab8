"""What bad input gets over HTTP: problem details with a stable code, never a 5xx."""

from __future__ import annotations

import json

import httpx
import pytest

from contract.client import Member, Place
from contract.databases import on_both_databases
from contract.line import fresh_nonce


def assert_is_problem(answer: httpx.Response, code: str | None = None) -> None:
    """RFC 9457, a stable `code`, words a person can read."""
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["content-type"].split(";")[0] == "application/problem+json"
    problem = answer.json()
    assert problem.keys() >= {"type", "title", "status", "detail", "code"}
    assert problem["status"] == answer.status_code
    assert problem["title"].strip()
    assert problem["detail"].strip()
    assert code in (None, problem["code"])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing-here", 404),
        ("GET", "/api/v2/rooms", 404),
        ("DELETE", "/api/v1/rooms", 405),
        ("PUT", "/api/v1/members", 405),
        ("PATCH", "/api/v1/me", 405),
        ("GET", "/api/v1/sign-in", 405),
        ("POST", "/api/v1/rooms/evening/messages", 405),
    ],
)
def test_what_is_not_there_or_not_done_is_a_problem(
    stranger: Member, method: str, path: str, status: int
) -> None:
    answer = stranger.call(method, path)
    assert answer.status_code == status
    assert_is_problem(answer)


BODIES: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"hello",
    "half a JSON": b'{"text":',
    "an array": b'["Hello"]',
    "a string": b'"Hello"',
    "null": b"null",
    "not UTF-8": b'{"text":"\xff\xfe"}',
    "NaN": b'{"text":"x","reply_to":NaN}',
    "a thousand levels": b'{"text":' + b"[" * 1000 + b"]" * 1000 + b"}",
    "ten thousand brackets": b"[" * 10_000,
    "no text": b"{}",
    "text of another type": b'{"text":1}',
    "an unknown wish": b'{"text":"x","wants":"money"}',
    "a reply to a word": b'{"text":"x","reply_to":"one"}',
}


def test_a_body_that_is_no_message_is_malformed_and_nothing_is_kept(ash: Member, room: str) -> None:
    codes = {}
    for what, body in BODIES.items():
        path = f"/api/v1/rooms/{room}/messages/{fresh_nonce()}"
        answer = ash.call("PUT", path, content=body, headers={"Content-Type": "application/json"})
        assert_is_problem(answer)
        codes[what] = answer.json()["code"]
    assert codes == dict.fromkeys(BODIES, "malformed")
    assert ash.page(room)["items"] == []


@pytest.mark.parametrize("body", [b'{"text":"\\ud800"}', b'{"text":"one","text":"two"}'])
def test_a_doubtful_body_is_answered_definitely(ash: Member, room: str, body: bytes) -> None:
    path = f"/api/v1/rooms/{room}/messages/{fresh_nonce()}"
    answer = ash.call("PUT", path, content=body, headers={"Content-Type": "application/json"})
    assert len(ash.page(room)["items"]) == (answer.status_code == 201)
    if answer.status_code != 201:
        assert_is_problem(answer)


def test_a_message_with_a_field_nobody_knows_is_refused(ash: Member, room: str) -> None:
    for field in ("colour", "seq", "author", "at", "html", "removed"):
        assert_is_problem(ash.put(room, "Hello", **{field: "x"}), "unknown_field")
    assert ash.page(room)["items"] == []


@on_both_databases
def test_a_message_that_is_too_long_is_a_problem(place: Place, ash: Member, room: str) -> None:
    assert_is_problem(ash.put(room, "x" * 4001), "too_long")
    assert ash.put(room, "x" * 4000).status_code == 201


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "image/png"]
)
def test_a_body_of_another_kind_is_refused(ash: Member, room: str, kind: str) -> None:
    answer = ash.call(
        "PUT",
        f"/api/v1/rooms/{room}/messages/{fresh_nonce()}",
        content=json.dumps({"text": "Hello"}),
        headers={"Content-Type": kind},
    )
    assert answer.status_code in (400, 415, 422)
    assert_is_problem(answer)
    assert ash.page(room)["items"] == []


@pytest.mark.parametrize("path", ["/api/v1/members", "/api/v1/sign-in"])
def test_a_body_of_megabytes_is_413(place: Place, path: str) -> None:
    answer = place.call("POST", path, json={"recovery_phrase": "x" * 3_000_000})
    assert answer.status_code == 413
    assert_is_problem(answer)


@pytest.mark.parametrize(
    "slug", ["%00", "%2e%2e", "..%2f..", "%ff%fe", "x" * 2000, "a%20b", "%F0%9F%98%80", "'--"]
)
def test_a_room_with_an_odd_name_is_simply_not_there(stranger: Member, slug: str) -> None:
    answer = stranger.call("GET", f"/api/v1/rooms/{slug}/messages")
    assert_is_problem(answer)
    assert answer.status_code in (400, 404, 422)


def test_a_problem_never_repeats_what_was_said(ash: Member, room: str) -> None:
    answers = [
        ash.put(room, "my private words " * 300),
        ash.put(room, "my private words", colour="private words"),
        ash.put(room, "my private words", wants="private words"),
    ]
    for answer in answers:
        assert_is_problem(answer)
        assert "private words" not in answer.text


@pytest.mark.parametrize("origin", ["http://elsewhere.example", "null"])
def test_a_foreign_page_cannot_write(ash: Member, room: str, origin: str) -> None:
    answer = ash.call(
        "PUT",
        f"/api/v1/rooms/{room}/messages/{fresh_nonce()}",
        json={"text": "not mine"},
        headers={"Origin": origin},
    )
    assert_is_problem(answer)
    assert ash.page(room)["items"] == []
