"""Rooms as the desk's pages show them to those who guide the talk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from holdfast.audit.actions import record_reading
from holdfast.kit.house import House
from holdfast.kit.looks import Looks
from holdfast.kit.pages import clock_of
from holdfast.kit.words import N_, say
from holdfast.kit.work import Work
from holdfast.messages.events import MessagePosted, avatar_url, quote_of
from holdfast.messages.pages.guided import guide_shown, staff_shown
from holdfast.messages.pages.shown import badge_words
from holdfast.messages.queries import Reader, messages_at, messages_before
from holdfast.messages.queries.guiding import second_room_offer
from holdfast.rights.rules import Staff
from holdfast.rooms.queries import open_rooms, words_of
from holdfast.rooms.queries.guiding import CameIn, guide_at_a_glance, who_came_in_since
from holdfast.rooms.queries.staffed import StaffHere, staff_in_room
from holdfast.rooms.rules.guiding import PACES, SPANS, TODAY
from holdfast.rooms.rules.states import RoomState
from holdfast.staff.queries import on_shift, shift_of

LAST_SAID = 8
STATES = {
    RoomState.LIVE: ("", N_("Live: what is said appears at once")),
    RoomState.HELD: ("b-amber", N_("Posts are read first")),
    RoomState.QUIET: ("b-line", N_("Quiet: letters only")),
    RoomState.CLOSED: ("b-line", N_("Closed")),
}


async def rooms_shown(work: Work, house: House, staff: Staff, looks: Looks) -> list[dict[str, Any]]:
    """Every open room: what it is now, what stands in it, who of the staff is there."""
    now = work.clock.now()
    shown = []
    for row in await open_rooms(work):
        people = await staff_in_room(work, row.id)
        guide = await guide_at_a_glance(house.workshop.glances, row.id, now)
        shown.append(
            {
                **room_words(row, looks),
                "here": house.floor.presence.here(row.id),
                "people": [staff_shown(one, looks.locale) for one in people],
                "mine": is_there(people, staff),
                "guide": guide_shown(guide, None, looks),
                "is_pinned": guide.pinned is not None,
            }
        )
    return shown


def room_words(row: Any, looks: Looks) -> dict[str, Any]:
    """A room's own words and its state."""
    badge, words = STATES[row.state]
    state = {"state": row.state.value, "badge": badge, "state_words": say(looks.locale, words)}
    return {**words_of(row, looks.locale), **state}


def is_there(people: list[StaffHere], staff: Staff) -> bool:
    return any(one.staff_id == staff.id for one in people)


async def room_shown(
    work: Work, house: House, staff: Staff, row: Any, *, at: int | None, looks: Looks
) -> dict[str, Any]:
    """One room with everything that guides it. What is read of its talk is written down."""
    now = work.clock.now()
    guide = await guide_at_a_glance(house.workshop.glances, row.id, now)
    people = await staff_in_room(work, row.id)
    may_guide = await shift_of(work, staff.id, now) is not None
    reader = Reader(house.ledger.keyring, staff)
    wanted = [seq for seq in (guide.pinned, at) if seq]
    found = await messages_at(work, reader, row.id, wanted) if may_guide and wanted else []
    chosen = {one.seq: one for one in found if not one.removed}
    last = await last_said(work, reader, staff, row) if may_guide else []
    for one in found:
        await record_reading(work, staff, room=row.id, first_seq=one.seq, last_seq=one.seq)
    came = await who_came_in_since(work, row.id, now - TODAY) if may_guide else []
    return {
        "room": room_words(row, looks),
        "here": house.floor.presence.here(row.id),
        "people": [staff_shown(one, looks.locale) for one in people],
        "mine": is_there(people, staff),
        "may_guide": may_guide,
        "guide": guide_shown(guide, chosen.get(guide.pinned or 0), looks),
        "chosen": line_shown(chosen[at], looks) if at in chosen and at != guide.pinned else None,
        "last": [line_shown(one, looks) for one in last],
        "came": [came_shown(one, looks) for one in came],
        "offer": await second_room_offer(work, row),
        "on_shift": [one.name for one in await on_shift(work, now)],
        "paces": PACES,
        "spans": SPANS,
    }


async def last_said(work: Work, reader: Reader, staff: Staff, row: Any) -> list[MessagePosted]:
    """What was said last, to choose from; newest first."""
    found = await messages_before(work, reader, row.id, None, LAST_SAID)
    if found:
        first, last = found[0].seq, found[-1].seq
        await record_reading(work, staff, room=row.id, first_seq=first, last_seq=last)
    return [one for one in reversed(found) if not one.removed]


def line_shown(message: MessagePosted, looks: Looks) -> dict[str, Any]:
    """One message as a line to be pinned; of one with a content note only the note."""
    return {
        "seq": message.seq,
        "clock": clock_of(message.at, looks),
        "pseudonym": message.author.pseudonym,
        "badge": badge_words(message.author.badge, looks.locale),
        "line": quote_of(message).excerpt,
        "note": message.note or "",
    }


def came_shown(one: CameIn, looks: Looks) -> dict[str, Any]:
    """Somebody who sat down here for the first time, as this room knows them."""
    return {
        "handle": one.handle,
        "pseudonym": one.pseudonym,
        "avatar_url": avatar_url(one.avatar),
        "clock": clock_of(one.at, looks),
        "is_new": one.is_new,
    }


def minutes_from(written: str) -> timedelta:
    """For how long something shall stand, as a form says it; half an hour where it says nothing."""
    known = written.isdigit() and int(written) in SPANS
    return timedelta(minutes=int(written) if known else SPANS[0])
