"""What can be erased, by whom, and how long what is left of it can be."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum


class Kind(StrEnum):
    """What goes."""

    MESSAGE = "message"
    PERSON = "person"
    ROOM = "room"
    DAY = "day"  # of one room
    NIGHT = "night"  # what a room kept for long enough
    FREEZE = "freeze"  # nothing: it is kept, and not used; a receipt is given for that as well


class By(StrEnum):
    """Who wanted it."""

    MEMBER = "member"
    STAFF = "staff"
    TIME = "time"


class AskState(StrEnum):
    """What became of the wish to erase a room, or a day of it."""

    WAITING = "waiting"
    DONE = "done"
    DECLINED = "declined"
    OVER = "over"  # nobody answered in time


class Reason(StrEnum):
    """Why a room, or a day of it, is erased: a code, never somebody's words."""

    HARM = "harm"  # what stands there harms people
    PRIVACY = "privacy"  # something about somebody was said there
    LAW = "law"  # the law asks for it
    OVER = "over"  # what the room was for is over


GATHERED_FOR = timedelta(seconds=60)  # removals of one bucket that are sealed anew in one go
BACKUPS_OF_KEYS = timedelta(days=7)  # after that no copy of ours opens the words
KNOWN_FOR = timedelta(days=365)  # that an erasure is known by the number on its receipt
ASKED_FOR = timedelta(hours=24)  # in which a second person answers
