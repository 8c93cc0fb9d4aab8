"""The ladder of measures: what each is about, who may take it, for how long. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from holdfast.kit.errors import HoldfastError, NotPermitted
from holdfast.kit.words import N_
from holdfast.rights.rules import Actor, Permission, may
from holdfast.rooms.rules.stops import RULES

LONGEST_REASON = 500
LONGEST_WORDS = 1_000
A_DAY = timedelta(hours=24)
LONGEST = timedelta(days=90)  # whoever needs more asks for it to be for good


class MeasureKind(StrEnum):
    """What can be done, from the mildest."""

    NOTE = "note"  # a kind word in private, with the rule
    CONTENT_NOTE = "content_note"  # a note above a message, for those who would rather know
    HOLD = "hold"  # out of sight until it is decided
    HIDE = "hide"  # out of the room; its words are kept for an appeal
    HUSH = "hush"  # one seat cannot write in one room, until a time
    PAUSE = "pause"  # cannot come into any open room, until a time
    REMOVE = "remove"  # the same for good; two people
    CLOSE_ROOM = "close_room"  # two people
    SLOW = "slow"  # one message in a while, for everyone in a room


class MeasureState(StrEnum):
    """`waiting`: for the second person. `in_force`: it holds, or it was said."""

    WAITING = "waiting"
    IN_FORCE = "in_force"
    ENDED = "ended"


class Ending(StrEnum):
    """How a measure ended."""

    TIME = "time"  # its time is over
    LIFTED = "lifted"  # somebody took it back
    OVERTURNED = "overturned"  # an appeal was upheld
    SAID_ANEW = "said_anew"  # the member said it as it was offered
    DECIDED = "decided"  # a hold that became something else
    GONE = "gone"  # the words were taken back meanwhile
    NOT_AGREED = "not_agreed"  # the second person said no


OF_WORDS = frozenset({MeasureKind.CONTENT_NOTE, MeasureKind.HOLD, MeasureKind.HIDE})
OF_ROOMS = frozenset({MeasureKind.CLOSE_ROOM, MeasureKind.SLOW})
TIMED = frozenset({MeasureKind.HUSH, MeasureKind.PAUSE})
BY_TWO = frozenset({MeasureKind.REMOVE, MeasureKind.CLOSE_ROOM})
SAYS_SOMETHING = frozenset({MeasureKind.NOTE, MeasureKind.CONTENT_NOTE})
TAKEN_BACK = frozenset(  # what can be lifted, or overturned by an appeal
    set(MeasureKind) - {MeasureKind.NOTE}
)
TITLES: dict[MeasureKind, str] = {  # as the member reads them
    MeasureKind.NOTE: N_("A word in private"),
    MeasureKind.CONTENT_NOTE: N_("We put a content note above your message"),
    MeasureKind.HOLD: N_("Your message is out of sight until someone has decided"),
    MeasureKind.HIDE: N_("Your message is no longer in the room"),
    MeasureKind.HUSH: N_("You can read in this room, but not write for a while"),
    MeasureKind.PAUSE: N_("The rooms are closed to you for a while"),
    MeasureKind.REMOVE: N_("The rooms stay closed to you"),
    MeasureKind.CLOSE_ROOM: N_("The room is closed"),
    MeasureKind.SLOW: N_("The room is slower for a while"),
}


class NoReason(HoldfastError):
    """A measure without a rule from the list, or without a reason."""

    status = 422
    code = "no_reason"
    words = N_("Every measure has a rule from the list and a reason of a few words.")


class NoEnd(HoldfastError):
    """A measure whose end is missing, or is not ahead."""

    status = 422
    code = "no_end"
    words = N_("This measure needs an end that is still to come.")


class NoWords(HoldfastError):
    """A note that says nothing, or a measure about words that names no message."""

    status = 422
    code = "no_words"
    words = N_("Please say what the member will read, or which message it is about.")


class NotAbout(HoldfastError):
    """A measure that does not fit what the case is about."""

    status = 422
    code = "not_about_this"
    words = N_("This measure does not fit what the case is about.")


class TooLongFor(NotPermitted):
    """Longer than this role may decide alone."""

    code = "longer_than_you_may"
    words = N_(
        "A moderator can hush or pause for up to 24 hours. A supervisor or the lead can decide "
        "on longer."
    )


class NeedsTwo(NotPermitted):
    """The second person is the first one."""

    code = "needs_second"
    words = N_("This takes two people. Somebody else has to agree.")


class AlreadyStopped(HoldfastError):
    """A measure of this kind holds already."""

    status = 409
    code = "already_in_force"
    words = N_("There is such a measure already. Lift it first, or let it end.")


def may_take(actor: Actor, kind: MeasureKind) -> bool:
    """Whether this person may take, or agree to, a measure of this kind at all."""
    needed = Permission.MEASURE_REMOVE if kind in BY_TWO else Permission.MEASURE_TAKE
    return may(actor, needed)


def is_rule(rule: str) -> bool:
    return rule in RULES


def check_end(actor: Actor, kind: MeasureKind, until: datetime | None, now: datetime) -> None:
    """Raises `NoEnd` where what needs an end has none ahead, `TooLongFor` for one too far away.

    How long a room may be slow, the room says.
    """
    if kind not in TIMED | {MeasureKind.SLOW}:
        return
    if until is None or until <= now:
        raise NoEnd
    if kind is MeasureKind.SLOW:
        return
    longest = LONGEST if may(actor, Permission.MEASURE_TAKE_LONG) else A_DAY
    if until - now > longest:
        raise TooLongFor
