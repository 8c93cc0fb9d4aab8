"""What stands around a card on the desk: the rooms, the queue, who is here, my own shift."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from fastapi import Request

from holdfast.crisis.queries import check_ins_around, open_escalations, unsigned_notes
from holdfast.crisis.queries.escalations import Summary
from holdfast.desk.pages.bar import bar_for
from holdfast.desk.pages.case_shown import Seen, case_in_queue, gravest
from holdfast.desk.pages.room_names import room_words
from holdfast.desk.pages.shown import check_in_shown, in_queue, waited
from holdfast.desk.pages.sifting import KINDS, ORDERS, SHOWN, sift_of
from holdfast.desk.pages.strip import Now, concerns_by_room, minutes, strip_shown
from holdfast.desk.pages.weeks import language_name
from holdfast.kit.house import House
from holdfast.kit.looks import Looks
from holdfast.kit.pages import clock_of, looks_of
from holdfast.kit.words import N_, say
from holdfast.kit.work import Work, Workshop
from holdfast.listening.queries import guard_calls, hands
from holdfast.listening.rules.sessions import HandState
from holdfast.messages.queries import Reader
from holdfast.messages.queries.held import held_count
from holdfast.messages.queries.replies import Replies, Unanswered, replies_lately
from holdfast.moderation.queries import CaseSummary, open_cases
from holdfast.moderation.queries.appeals import waiting_count
from holdfast.moderation.queries.measures import waiting_for_second
from holdfast.notices.queries import troubles_since
from holdfast.rights.rules import Permission, Staff, may
from holdfast.rooms.queries import open_rooms
from holdfast.rooms.queries.sides import people_in
from holdfast.staff.queries import on_shift, shift_of
from holdfast.wellbeing.queries.caring import care_for
from holdfast.wellbeing.rules.caring import is_offered

LATELY = timedelta(hours=1)  # calls that did not get through are shown this long
CHECK_INS_SHOWN = timedelta(hours=24)  # before and after they are due
ELSEWHERE = N_("goes to somebody else now, so that you can breathe")
LOOK_AGAIN = 5.0  # seconds
LOOKED_UP: WeakKeyDictionary[Workshop, tuple[float, Replies]] = WeakKeyDictionary()
ALONE_SHOWN = 8  # of those whom nobody has answered


async def beside(request: Request, house: House, staff: Staff) -> dict[str, Any]:
    """Everything that the desk shows beside a card."""
    looks, now = looks_of(request), house.workshop.clock.now()
    async with house.workshop.reading() as work:
        waiting = await open_escalations(work)
        cases = await open_cases(work, staff)
        seconds = await waiting_for_second(work, Reader(house.ledger.keyring, staff))
        seen = Seen(looks, now, staff, second_for=frozenset(one.case_id for one in seconds))
        care = await care_for(work, staff)
        replies = await replies_now(work, house)
        return {
            **queue_shown(request, waiting, cases, seen, spared=care.is_spared),
            "care": care,
            **await rooms_shown(
                work, house, [*at_crisis(waiting), *gravest(cases)], replies, looks
            ),
            **await here_shown(work, looks, now, staff),
            **await further_shown(work, looks, now, staff),
            **await called_shown(work, looks, now, staff),
            "unanswered": [alone(one, looks, now) for one in replies.waiting[:ALONE_SHOWN]],
            "more_unanswered": max(0, len(replies.waiting) - ALONE_SHOWN),
            **bar_for(staff),
        }


async def replies_now(work: Work, house: House) -> Replies:
    """Who waits for a reply, looked up once in a few seconds for everybody at the desk."""
    at, known = LOOKED_UP.get(house.workshop, (0.0, None))
    ticks = house.workshop.clock.ticks()
    if known is None or ticks - at >= LOOK_AGAIN:
        known = await replies_lately(work, house.ledger.is_newcomer)
        LOOKED_UP[house.workshop] = (ticks, known)
    return known


def queue_shown(
    request: Request, waiting: list[Summary], cases: list[CaseSummary], seen: Seen, *, spared: bool
) -> dict[str, Any]:
    """The queue itself, as the reader wants to see it. Who is spared opens no new hard ones."""
    sift, looks = sift_of(request), seen.looks
    every = [in_queue(one, looks, seen.now, seen.me) for one in waiting]
    every += [case_in_queue(one, seen) for one in cases if not is_at_crisis(one)]
    if spared:
        every = [_spared(one, looks) for one in every]
    return {
        "sift": sift,
        "items": sift.of(every),
        "open_count": len(every),
        "mine": sum(1 for one in every if one["mine"]),
        "choices": {
            "order": [(code, say(looks.locale, words)) for code, words in ORDERS.items()],
            "show_only": [(code, say(looks.locale, words)) for code, words in SHOWN.items()],
            "kind": [(code, say(looks.locale, words)) for code, words in KINDS.items()],
        },
    }


def is_at_crisis(case: CaseSummary) -> bool:
    """A case of worries alone, while crisis has its person in hand: it stands there once.

    When that is over, it stands here, so that whoever worried is answered.
    """
    only_worries = case.reports == case.worried and case.flags == 0
    return only_worries and case.escalation_id is not None and case.claimed_by is None


def _spared(one: dict[str, Any], looks: Looks) -> dict[str, Any]:
    """A hard one goes to somebody else who is there, unless it is mine already, or late."""
    if is_offered(spared=True, concern=one["concern"], mine=one["mine"], late=one["late"]):
        return one
    return {**one, "may_open": False, "why_not": say(looks.locale, ELSEWHERE)}


def at_crisis(waiting: list[Summary]) -> list[tuple[str, int]]:
    """The concern of each escalation's room, for the strip."""
    return [(one.room, int(one.concern)) for one in waiting]


