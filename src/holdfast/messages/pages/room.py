"""A room's page: its messages, who wrote them, what the room is now, and the way to write."""

from __future__ import annotations

from asyncio import gather
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from fastapi import Request
from starlette.responses import Response

from holdfast.audit.jobs import note_reading
from holdfast.kit.errors import HoldfastError
from holdfast.kit.house import House
from holdfast.kit.looks import Looks
from holdfast.kit.noted import noting
from holdfast.kit.pages import render
from holdfast.kit.tokens import random_handle
from holdfast.kit.words import say
from holdfast.kit.work import Work
from holdfast.members.rules import promises
from holdfast.messages.access import message_to_quote
from holdfast.messages.events import MessagePosted, Quote, avatar_url
from holdfast.messages.pages.ahead import ask_of_reader, ask_of_room
from holdfast.messages.pages.beside import beside_talk, fitted_in
from holdfast.messages.pages.care import care_of, no_care
from holdfast.messages.pages.guided import guided_in
from holdfast.messages.pages.notices import news_for
from holdfast.messages.pages.shown import View, quoted
from holdfast.messages.pages.unseeing import just_done
from holdfast.messages.queries import Reader
from holdfast.messages.queries.held import waits_of_last_hour
from holdfast.messages.queries.pages import (
    Part,
    RoomLine,
    looked_after,
    page_before,
    responses_to,
    room_of_seat,
    rooms_with_seat,
)
from holdfast.messages.queries.threads import reply_counts
from holdfast.messages.queries.unseen import unseen_at_a_glance
from holdfast.messages.rules.expiring import choices_within
from holdfast.rights.rules import Member, Staff
from holdfast.rooms.access import Seat, seat_to_speak
from holdfast.rooms.pages import state_shown
from holdfast.rooms.queries import Stated, StateLine, name_of, state_line, words_of
from holdfast.rooms.rules import RoomState
from holdfast.rooms.rules.states import usual_wait
from holdfast.rooms.tables import RoomKind

PAGE = 30
LAST_HOUR = timedelta(hours=1)
GOING_ON = frozenset(RoomState) - {RoomState.CLOSED}
WROTE_LATELY = 12
EMPTY = {"text": "", "note": "", "wants": "", "expires": ""}


async def room_page(
    request: Request,
    house: House,
    member: Member | Staff,
    slug: str,
    *,
    before: int | None = None,
    reply: int | None = None,
    edit: int | None = None,
    draft: dict[str, str] | None = None,
    refused: HoldfastError | None = None,
) -> Response:
    """The page itself; `draft` and `refused` when words come back that were not taken."""
    locale, house = member.looks.locale, noting(house)
    glances = house.workshop.glances
    await ask_of_reader(house, member, slug)
    seat = await seat_to_speak(glances, member, slug)
    _, fitted = await gather(ask_of_room(house, seat, (before, PAGE + 1)), fitted_in(house, seat))
    rooms = await rooms_with_seat(glances, member.id) if isinstance(member, Member) else []
    room = here_among(rooms, seat) or await room_of_seat(glances, seat.id)
    page = await page_of(house, seat, room, before=before, reply=reply, edit=edit)
    around = await all_around(request, house, seat, room, rooms)
    around |= await beside_talk(house, seat, room, fitted, past=before is not None)
    await note_page(house, seat, page["messages"])
    return render(
        request,
        "rooms/room.html",
        409 if refused is not None and refused.status < 500 else 200,
        room=room_shown(house, room, locale),
        **in_rails(rooms, locale),
        **around,
        seat={"id": seat.author.seat, **me_in(seat)},
        nonce=random_handle(),
        draft=draft_shown(page.pop("own_words"), draft),
        **refusal_shown(refused, locale),
        calm="calm" in request.query_params,
        news="" if before is not None else await news_for(house, member, slug),
        **page,
    )


async def all_around(
    request: Request, house: House, seat: Seat, room: RoomLine, rooms: Sequence[RoomLine]
) -> dict[str, Any]:
    """What stands around the messages: the room's state, its guides, what was just done."""
    around = {**await around_of(house, seat, room, rooms), **await guided_in(house, seat)}
    around |= await just_done(house, seat, request.query_params)
    return {**around, "head": room.head, "epoch": house.epoch}


def draft_shown(own_words: dict[str, str], draft: dict[str, str] | None) -> dict[str, str]:
    """What stands in the form: words that come back, or those of a message to be changed."""
    return {**EMPTY, **(own_words if draft is None else draft)}


async def note_page(house: House, seat: Seat, shown: list[dict[str, Any]]) -> None:
    """What staff are about to read stands in the record before they do."""
    if shown:
        first, last = shown[0]["seq"], shown[-1]["seq"]
        await note_reading(house.workshop, seat.actor, seat.room_id, first, last)


def refusal_shown(refused: HoldfastError | None, locale: str) -> dict[str, Any]:
    """What the page says of words that were not taken."""
    words = say(locale, refused.words, **refused.facts) if refused else ""
    return {
        "refusal": words,
        "refusal_help": refused.help if refused else False,
        "refusal_code": refused.code if refused else "",
    }


def here_among(rooms: Sequence[RoomLine], seat: Seat) -> RoomLine | None:
    return next((room for room in rooms if room.id == seat.room_id), None)


def room_shown(house: House, room: RoomLine, locale: str) -> dict[str, Any]:
    """What the page says of the room itself."""
    kept = house.community.kept.days_for(room.kind.value, room.id)
    return {
        **words_of(room, locale),
        "here": house.floor.presence.here(room.id),
        "kept_days": kept,
        "goings": [(value, say(locale, words)) for value, words in choices_within(kept)],
        "promises": [say(locale, promise.title) for promise in promises.PROMISES[:3]],
    }


