"""Coming in, coming back, and what is kept about me."""

from __future__ import annotations

import json

import pytest

from contract.client import Member, Place
from contract.databases import on_both_databases


def promises_version(place: Place) -> str:
    described = place.call("GET", "/api/v1/openapi.json").json()
    version: str = described["info"]["x-promises"]
    return version


@on_both_databases
def test_coming_in_gives_a_token_seven_words_and_a_pseudonym_and_nothing_else(
    place: Place,
) -> None:
    answer = place.arrive()
    assert answer.status_code == 201
    assert answer.json().keys() == {"token", "recovery_phrase", "pseudonym"}
    assert len(answer.json()["recovery_phrase"].split()) == 7
    assert len(answer.json()["token"]) >= 43
    assert len(answer.json()["pseudonym"]) >= 6


def test_two_newcomers_have_nothing_in_common(place: Place) -> None:
    one, other = place.newcomer(), place.newcomer()
    assert one.token != other.token
    assert one.recovery_phrase != other.recovery_phrase


def test_the_promises_are_agreed_to_by_their_version_or_as_the_current_ones(place: Place) -> None:
    version = promises_version(place)
    assert place.call("GET", "/api/v1/promises").json()["version"] == version
    assert place.arrive(promises=version).status_code == 201
    assert place.arrive(promises="current").status_code == 201


@pytest.mark.parametrize("version", ["", "some-old-version", 1, None, True])
def test_promises_nobody_made_cannot_be_agreed_to(place: Place, version: object) -> None:
    answer = place.arrive(promises=version)
    assert 400 <= answer.status_code < 500
    assert answer.json()["code"]


@pytest.mark.parametrize("band", ["16-17", "13-15", "under-13"])
def test_an_age_band_this_place_does_not_serve_is_told_where_help_is(
    place: Place, band: str
) -> None:
    answer = place.arrive(age_band=band)
    assert answer.status_code == 403
    assert answer.json()["code"] == "age_band_not_served"
    assert answer.json()["help"]
    assert "token" not in answer.text


@pytest.mark.parametrize("band", ["", "17", "18", "adult", 18, None, ["18+"]])
def test_an_age_band_that_does_not_exist_is_malformed(place: Place, band: object) -> None:
    answer = place.arrive(age_band=band)
    assert 400 <= answer.status_code < 500
    assert answer.json()["code"] == "malformed"


@pytest.mark.parametrize("field", ["name", "email", "phone", "age", "pseudonym"])
def test_nothing_else_may_be_told_about_oneself(place: Place, field: str) -> None:
    answer = place.arrive(**{field: "x"})
    assert 400 <= answer.status_code < 500
    assert answer.json()["code"] == "unknown_field"


@pytest.mark.parametrize("missing", ["promises", "age_band"])
def test_both_questions_must_be_answered(place: Place, missing: str) -> None:
    body = {"promises": "current", "age_band": "18+"}
    del body[missing]
    answer = place.call("POST", "/api/v1/members", json=body)
    assert 400 <= answer.status_code < 500
    assert answer.json()["code"] == "malformed"


@on_both_databases
def test_the_seven_words_let_a_member_back_in(place: Place, ash: Member, room: str) -> None:
    ash.put(room, "my words")
    body = {"recovery_phrase": ash.recovery_phrase}
    answer = place.call("POST", "/api/v1/sign-in", json=body)
    assert answer.status_code == 200
    assert answer.json().keys() == {"token"}
    assert answer.json()["token"] != ash.token
    again = Member(place, answer.json())
    assert again.items(room)[0]["text"] == "my words"
    assert again.take_seat(room) == ash.take_seat(room)
    assert ash.call("GET", "/api/v1/me").status_code == 200


@pytest.mark.parametrize(
    "phrase", ["one two three four five six seven", "", "zoo", "x" * 5000, "ä \u202e \u0000"]
)
def test_other_words_let_nobody_in(place: Place, phrase: str) -> None:
    answer = place.call("POST", "/api/v1/sign-in", json={"recovery_phrase": phrase})
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert "token" not in answer.json()


def test_six_of_seven_words_are_not_enough(place: Place, stranger: Member) -> None:
    six = " ".join(stranger.recovery_phrase.split()[:6])
    answer = place.call("POST", "/api/v1/sign-in", json={"recovery_phrase": six})
    assert 400 <= answer.status_code < 500


def test_i_may_see_myself_and_none_of_my_keys(stranger: Member) -> None:
    answer = stranger.call("GET", "/api/v1/me")
    assert answer.status_code == 200
    assert stranger.token not in answer.text
    assert stranger.recovery_phrase not in answer.text


def test_without_a_session_every_door_of_mine_is_401(place: Place, room: str) -> None:
    for method, path in (
        ("GET", "/api/v1/me"),
        ("DELETE", "/api/v1/me"),
        ("GET", "/api/v1/me/export"),
        ("GET", "/api/v1/rooms"),
        ("PUT", f"/api/v1/rooms/{room}/seat"),
        ("DELETE", f"/api/v1/rooms/{room}/seat"),
        ("GET", f"/api/v1/rooms/{room}/messages"),
    ):
        for token in (None, "nobody-has-this-token"):
            body: dict[str, str] | None = {} if method == "PUT" else None
            answer = place.call(method, path, token=token, json=body)
            assert answer.status_code == 401, (method, path)
            assert answer.json()["code"], (method, path)


@on_both_databases
def test_the_export_holds_my_words_and_nobody_elses(
    place: Place, ash: Member, birch: Member, room: str
) -> None:
    ash.put(room, "words of ash")
    birch.put(room, "words of birch")
    answer = ash.call("GET", "/api/v1/me/export")
    assert answer.status_code == 200
    kept = json.dumps(answer.json())
    assert "words of ash" in kept
    assert "words of birch" not in kept
    assert ash.token not in kept
    assert ash.recovery_phrase not in kept


@on_both_databases
def test_who_is_erased_cannot_come_back_with_the_seven_words(place: Place) -> None:
    ash = place.newcomer()
    body = {"recovery_phrase": ash.recovery_phrase}
    assert place.call("POST", "/api/v1/sign-in", json=body).status_code == 200
    assert ash.call("DELETE", "/api/v1/me").status_code in (200, 202, 204)
    answer = place.call("POST", "/api/v1/sign-in", json=body)
    assert 400 <= answer.status_code < 500
