"""Limits in earnest: `too_fast` first, 4429 for those who do not heed it, nobody else touched."""

from __future__ import annotations

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from contract.client import Member, Place
from contract.line import Event, Line

MOST = 1500
"""So much of anything, without a pause, is too fast by any measure."""


def talk_by_letter(member: Member, room: str) -> tuple[int, httpx.Response]:
    """Post over HTTP until it is refused: how often it was taken, and the refusal."""
    for said in range(MOST):
        answer = member.put(room, f"again {said}")
        if answer.status_code != 201:
            return said, answer
    raise AssertionError(f"{MOST} messages in a row, and none of them was too fast")


def talk_without_stopping(line: Line, room: str) -> tuple[list[Event], int | None]:
    """Post without pause: the answers, and the close code if the server had enough."""
    answers: list[Event] = []
    try:
        for i in range(MOST):
            answers.append(line.ask("post", room=room, text=f"again {i}"))
    except ConnectionClosed as closed:
        return answers, closed.rcvd.code if closed.rcvd else None
    return answers, None


@pytest.fixture
def talker(strict_place: Place) -> tuple[Member, str]:
    """A member who talks a lot, and a room nobody has spoken in yet."""
    room = strict_place.room()
    return strict_place.member_in(room), room


@pytest.mark.full
def test_who_is_too_fast_is_told_so_and_then_closed_with_4429(
    strict_place: Place, talker: tuple[Member, str]
) -> None:
    ash, room = talker
    birch = strict_place.member_in(room)
    reader = birch.line_in(room)
    answers, code = talk_without_stopping(ash.line(), room)
    assert code == 4429
    accepted = [a for a in answers if a["event"] == "accepted"]
    refused = [a for a in answers if a["event"] == "refused"]
    assert accepted
    assert {a["code"] for a in refused} == {"too_fast"}
    assert refused[0]["message"].strip()
    reader.settle()
    told = [e["seq"] for e in reader.named("posted")]
    assert told[: len(accepted)] == list(range(1, len(accepted) + 1))
    assert birch.line().post(room, "I speak calmly")["event"] == "accepted"


@pytest.mark.full
def test_over_http_too_fast_is_429_and_nothing_of_it_is_kept(
    talker: tuple[Member, str],
) -> None:
    ash, room = talker
    said, answer = talk_by_letter(ash, room)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_fast")
    assert len(ash.items(room, limit=200)) == min(said, 200)
    assert ash.page(room)["head"] == said


@pytest.mark.full
def test_a_limit_of_one_member_is_not_the_limit_of_another_in_the_same_room(
    strict_place: Place, talker: tuple[Member, str]
) -> None:
    ash, room = talker
    birch = strict_place.member_in(room)
    assert talk_by_letter(ash, room)[1].status_code == 429
    assert birch.put(room, "my turn").status_code == 201


@pytest.mark.full
def test_idle_chatter_that_is_no_command_is_too_fast_as_well(
    talker: tuple[Member, str],
) -> None:
    ash, _ = talker
    line = ash.line()
    codes = set()
    with pytest.raises(ConnectionClosed) as closed:  # noqa: PT012
        for _ in range(MOST):
            codes.add(line.refusal("not a command")["code"])
    assert codes <= {"malformed", "too_fast"}
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4429
