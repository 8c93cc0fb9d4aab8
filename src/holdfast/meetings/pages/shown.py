"""A meeting as pages show it: when it is for this reader, how far it has come, what they may do."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from holdfast.kit.house import House
from holdfast.kit.ids import RoomId
from holdfast.kit.looks import Looks
from holdfast.kit.pages import clock_of, day_of
from holdfast.kit.words import N_, say
from holdfast.kit.work import Work
from holdfast.meetings.access import may_lead
from holdfast.meetings.queries import names_of, next_in, next_meeting, turns_of, wants_reminder
from holdfast.meetings.rules.planning import THEMES
from holdfast.meetings.rules.rounds import GOING, Round, TurnState
from holdfast.meetings.tables import MeetingRow
from holdfast.messages.pages.room import looks_in
from holdfast.messages.queries.unseen import unseen_by
from holdfast.rights.rules import Staff
from holdfast.rooms.access import Seat
from holdfast.rooms.tables import RoomKind

KINDS = (RoomKind.OPEN, RoomKind.CIRCLE)
NONE: dict[str, Any] = {"id": 0, "is_going": False, "now": None, "order": [], "leads": False}
IS_ANY = "SELECT EXISTS (SELECT 1 FROM meetings WHERE room_id = ? AND ended_at IS NULL)"
ROUNDS = {
    Round.OPENING: (N_("Opening round"), N_("Say in one line how you are, if you like.")),
    Round.GO_ROUND: (N_("Go-round"), N_("One after the other. You can always pass.")),
    Round.OPEN_TALK: (N_("Open talk"), N_("Say what you like, or answer somebody.")),
    Round.CLOSING: (N_("Closing round"), N_("One line that you take along, if you like.")),
    Round.HAND_OUT: (N_("To take along"), N_("The meeting is over. Thank you for being here.")),
}


async def panel_of(house: House, seat: Seat) -> dict[str, Any]:
    """What a room shows of its meetings; nothing where there are none to come."""
    if seat.kind not in KINDS:
        return {}
    is_any = (await house.workshop.glances.rows(IS_ANY, seat.room_id))[0][0]
    if not is_any and seat.kind is RoomKind.OPEN:
        return {}
    async with house.workshop.reading() as work:
        row = await next_meeting(work, seat.room_id)
        leads = await may_lead(work, seat.actor, seat.room_id)
        if row is None:
            return {"meeting": {**NONE, "leads": True}} if leads else {}
        shown = {**NONE, **meeting_shown(row, looks_in(seat)), "leads": leads}
        if row.round in GOING:
            shown |= await going_shown(work, row, seat)
        shown["reminds"] = await wants_reminder(work, seat.id)
    return {"meeting": shown}


def meeting_shown(row: MeetingRow, looks: Looks) -> dict[str, Any]:
    """When it is, on the reader's own clock, and what about."""
    title, hint = ROUNDS.get(row.round, ("", ""))
    return {
        "id": row.id,
        "round": row.round.value,
        "is_going": row.round in GOING,
        "title": say(looks.locale, title) if title else "",
        "hint": say(looks.locale, hint) if hint else "",
        "day": day_of(row.starts_at, looks),
        "clock": clock_of(row.starts_at, looks),
        "at": row.starts_at.isoformat(),
        "minutes": row.minutes,
        "theme": say(looks.locale, THEMES[row.theme]) if row.theme in THEMES else row.theme,
        "has_theme": bool(row.theme),
        "repeats": row.series_id is not None,
    }


async def going_shown(work: Work, row: MeetingRow, seat: Seat) -> dict[str, Any]:
    """The order, whose turn it is, until when, and what the reader may do about it."""
    looks, turns = looks_in(seat), await turns_of(work, row.id)
    unseen = await unseen_by(work, seat.actor, seat.room_id)
    names = await names_of(work, [one.seat_id for one in turns])
    order = [
        {
            "number": one.number,
            "name": "" if unseen.hides(one.seat_id) else names.get(one.seat_id, ""),
            "mine": one.seat_id == seat.id,
            "state": one.state.value,
        }
        for one in turns
        if one.state is not TurnState.LEFT
    ]
    current = next((one for one in order if one["state"] == "now"), None)
    until = row.turn_until if current else row.round_until
    return {
        "order": order,
        "now": current,
        "until": clock_of(until, looks) if until else "",
        "left": _left(until, work.clock.now()),
        "mine": next((one.state.value for one in turns if one.seat_id == seat.id), ""),
        "may_join": row.round in (Round.OPENING, Round.GO_ROUND),
    }


def _left(until: datetime | None, now: datetime) -> int:
    """How many minutes are left, rounded up: calm, and never below one."""
    if until is None:
        return 0
    return max(1, -(-(until - now) // timedelta(minutes=1)))


async def soon_in(work: Work, room_ids: Collection[RoomId], looks: Looks) -> dict[RoomId, str]:
    """One line for each of these rooms that has a meeting to come: `Thursday …, 20:00`."""
    found = await next_in(work, room_ids)
    return {
        room_id: say(looks.locale, NOW)
        if row.round in GOING
        else say(looks.locale, NEXT, day=day_of(row.starts_at, looks), time=_clock(row, looks))
        for room_id, row in found.items()
    }


NOW = N_("A meeting goes on there now")
NEXT = N_("Next meeting: %(day)s, %(time)s, in your time")


def _clock(row: MeetingRow, looks: Looks) -> str:
    return clock_of(row.starts_at, looks)


def back_to(slug: str, actor: object) -> str:
    """The way back to the room; for staff who only plan, to the desk."""
    return f"/desk/rooms/{slug}" if isinstance(actor, Staff) else f"/rooms/{slug}"
