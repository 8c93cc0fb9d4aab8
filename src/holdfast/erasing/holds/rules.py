"""What holds words that their author erased, for how long, and who decides about it. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from holdfast.kit.errors import Conflict, NotPermitted
from holdfast.kit.ids import HoldId, KeyId, MemberId, MessageId
from holdfast.kit.words import N_

FIRST = timedelta(days=7)  # by itself; then it ends, unless two people set it on
AFTER = timedelta(days=30)  # a set hold lasts so long after what it is for has closed
MOST = timedelta(days=365)  # then it must be set again
ASKED = timedelta(hours=24)  # what one person asked for, another grants within this time


class About(StrEnum):
    """What names words: open work of the staff."""

    ESCALATION = "escalation"
    CASE = "case"


class HoldState(StrEnum):
    """`first`: it began by itself. `set`: two people set it on. `ended`: nothing is held."""

    FIRST = "first"
    SET = "set"
    ENDED = "ended"


class Ending(StrEnum):
    """Why a hold ended."""

    RAN_OUT = "ran_out"  # its time was over
    TWO_PEOPLE = "two_people"  # two people ended it early


class Deed(StrEnum):
    """What two people decide about a hold."""

    SET = "set"
    END = "end"
    HUSH = "hush"  # the member is not told
    TELL = "tell"  # the member is told again


class Why(StrEnum):
    """Why somebody asks for it: a code, never somebody's words."""

    DANGER = "danger"  # somebody may be in danger
    CHILD = "child"
    LAW = "law"  # the law asks for it
    UNDECIDED = "undecided"  # the work it is for is not done
    DONE = "done"  # it is not needed any more
    MISTAKEN = "mistaken"
    TELLING_ENDANGERS = "telling_endangers"
    SAFE_TO_TELL = "safe_to_tell"


WHYS: dict[Deed, tuple[Why, ...]] = {
    Deed.SET: (Why.DANGER, Why.CHILD, Why.LAW, Why.UNDECIDED),
    Deed.END: (Why.DONE, Why.MISTAKEN),
    Deed.HUSH: (Why.TELLING_ENDANGERS,),
    Deed.TELL: (Why.SAFE_TO_TELL,),
}


class NobodyElse(Conflict):
    """Nobody grants what they asked for themselves."""

    code = "second_person_needed"
    words = N_("This needs a second person. Nobody can say yes to their own request.")


class NoLead(NotPermitted):
    """Neither of the two looks after safeguarding here."""

    code = "lead_needed"
    words = N_("One of the two must be a safeguarding lead. Please call the lead.")


class RanOut(Conflict):
    """What was asked for is too long ago, was granted or taken back."""

    code = "approval_expired"
    words = N_("That request has run out. Please ask again.")


class NotNow(Conflict):
    """A hold that has ended, or was decided otherwise meanwhile."""

    code = "moved_on"
    words = N_("This has changed since you looked. Please look again.")


class Named(Struct, frozen=True):
    """Something open, and what it names: these messages, and this member's account."""

    about: str  # `escalation:12`, `case:7`
    member: MemberId | None
    messages: Collection[MessageId] = ()


class Told(Struct, frozen=True):
    """What a receipt says of one hold: until when, how many messages, whether the account."""

    until: datetime
    messages: int
    account: bool
    is_set: bool


class Held(Struct, frozen=True):
    """What is held now of what somebody wants to erase.

    Words of `messages` lie apart from them, sealed with `keys`; everything else may go. Of
    `members` the bare row stays. `told` is what a receipt may say.
    """

    messages: frozenset[MessageId] = frozenset()
    keys: frozenset[KeyId] = frozenset()
    members: frozenset[MemberId] = frozenset()
    holds: frozenset[HoldId] = frozenset()
    told: tuple[Told, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.holds)


NOTHING_HELD = Held()


def until_when(
    *, set_at: datetime | None, began_at: datetime, closed_at: datetime | None, after: timedelta
) -> datetime:
    """When a hold ends by itself."""
    if set_at is None:
        return began_at + FIRST
    last = set_at + MOST
    return last if closed_at is None else min(last, closed_at + after)
