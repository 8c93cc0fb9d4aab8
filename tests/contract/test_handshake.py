"""Who gets a live line: the origins, the sessions, the subprotocol."""

from __future__ import annotations

from typing import Any

import pytest

from contract.client import Member, Place
from contract.cookies import session_cookie

FOREIGN = {
    "another host": "http://elsewhere.example",
    "another scheme": "https://127.0.0.1:{port}",
    "another port": "http://127.0.0.1:1",
    "no port": "http://127.0.0.1",
    "another address of this machine": "http://127.0.0.2:{port}",
    "a sub-domain": "http://chat.localhost:{port}",
    "a trailing dot": "http://localhost.:{port}",
    "another case": "http://LOCALHOST:{port}",
    "the scheme in another case": "HTTP://localhost:{port}",
    "a path behind it": "http://localhost:{port}/",
    "ours as a beginning": "http://localhost:{port}.elsewhere.example",
    "ours as a name": "http://localhost:{port}@elsewhere.example",
    "ours as an end": "http://elsewhere.example/http://localhost:{port}",
    "two at once": "http://localhost:{port} http://localhost:{port}",
    "two with a comma": "http://localhost:{port}, http://elsewhere.example",
    "null": "null",
    "nothing in it": "",
    "a star": "*",
    "letters that only look like ours": "http://loca1host:{port}",
}


def port_of(place: Place) -> str:
    return place.url.rsplit(":", 1)[1]


def with_cookie(place: Place, member: Member, origin: str | None) -> dict[str, Any]:
    headers = {"Cookie": session_cookie(place, member)}
    if origin is not None:
        headers["Origin"] = origin.format(port=port_of(place))
    return {"headers": headers}


@pytest.mark.parametrize("ours", ["http://127.0.0.1:{port}", "http://localhost:{port}"])
def test_the_cookie_with_our_own_origin_opens_the_line(
    place: Place, stranger: Member, ours: str
) -> None:
    assert place.knock(**with_cookie(place, stranger, ours)) == 101


@pytest.mark.full
def test_the_cookie_with_a_foreign_origin_is_refused_in_every_shape(
    place: Place, stranger: Member
) -> None:
    answers = {
        shape: place.knock(**with_cookie(place, stranger, origin))
        for shape, origin in FOREIGN.items()
    }
    assert answers == dict.fromkeys(FOREIGN, 403)


def test_the_cookie_without_an_origin_is_refused(place: Place, stranger: Member) -> None:
    assert place.knock(**with_cookie(place, stranger, None)) == 403


def test_a_token_needs_no_origin_and_may_have_ours(place: Place, stranger: Member) -> None:
    ours = {"Origin": place.url}
    assert place.knock(token=stranger.token) == 101
    assert place.knock(token=stranger.token, headers=ours) == 101


def test_a_token_with_a_foreign_origin_is_refused_in_every_shape(
    place: Place, stranger: Member
) -> None:
    answers = {
        shape: place.knock(
            token=stranger.token, headers={"Origin": origin.format(port=port_of(place))}
        )
        for shape, origin in FOREIGN.items()
    }
    assert answers == dict.fromkeys(FOREIGN, 403)


@pytest.mark.parametrize(
    "credential",
    ["", "Bearer", "Bearer ", "Bearer nobody-has-this-token", "Basic Zm9vOmJhcg==", "{token}"],
)
def test_without_a_living_session_the_answer_is_401(
    place: Place, stranger: Member, credential: str
) -> None:
    headers = {"Authorization": credential.format(token=stranger.token)} if credential else {}
    assert place.knock(headers=headers) == 401
    assert place.knock(headers={**headers, "Origin": place.url}) == 401


def test_a_cookie_that_is_no_session_is_401(place: Place, stranger: Member) -> None:
    name = session_cookie(place, stranger).split("=", 1)[0]
    headers = {"Cookie": f"{name}=nobody-has-this-session", "Origin": place.url}
    assert place.knock(headers=headers) == 401


def test_a_token_in_the_address_is_no_session(place: Place, stranger: Member) -> None:
    answer = place.call("GET", f"/live?token={stranger.token}", headers=UPGRADE)
    assert answer.status_code == 401


UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Protocol": "holdfast.v1",
}


@pytest.mark.parametrize("asked", [None, ["holdfast.v2"], ["chat"], ["HOLDFAST.V1"]])
def test_without_the_subprotocol_the_answer_is_400(
    place: Place, stranger: Member, asked: list[str] | None
) -> None:
    assert place.knock(token=stranger.token, subprotocols=asked) == 400


def test_the_subprotocol_is_chosen_from_among_others(place: Place, stranger: Member) -> None:
    line = place.line(token=stranger.token, subprotocols=["chat", "holdfast.v1"])
    assert line.connection.subprotocol == "holdfast.v1"


def test_frames_are_never_compressed(place: Place, stranger: Member) -> None:
    line = stranger.line(compression="deflate")
    response = line.connection.response
    assert response is not None
    assert "Sec-WebSocket-Extensions" not in response.headers


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "PUT"])
def test_a_plain_request_for_the_line_is_refused_in_http(
    place: Place, stranger: Member, method: str
) -> None:
    answer = stranger.call(method, "/live")
    assert 400 <= answer.status_code < 500
