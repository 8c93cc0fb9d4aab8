"""What anyone may ask without coming in: is it well, what does it promise, where is help."""

from __future__ import annotations

import re

import httpx
import pytest

from contract.client import Place
from contract.databases import on_both_databases


def test_the_server_says_that_it_lives(place: Place) -> None:
    assert place.call("GET", "/healthz").status_code == 200


@on_both_databases
def test_the_server_says_that_it_is_ready_and_what_is_switched_off(place: Place) -> None:
    answer = place.call("GET", "/readyz")
    assert answer.status_code == 200
    for part in ("database", "keystore"):
        assert part in answer.text
    for setting in ("HOLDFAST_COVERAGE", "HOLDFAST_LIMITS"):
        assert setting in answer.text


@pytest.mark.full
def test_a_server_with_its_limits_on_does_not_say_that_they_are_off(strict_place: Place) -> None:
    assert "HOLDFAST_LIMITS" not in strict_place.call("GET", "/readyz").text


def test_the_metrics_are_written_for_prometheus_and_name_nobody(place: Place, room: str) -> None:
    ash = place.member_in(room)
    ash.put(room, "my private words")
    answer = place.call("GET", "/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert re.search(r"^# TYPE \w+ (counter|gauge|histogram|summary)$", answer.text, re.M)
    for private in ("private words", ash.token, str(ash.pseudonym), room):
        assert private not in answer.text


def test_help_is_there_for_everyone_without_signing_in_and_without_scripts(place: Place) -> None:
    answer = place.call("GET", "/help")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert "set-cookie" not in answer.headers
    assert re.search(r"\b(112|999|911)\b", answer.text)


def test_help_does_not_mind_an_old_session(place: Place) -> None:
    headers = {"Authorization": "Bearer nobody-has-this-token"}
    assert place.call("GET", "/help", headers=headers).status_code == 200


def test_the_description_of_the_api_names_every_call_of_the_contract(place: Place) -> None:
    described = place.call("GET", "/api/v1/openapi.json").json()
    assert described["info"]["x-promises"]
    calls = {
        (method.upper(), re.sub(r"\{\w+\}", "{}", path))
        for path, methods in described["paths"].items()
        for method in methods
    }
    assert calls >= {
        ("POST", "/api/v1/members"),
        ("POST", "/api/v1/sign-in"),
        ("GET", "/api/v1/me"),
        ("DELETE", "/api/v1/me"),
        ("GET", "/api/v1/me/export"),
        ("GET", "/api/v1/promises"),
        ("GET", "/api/v1/rooms"),
        ("POST", "/api/v1/rooms"),
        ("PUT", "/api/v1/rooms/{}/seat"),
        ("DELETE", "/api/v1/rooms/{}/seat"),
        ("GET", "/api/v1/rooms/{}/messages"),
        ("PUT", "/api/v1/rooms/{}/messages/{}"),
    }


def test_no_answer_says_which_program_answers(place: Place) -> None:
    answers: list[httpx.Response] = [
        place.call("GET", path) for path in ("/", "/help", "/healthz", "/api/v1/rooms")
    ]
    for answer in answers:
        assert not re.search(r"uvicorn|python|starlette", str(answer.headers), re.I)
