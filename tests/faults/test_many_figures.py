"""What the experiments measure with: figures from a history, frames from bytes, a slow day."""

from __future__ import annotations

import math

import pytest

from faults.history import Accepted, Heard, History, Sent
from faults.many_crowd import sessions_without_repeats
from faults.many_figures import (
    accepted_between,
    answers,
    deliveries,
    delivery_windows,
    first_accepted_after,
    percentile,
)
from faults.many_idle import PING, TEXT, frame, frames_in


def said(at: float, nonce: str, client: str = "ash") -> Sent:
    return Sent(at, client, "night", nonce, client, f"digest {nonce}")


def accepted(at: float, nonce: str, seq: int, client: str = "ash") -> Accepted:
    return Accepted(at, client, "night", nonce, seq)


def heard(at: float, nonce: str, seq: int, client: str = "birch") -> Heard:
    return Heard(at, client, "night", f"{client}/1", seq, "posted", "ash", f"digest {nonce}")


TALK: History = [
    said(1.0, "n1"), accepted(1.2, "n1", 1), heard(1.3, "n1", 1), heard(1.3, "n1", 1, "ash"),
    said(2.0, "n2"), said(3.0, "n2"), accepted(3.5, "n2", 2), heard(4.0, "n2", 2),
    heard(9.0, "n2", 2),
]  # fmt: skip


@pytest.mark.parametrize(
    ("share", "value"), [(0.5, 2.0), (0.75, 3.0), (0.99, 4.0), (1.0, 4.0), (0.0, 1.0)]
)
def test_a_percentile_is_a_value_that_was_there(share: float, value: float) -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], share) == value


def test_words_are_late_by_the_time_since_they_were_first_said() -> None:
    assert deliveries(TALK) == pytest.approx([0.3, 2.0])
    assert deliveries(TALK, since=1.5) == pytest.approx([2.0])
    assert answers(TALK) == pytest.approx([0.2, 1.5])


def test_each_two_seconds_have_a_figure_of_their_own() -> None:
    assert delivery_windows(TALK, 0.0, 5.9) == pytest.approx([0.3, 2.0])
    assert delivery_windows(TALK, 0.0, 1.9) == []


def test_the_first_answer_after_a_moment_is_found_or_there_is_none() -> None:
    assert first_accepted_after(TALK, 2.5) == pytest.approx(1.0)
    assert first_accepted_after(TALK, 3.6) == math.inf
    assert accepted_between(TALK, 1.0, 3.5, {"ash"}) == 1
    assert accepted_between(TALK, 1.0, 9.0, {"birch"}) == 0


def test_a_wrong_order_is_found_unless_a_refusal_may_have_been_lost() -> None:
    wrong: History = [
        said(1.0, "n1"),
        said(1.1, "n2"),
        accepted(1.2, "n2", 1),
        accepted(1.3, "n1", 2),
    ]
    assert [breach.promise for breach in sessions_without_repeats(wrong)] == ["session order"]
    again: History = [*wrong[:2], said(1.15, "n1"), *wrong[2:]]
    assert sessions_without_repeats(again) == []


def test_frames_are_found_in_whatever_pieces_they_come() -> None:
    long = b"x" * 70_000
    head = bytes([0x80 | TEXT, 127]) + len(long).to_bytes(8, "big")
    whole = bytes([0x80 | PING, 2]) + b"hi" + head + long + bytes([0x80 | TEXT, 126, 0, 200])
    whole += b"y" * 200
    found, buffer = [], bytearray()
    for at in range(0, len(whole), 7):
        buffer += whole[at : at + 7]
        found += frames_in(buffer)
    assert found == [(PING, b"hi"), (TEXT, long), (TEXT, b"y" * 200)]
    assert buffer == b""


def test_a_client_s_frame_says_its_length_and_is_masked() -> None:
    assert frame(TEXT, b"hello") == b"\x81\x85\0\0\0\0hello"
    assert frame(TEXT, b"z" * 300)[:4] == b"\x81\xfe" + (300).to_bytes(2, "big")
