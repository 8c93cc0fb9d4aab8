"""The rounds of a meeting, and what has become of somebody's turn."""

from __future__ import annotations

from enum import StrEnum


class Round(StrEnum):
    """Where a meeting stands. They follow each other in this order; none comes twice."""

    PLANNED = "planned"
    OPENING = "opening"  # how everyone is, in a line
    GO_ROUND = "go_round"  # one after the other, each for a while
    OPEN_TALK = "open_talk"
    CLOSING = "closing"  # a last line from each
    HAND_OUT = "hand_out"  # what may be of help, to take along
    OVER = "over"
    CANCELLED = "cancelled"


GOING = (Round.OPENING, Round.GO_ROUND, Round.OPEN_TALK, Round.CLOSING, Round.HAND_OUT)
ENDED = (Round.OVER, Round.CANCELLED)


class TurnState(StrEnum):
    """What has become of a turn. Who passes has had theirs: nobody writes down that they did."""

    WAITING = "waiting"
    LATER = "later"  # they were away; they may still come back at the end
    NOW = "now"
    HAD = "had"
    LEFT = "left"
