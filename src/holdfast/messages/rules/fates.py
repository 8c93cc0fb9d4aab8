"""What becomes of words once they are read: said, held for a person, or refused. Pure."""

from __future__ import annotations

from msgspec import Struct

from holdfast.kit.errors import HoldfastError
from holdfast.kit.words import N_, NP_
from holdfast.rooms.rules.states import RoomState
from holdfast.rooms.rules.stops import RULES
from holdfast.screening.concern import Concern
from holdfast.screening.signals import Reading

HEARD = Concern.HIGH  # from here on words are kept and answered, whatever else is true of them
GIVEN_BACK = RULES  # the rules for which held words are given back


class ContactDetail(HoldfastError):
    """A way to be reached outside, in a place where nobody knows who reads along."""

    status = 422
    code = "contact_detail"
    words = N_(
        "There is a way to reach you in this, such as a number or an address. Anyone here would "
        "see it, so it was not sent. You can take it out, or ask us to look at it first."
    )


class ContactBetween(ContactDetail):
    """The same between two: nobody looks at it first, so it stays out."""

    words = N_(
        "There is a way to reach you in this, such as a number or an address, so it was not sent. "
        "It stays out between two people here, for the safety of both. You can take it out."
    )


class Quiet(HoldfastError):
    """Nobody is on shift, so nothing may be said into the room."""

    status = 409
    code = "quiet"
    words = NP_(
        "safety",
        "Nobody from here is awake now, so nothing can be said in this room. You can leave a "
        "letter: it will be read when someone comes. Please don’t wait for us if you need someone.",
    )
    help = True


class KeptForCare(HoldfastError):
    """An edit that says someone may be in danger: the room keeps the words of before."""

    status = 409
    code = "kept_for_care"
    words = NP_(
        "safety",
        "We kept these words for the person who is coming to you. The room does not see them.",
    )
    help = True


class Circumstances(Struct, frozen=True):
    """What is true of the place and the writer when words come."""

    state: RoomState = RoomState.LIVE
    cared_for: bool = False  # someone is with the writer, and has not yet decided
    as_is: bool = False  # the writer asks for a person to read it as it stands
    stopped: HoldfastError | None = None  # the writer may not write here, or not come in
    newcomer: bool = False  # somebody's first words, where these are read first


class Fate(Struct, frozen=True):
    """`why` it is held, or the `refusal`; neither means that it is said."""

    why: str | None = None
    refusal: HoldfastError | type[HoldfastError] | None = None


SAID = Fate()


def fate_of(reading: Reading, now: Circumstances) -> Fate:
    """What becomes of a member's words in an open room.

    Danger comes first: nothing that may be a goodbye is refused for another reason, and the words
    of somebody who is looked after reach whoever came.
    """
    if reading.concern is Concern.IMMEDIATE:
        return Fate("concern")
    if now.stopped is not None and not now.cared_for:
        return Fate(refusal=now.stopped)
    if reading.contact:
        return Fate("contact") if now.as_is else Fate(refusal=ContactDetail)
    if now.cared_for:
        return Fate("care")
    if reading.second_person:
        return Fate("conduct")
    if reading.method:
        return Fate("method")
    return _fate_in_place(now)


def _fate_in_place(now: Circumstances) -> Fate:
    """What the room and the moment make of words that nobody need read first."""
    match now.state:
        case RoomState.HELD:
            return Fate("room")
        case RoomState.QUIET:
            return Fate("letter") if now.as_is else Fate(refusal=Quiet)
    return Fate("newcomer") if now.newcomer else SAID


def fate_between(reading: Reading, stopped: HoldfastError | None) -> Fate:
    """What becomes of a member's words between two: said, or refused, and never held."""
    if stopped is not None:
        return Fate(refusal=stopped)
    if reading.contact and reading.concern is not Concern.IMMEDIATE:
        return Fate(refusal=ContactBetween)
    return SAID


def edit_refused(
    reading: Reading, now: Circumstances
) -> HoldfastError | type[HoldfastError] | None:
    """Why a change of words already said is not made: what would be held is not slipped in."""
    fate = fate_of(reading, now)
    if fate.refusal is not None:
        return fate.refusal
    return None if fate is SAID else NotChanged if fate.why != "concern" else KeptForCare


class NotChanged(HoldfastError):
    """An edit that would have to be read by a person first."""

    status = 409
    code = "not_changed"
    words = N_(
        "This can’t be changed into that, because someone would have to read it first. "
        "You can say it as a new message."
    )
