"""A reader who does not keep up is closed with 4408, and loses nothing by it."""

from __future__ import annotations

import socket

import pytest
from websockets.exceptions import ConnectionClosed

from contract.client import Member, Place
from contract.line import Line

FLOOD = "\N{GRINNING FACE}" * 3_900
"""As many bytes as one message may have."""


def narrow_line(place: Place, member: Member) -> Line:
    """A line with hardly any room in it, whose owner does not read until asked."""
    host, port = place.url.removeprefix("http://").split(":")
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    narrow.connect((host, int(port)))
    return member.line(sock=narrow, max_queue=1)


def read_to_the_end(line: Line) -> int | None:
    """Everything that was still on its way, and the code at its end."""
    while True:
        try:
            line.receive(30)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None


@pytest.mark.slow
def test_a_reader_who_does_not_keep_up_is_closed_with_4408_and_resumes_complete(
    place: Place, ash: Member, birch: Member, room: str
) -> None:
    slow = narrow_line(place, ash)
    slow.enter(room)
    writer, quick = birch.line(), birch.line_in(room)
    for _ in range(45):
        writer.post_many(room, [FLOOD] * 20)
        quick.settle()
    assert [e["seq"] for e in quick.sequenced(room)] == list(range(1, 901))
    assert read_to_the_end(slow) == 4408
    heard = [e["seq"] for e in slow.sequenced(room)]
    assert heard == list(range(1, len(heard) + 1))
    back = ash.line().enter(room, since=len(heard))
    assert [e["seq"] for e in back.replayed] == list(range(len(heard) + 1, 901))


@pytest.mark.slow
def test_a_slow_reader_slows_nobody_else(
    place: Place, ash: Member, birch: Member, room: str
) -> None:
    slow, quick = narrow_line(place, ash), birch.line_in(room)
    slow.enter(room)
    writer = birch.line()
    for i in range(300):
        writer.post(room, FLOOD)
        assert quick.hear_until("posted", patience=2)["seq"] == i + 1
