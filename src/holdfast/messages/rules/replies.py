"""Whose words nobody has answered, and how long first replies took. Pure.

An answer is a reply to the words, however late, or the next words of somebody else that reply to
nothing else, within half an hour. A response answers, too; it carries no time of its own, so the
figures count words only. Several messages of one person in a row are one turn. What replies to
somebody is itself an answer and waits for none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median

from msgspec import Struct, field

from holdfast.kit.ids import RoomId, SeatId

WAITS = timedelta(minutes=10)  # after that, the desk is told
THREAD = timedelta(minutes=30)  # within that, the next words of somebody else are an answer
BEAT, BEATS = timedelta(minutes=5), 12  # a room's pulse: an hour in steps


class Spoken(Struct, frozen=True):
    """That something was said: who, when, in answer to what. Never the words."""

    room_id: RoomId
    seq: int
    seat_id: SeatId
    at: datetime
    reply_to: int | None = None
    by_staff: bool = False


class Turn(Struct):
    """What one person said in a row, and when somebody first answered."""

    first: Spoken
    seqs: list[int] = field(default_factory=list)
    last_at: datetime | None = None
    answered_at: datetime | None = None

    @property
    def wait(self) -> timedelta | None:
        """How long the first reply took."""
        return None if self.answered_at is None else self.answered_at - self.first.at


class FirstReplies(Struct, frozen=True):
    """How long people in one room waited for the first reply. Nothing where nobody was answered."""

    median: timedelta | None
    worst: timedelta | None


def turns(said: Iterable[Spoken]) -> list[Turn]:
    """The turns of members in one room, each with its first answer; `said` in the room's order."""
    talk = Talk()
    for one in said:
        talk.hear(one)
    return talk.turns


class Talk:
    """One room's talk, heard in order."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []
        self._of: dict[int, Turn] = {}  # the turn that a seq belongs to
        self._open: list[Turn] = []  # turns that the next words of somebody else may answer
        self._speaking: Turn | None = None

    def hear(self, one: Spoken) -> None:
        """What these words answer, and whether they ask for an answer themselves."""
        self._answers(one)
        own = self._of.get(one.reply_to) if one.reply_to is not None else self._goes_on(one)
        if own is not None and own.first.seat_id != one.seat_id:
            own = None
        if own is None and (one.by_staff or one.reply_to is not None):
            self._speaking = None
            return
        turn = own or self._new(one)
        turn.seqs.append(one.seq)
        turn.last_at = one.at
        self._of[one.seq] = self._speaking = turn

    def _goes_on(self, one: Spoken) -> Turn | None:
        """The turn that these words belong to, where the same person is still speaking."""
        turn = self._speaking
        return turn if turn is not None and _follows(one, turn) else None

    def _new(self, one: Spoken) -> Turn:
        turn = Turn(one)
        self.turns.append(turn)
        self._open.append(turn)
        return turn

    def _answers(self, one: Spoken) -> None:
        if one.reply_to is not None:
            turn = self._of.get(one.reply_to)
            answered = [turn] if turn is not None else []
        else:
            self._open = [turn for turn in self._open if _follows(one, turn)]
            answered = self._open
        for turn in answered:
            if turn.first.seat_id != one.seat_id and turn.answered_at is None:
                turn.answered_at = one.at
        self._open = [turn for turn in self._open if turn.answered_at is None]


def _follows(one: Spoken, turn: Turn) -> bool:
    return turn.last_at is not None and one.at - turn.last_at <= THREAD


def unanswered(every: Iterable[Turn], now: datetime) -> list[Turn]:
    """The turns that nobody has answered in words for ten minutes, oldest first."""
    waiting = [one for one in every if one.answered_at is None and now - one.first.at >= WAITS]
    return sorted(waiting, key=lambda one: one.first.at)


def first_replies(every: Iterable[Turn]) -> FirstReplies:
    """The median and the longest wait for a first reply."""
    waits: Sequence[timedelta] = sorted(one.wait for one in every if one.wait is not None)
    if not waits:
        return FirstReplies(None, None)
    usual = timedelta(seconds=median(wait.total_seconds() for wait in waits))
    return FirstReplies(usual, waits[-1])


def pulse(said: Iterable[Spoken], now: datetime) -> list[int]:
    """How much was said in each five minutes of the last hour, oldest first."""
    counts = [0] * BEATS
    for one in said:
        ago = int((now - one.at) / BEAT)
        if 0 <= ago < BEATS:
            counts[BEATS - 1 - ago] += 1
    return counts