def is_talk_now(room: RoomLine) -> bool:
    """A room for two in which somebody may be waiting for me."""
    return room.kind is RoomKind.LISTENING and room.state is not RoomState.CLOSED


def in_rails(rooms: Sequence[RoomLine], locale: str) -> dict[str, Any]:
    """The lists beside the room: open rooms, and what is somebody's own."""
    open_ones = [in_rail(one, locale) for one in rooms if one.kind is RoomKind.OPEN]
    return {"rooms": open_ones, **own_in_rails(rooms, locale)}


def own_in_rails(rooms: Sequence[RoomLine], locale: str) -> dict[str, Any]:
    """The talks between two and the circles that go on."""
    circles = (one for one in rooms if one.kind is RoomKind.CIRCLE and one.state in GOING_ON)
    return {
        "talks": [in_rail(one, locale) for one in rooms if is_talk_now(one)],
        "circles": [in_rail(one, locale) for one in circles],
    }


def in_rail(room: RoomLine, locale: str) -> dict[str, Any]:
    """A room in the list beside the room."""
    return {"slug": room.slug, "name": name_of(room.name, locale), "unread": room.unread}


async def around_of(
    house: House, seat: Seat, room: RoomLine, rooms: Sequence[RoomLine]
) -> dict[str, Any]:
    """The room's `state` and the member's `care`; most have nobody there and nothing held."""
    held, here = await looked_after(house.workshop.glances, seat.id)
    looks = looks_in(seat)
    if (
        held
        or here
        or house.ledger.stop_of(seat) is not None
        or room.state is not RoomState.LIVE
        or seat.kind is RoomKind.SIDE
        or any(one.kind is RoomKind.SIDE for one in rooms)
    ):
        async with house.workshop.reading() as work:
            return {
                "state": await state_now(work, room, looks),
                "care": await care_of(work, house, seat),
            }
    now = house.workshop.clock.now()
    return {"state": state_shown(StateLine(room.state), looks, now), "care": no_care(seat)}


async def state_now(work: Work, row: Stated, looks: Looks) -> dict[str, Any]:
    """The line under a room's name: who is here, how long a post waits, who comes next."""
    now = work.clock.now()
    waits = await waits_of_last_hour(work, now - LAST_HOUR) if row.state is RoomState.HELD else []
    wait = usual_wait([decided - held for held, decided in waits])
    return state_shown(await state_line(work, row, wait=wait), looks, now)


async def page_of(
    house: House,
    seat: Seat,
    room: RoomLine,
    *,
    before: int | None,
    reply: int | None,
    edit: int | None,
) -> dict[str, Any]:
    """The messages of the page, who wrote them, and what is being answered or changed."""
    reader = Reader(house.ledger.keyring, seat.actor)
    found = await page_before(house.workshop.glances, reader, seat.room_id, before, PAGE + 1)
    page = found[-PAGE:]
    part = before, PAGE + 1
    view = await view_of(house, seat, page, new_after=room.read_seq, part=part)
    view.menu = before is not None
    editing = next((m for m in page if m.seq == edit and m.owner == seat.id), None)
    return {
        "messages": view.shown(page),
        "people": people_of(found, seat),
        "earlier": f"/rooms/{seat.slug}?before={page[0].seq}" if len(found) > PAGE else "",
        "begins_here": len(found) <= PAGE and await begins_late(house, seat, page),
        "reply": quoted(await answered(house, reader, seat, reply)),
        "edit": {"seq": editing.seq} if editing else None,
        "own_words": {"text": editing.text, "note": editing.note or ""} if editing else {},
    }


async def begins_late(house: House, seat: Seat, page: list[MessagePosted]) -> bool:
    """Whether this, the oldest page there is for them, ends where a newcomer's reading begins."""
    if not page or not isinstance(seat.actor, Member):
        return False
    unseen = await unseen_at_a_glance(house.workshop.glances, seat.actor, seat.room_id)
    return unseen.until > 0


async def answered(house: House, reader: Reader, seat: Seat, seq: int | None) -> Quote | None:
    """The message that is being answered, if one is."""
    if not seq:
        return None
    async with house.workshop.reading() as work:
        return await message_to_quote(work, reader, seat, seq)


def me_in(seat: Seat) -> dict[str, str]:
    return {"pseudonym": seat.author.pseudonym, "avatar_url": avatar_url(seat.author.avatar)}


def people_of(messages: list[MessagePosted], seat: Seat) -> list[dict[str, Any]]:
    """Those who wrote lately, newest first; who only reads is never listed."""
    seen: dict[int, dict[str, Any]] = {}
    for m in reversed(messages):
        if m.owner not in seen and not m.removed and len(seen) < WROTE_LATELY:
            seen[m.owner] = {
                "pseudonym": m.author.pseudonym,
                "avatar_url": avatar_url(m.author.avatar),
                "mine": m.owner == seat.id,
                "seat": m.author.seat,
            }
    return list(seen.values())


async def view_of(
    house: House,
    seat: Seat,
    page: list[MessagePosted],
    *,
    new_after: int | None = None,
    part: Part | None = None,
) -> View:
    """How the holder of a seat sees these messages."""
    counts, given = await responses_to(house.workshop.glances, seat, page, part)
    now = house.workshop.clock.now()
    view = View(looks_in(seat), now, seat.slug, seat.id, new_after, counts, given)
    view.doors = isinstance(seat.actor, Member)
    view.private = seat.kind is RoomKind.LISTENING
    if seat.kind is RoomKind.CIRCLE:
        view.replies = await reply_counts(house.workshop.glances, seat, page)
    return view


def looks_in(seat: Seat) -> Looks:
    """How whoever holds a seat sees pages."""
    return seat.actor.looks  # type: ignore[union-attr]