async def rooms_shown(
    work: Work, house: House, grave: list[tuple[str, int]], replies: Replies, looks: Looks
) -> dict[str, Any]:
    """The strip of rooms."""
    rows = await open_rooms(work)
    known = Now(
        here={row.id: house.floor.presence.here(row.id) for row in rows},
        staff={row.id: await people_in(work, row.id) for row in rows},
        concerns=concerns_by_room(grave),
        replies=replies,
    )
    return {"rooms": strip_shown(rows, known, looks)}


async def here_shown(work: Work, looks: Looks, now: datetime, staff: Staff) -> dict[str, Any]:
    """Who is on shift, and how long my own shift goes on."""
    here = await on_shift(work, now)
    mine = await shift_of(work, staff.id, now)
    left = None if mine is None else minutes(max(timedelta(), mine.ends_at - now))
    return {
        "here": [
            {"staff_id": one.staff_id, "name": one.name, "until": clock_of(one.until, looks)}
            for one in here
        ],
        "on_shift": any(one.staff_id == staff.id for one in here),
        "shift_left": left,
        "shift_until": mine.ends_at.isoformat() if mine is not None else "",
    }


async def further_shown(work: Work, looks: Looks, now: datetime, staff: Staff) -> dict[str, Any]:
    """What else waits: held posts, calls that came to nothing, notes, check-ins."""
    lost = await troubles_since(work, now - LATELY)
    due = await check_ins_around(work, CHECK_INS_SHOWN)
    return {
        "held_count": await held_count(work),
        "appeal_count": await waiting_count(work),
        "lost_calls": any(row.page_id is not None for row in lost),
        "notes": len(await unsigned_notes(work)),
        "check_ins": [check_in_shown(one, looks, now, staff) for one in due],
    }


async def called_shown(work: Work, looks: Looks, now: datetime, staff: Staff) -> dict[str, Any]:
    """Into which talks of two somebody is called, and what the guard asks a person to decide."""
    if not may(staff, Permission.HAND_ANSWER):
        return {"hands": [], "guard_count": 0}
    up = [one for one in await hands(work) if one.state is HandState.RAISED]
    undecided = [one for one in await guard_calls(work) if one.outcome is None]
    return {
        "hands": [
            {
                "id": one.id,
                "language": language_name(one.language, looks),
                "since": one.raised_at,
                "waited": waited(round((now - one.raised_at).total_seconds()), looks),
            }
            for one in up
        ],
        "guard_count": len(undecided),
    }


def alone(one: Unanswered, looks: Looks, now: datetime) -> dict[str, Any]:
    """Somebody whom nobody has answered, as a line of the second lane. No words."""
    return {
        "slug": one.room,
        "room": room_words(one.room_name, looks.locale),
        "seq": one.seq,
        "pseudonym": one.pseudonym,
        "is_newcomer": one.is_newcomer,
        "since": one.at,
        "waited": waited(round((now - one.at).total_seconds()), looks),
    }
