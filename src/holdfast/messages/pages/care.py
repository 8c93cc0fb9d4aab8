"""What of a member's care a room page shows: held words in place, the way to the side space."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from holdfast.kit.house import House
from holdfast.kit.looks import Looks
from holdfast.kit.pages import clock_of, day_of
from holdfast.kit.words import say
from holdfast.kit.work import Work
from holdfast.members.queries import can_come_back
from holdfast.members.rules.freezing import Frozen
from holdfast.messages.queries import Reader
from holdfast.messages.queries.held import Waiting, held_in_seat
from holdfast.messages.rules import formatted
from holdfast.messages.rules.fates import GIVEN_BACK
from holdfast.messages.tables import HeldState
from holdfast.rights.rules import Actor, Member
from holdfast.rooms.access import Seat, seat_in
from holdfast.rooms.queries.sides import my_side_space, people_in
from holdfast.rooms.rules.stops import Paused, Stop, in_words
from holdfast.rooms.tables import RoomKind
from holdfast.staff.queries import next_shift_at, on_shift
from holdfast.wellbeing.queries import is_opening_untold


async def care_of(work: Work, house: House, seat: Seat) -> dict[str, Any]:
    """`side`: this is a side space; `beside`: the slug of mine; `people`: staff who are there;
    `held`: my own words that wait, or that came back; `line_opened`: my sealed line was, and I was
    not told yet; `over`: this is my side space, and nobody is on the way now;
    `visit_only`: I could not come back to my side space; `hush`: I may not write in this room;
    `frozen`: nor in any, since I want my words kept and not used; `first_words`: what I write is
    read first, because I am new `here` or `many` are coming in."""
    care, is_side = no_care(seat), seat.kind is RoomKind.SIDE
    if not isinstance(seat.actor, Member):
        return care
    care["hush"] = hush_of(house, seat, seat.actor.looks, work.clock.now())
    if isinstance(stop := house.ledger.stop_of(seat), Frozen):
        care["frozen"] = say(seat.actor.looks.locale, stop.words)
    beside = await my_side_space(work, seat.actor.id)
    if beside is not None:
        care["people"] = await people_in(work, beside.room_id)
        care["beside"] = "" if is_side else beside.slug
        care |= await who_could_come(work, seat)
    care["over"] = is_side and beside is None
    care["first_words"] = first_words(house, seat)
    care["visit_only"] = is_side and not await can_come_back(work, seat.actor.id)
    care["line_opened"] = await is_opening_untold(work, seat.actor.id)
    reader = Reader(house.ledger.keyring, seat.actor)
    looks, person = seat.actor.looks, ", ".join(care["people"])
    care["held"] = [
        held_shown(one, looks, person) for one in await held_in_seat(work, reader, seat.id)
    ]
    return care


async def care_outside(work: Work, house: House, refused: Paused, member: Actor) -> dict[str, Any]:
    """For somebody to whom the rooms are closed: who comes to them in their side space.

    Raises what refused them where nobody is on the way.
    """
    beside = await my_side_space(work, member.id) if isinstance(member, Member) else None
    if beside is None:
        raise refused
    care = await care_of(work, house, await seat_in(work, member, beside.slug))
    return {**care, "beside": beside.slug, "over": False, "visit_only": False, "held": []}


async def who_could_come(work: Work, seat: Seat) -> dict[str, Any]:
    """Whether anybody is awake who comes to people, and when the next one does. Never a guess."""
    now = work.clock.now()
    awake = any(one.in_crisis for one in await on_shift(work, now))
    coming = None if awake else await next_shift_at(work, now, seat.language)
    looks = seat.actor.looks if isinstance(seat.actor, Member) else Looks()
    return {"awake": awake, "next_at": clock_of(coming, looks) if coming else ""}


def no_care(seat: Seat) -> dict[str, Any]:
    """The same where nothing is held and nobody came."""
    is_side, is_staff = seat.kind is RoomKind.SIDE, not isinstance(seat.actor, Member)
    nothing = {"beside": "", "people": [], "held": [], "awake": True, "next_at": ""}
    nothing |= {"line_opened": False, "over": False, "visit_only": False, "hush": None}
    nothing |= {"frozen": "", "first_words": ""}
    return {"side": is_side, "staff": is_staff, **nothing}


def first_words(house: House, seat: Seat) -> str:
    """Why what I write is read before the room sees it; empty where it is not."""
    if seat.kind is RoomKind.SIDE or not house.ledger.awaits_first_reading(seat):
        return ""
    return "many" if house.reactions.raids.are_many(seat.room_id) else "here"


def hush_of(house: House, seat: Seat, looks: Looks, now: datetime) -> dict[str, str] | None:
    """Why I may not write in this room, and until when; nothing where I may."""
    stop: Stop | None = house.ledger.hushes.get(seat.id)
    if stop is None or stop.until is None or stop.is_over(now):
        return None
    clock, day = clock_of(stop.until, looks), day_of(stop.until, looks)
    until = clock if day == day_of(now, looks) else f"{day}, {clock}"
    return {"why": say(looks.locale, in_words(stop.rule)), "until": until}


def held_shown(one: Waiting, looks: Looks, person: str = "") -> dict[str, Any]:
    """A held message as its author sees it in its place."""
    return {
        "nonce": one.nonce,
        "why": one.why.value,
        "person": person,
        "text_html": formatted(one.text),
        "note": one.note or "",
        "clock": clock_of(one.written_at, looks),
        "returned": one.state is HeldState.RETURNED,
        "rule_words": say(looks.locale, GIVEN_BACK[one.rule]) if one.rule in GIVEN_BACK else "",
        "suggestion": one.suggestion or "",
        "text": one.text,
    }
