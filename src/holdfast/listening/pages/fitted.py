"""What a room page shows besides its talk where two people talk: who is here, what can be done."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from holdfast.kit.house import House
from holdfast.kit.looks import Looks
from holdfast.kit.pages import clock_of
from holdfast.kit.words import N_, say
from holdfast.kit.work import Work
from holdfast.listening.pages.wording import chosen_in_words, ended_in_words
from holdfast.listening.queries import Talk, hand_up, session_in, talk_in
from holdfast.listening.queries.shown import Asked, Sitting, asked_in, people_in_talk
from holdfast.listening.rules.sessions import MOST_TOGETHER, HandOverState, Side
from holdfast.members.pages.wording import days_for
from holdfast.messages.events import avatar_url
from holdfast.messages.pages.shown import badge_words
from holdfast.messages.queries.blocks import block_on_seat
from holdfast.rights.rules import Actor, Member, Staff
from holdfast.rooms.access import Seat
from holdfast.rooms.tables import RoomKind

HEAD, ASIDE = "listening/_head.html", "listening/_aside.html"
EMPTY, FOOT = "listening/_empty.html", "listening/_foot.html"
CSS, SCRIPT = "css/small.css", "js/together.js"


async def fitted(house: House, seat: Seat) -> dict[str, Any]:
    """For a room of two: the templates around its talk, and the session they show."""
    async with house.workshop.reading() as work:
        session = await session_shown(work, house, seat.actor, seat)
    is_shut = session["is_over"] or session["waits"]
    locale = looks_in(seat.actor).locale
    name = N_("Listening") if session["staff"] or session["waits"] else N_("With %(name)s")
    return {
        "session": session,
        "name": say(locale, name, name=session["other"]) if "%" in name else say(locale, name),
        "head": HEAD,
        "aside": ASIDE,
        "empty": EMPTY,
        "foot": FOOT if is_shut else "",
        "css": CSS,
        "script": "" if is_shut else SCRIPT,
    }


async def session_shown(work: Work, house: House, actor: Actor, seat: Seat) -> dict[str, Any]:
    """A session as one who sits in it sees it. `waits`: nobody took the ask of this room yet."""
    keyring, looks = house.ledger.keyring, looks_in(actor)
    talk = await talk_in(work, actor, keyring, seat.room_id)
    here = await people_in_talk(work, seat.room_id)
    row = await session_in(work, seat.room_id)
    listener = None if row is None else row.listener_id
    there = house.floor.presence.seats(seat.room_id)
    people = [sitting_shown(one, actor, listener, looks, there) for one in here]
    other = next((one["name"] for one in people if not one["mine"] and not one["badge"]), "")
    shown = {
        "people": people,
        "other": other,
        "staff": isinstance(actor, Staff),
        "asked": asked_shown(await asked_in(work, actor, keyring, seat.room_id), looks),
        "waits": talk is None,
        **NOTHING,
        "unseen": await unseen_by_me(work, actor, here),
    }
    if talk is None:
        return shown
    hand = await hand_up(work, talk.id)
    by = "" if hand is None else "house" if hand.by is None else side_word(talk, hand.by)
    shared = row is not None and row.earlier_to is not None
    return {**shown, **state_of(talk, other, house, looks), "hand": by, "shared": shared}


async def unseen_by_me(work: Work, actor: Actor, here: list[Sitting]) -> str:
    """What I set on the other one, a block or a mute: then the page says so, and how to go on."""
    if not isinstance(actor, Member):
        return ""
    other = next((one.seat_id for one in here if one.member_id not in (None, actor.id)), None)
    row = None if other is None else await block_on_seat(work, actor.id, other)
    return "" if row is None else row.kind.value


NOTHING: dict[str, Any] = {
    **dict.fromkeys(("is_over", "may_share", "shared", "planned", "fresh", "said_no"), False),
    **dict.fromkeys(("role", "ended", "joined", "hand", "paused", "paused_until"), ""),
    **dict.fromkeys(("hand_over", "fades", "kept_until", "guard"), ""),
    "number": 0,
    "most": MOST_TOGETHER,
}


def state_of(talk: Talk, other: str, house: House, looks: Looks) -> dict[str, Any]:
    """How a session stands, in the reader's words and times."""
    over = talk.ended_at is not None
    return {
        "role": "" if talk.side is None else talk.side.value,
        "is_over": over,
        "ended": ended_in_words(talk, other, looks.locale) if over else "",
        "kept_until": kept_until(talk.ended_at, house, talk, looks),
        "joined": talk.staff[-1] if talk.staff else "",
        "may_share": talk.side is Side.ASKER and bool(talk.earlier_for),
        "paused": "" if talk.paused_by is None else side_word(talk, talk.paused_by),
        "paused_until": "" if talk.ends_at is None else clock_of(talk.ends_at, looks),
        "hand_over": talk.hand_over is HandOverState.PROPOSED,
        "said_no": talk.hand_over is HandOverState.REFUSED,
        "fades": clock_of(talk.ends_at, looks) if talk.is_soon and talk.ends_at else "",
        "planned": talk.ending_is_planned,
        "number": talk.number,
        "guard": talk.guard or "",
        "fresh": not over,
    }


def kept_until(ended_at: datetime | None, house: House, talk: Talk, looks: Looks) -> str:
    """The day after which its words are erased, as things stand."""
    from_ = ended_at or house.workshop.clock.now()
    days = house.community.kept.days_for(RoomKind.LISTENING.value, talk.room_id)
    return days_for(looks)(from_ + timedelta(days=days))


def side_word(talk: Talk, side: Side) -> str:
    """Whether one of the two is me."""
    return "mine" if side is talk.side else "theirs"


def sitting_shown(
    one: Sitting,
    actor: Actor,
    listener: object,
    looks: Looks,
    there: frozenset[int] | None = None,
) -> dict[str, Any]:
    """`away`: their page is not open; nothing is said of that where it is not known."""
    return {
        "seat": one.seat,
        "name": one.name,
        "avatar_url": avatar_url(one.avatar),
        "badge": badge_words(one.role, looks.locale),
        "mine": isinstance(actor, Member) and one.member_id == actor.id,
        "there": there is not None and one.seat_id in there,
        "away": there is not None and one.seat_id not in there,
        "listens": one.member_id is not None and one.member_id == listener,
    }


def asked_shown(asked: Asked | None, looks: Looks) -> dict[str, Any] | None:
    """What was asked for, in the names of its choices."""
    if asked is None:
        return None
    return {
        "words": asked.words,
        "wants": chosen_in_words(asked.wants, looks.locale),
        "preferences": chosen_in_words(asked.preferences, looks.locale),
        "summary": asked.summary,
    }


def looks_in(actor: Actor) -> Looks:
    """How whoever sits there sees pages."""
    return actor.looks if isinstance(actor, Member | Staff) else Looks()
