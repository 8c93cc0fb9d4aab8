"""The room page: reading, paging back, searching."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from holdfast.audit.actions import record_reading
from holdfast.kit.errors import HoldfastError, NotFound
from holdfast.kit.house import House, InHouse
from holdfast.kit.limits import Pace
from holdfast.kit.looks import Looks
from holdfast.kit.pages import looks_of, render
from holdfast.kit.tokens import random_handle
from holdfast.kit.words import say
from holdfast.kit.work import Work
from holdfast.members.rules import promises
from holdfast.messages.access import message_to_quote
from holdfast.messages.events import MessagePosted, avatar_url
from holdfast.messages.pages.care import care_of
from holdfast.messages.pages.shown import View, quoted
from holdfast.messages.queries import (
    FOUND,
    Reader,
    messages_before,
    messages_found,
    my_responses,
    response_counts,
    unread_in_rooms,
)
from holdfast.messages.queries.held import waits_of_last_hour
from holdfast.rights.api import CurrentMember, Speaker
from holdfast.rights.rules import Actor, Member, Staff
from holdfast.rooms.access import Seat, room_to_see, seat_in
from holdfast.rooms.pages import state_shown
from holdfast.rooms.queries import open_rooms, read_mark, state_line, words_of
from holdfast.rooms.rules import RoomState
from holdfast.rooms.rules.states import usual_wait
from holdfast.rooms.tables import RoomRow

router = APIRouter(include_in_schema=False)
SEARCHES = Pace(every=3.0, burst=10)
PAGE = 30
LAST_HOUR = timedelta(hours=1)
WROTE_LATELY = 12
MAX_SEQ = 2**53 - 1
Before = Annotated[int | None, Query(ge=0, le=MAX_SEQ)]
OwnSeq = Annotated[int | None, Query(ge=0, le=MAX_SEQ)]


@router.get("/rooms")
async def get_rooms(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """All rooms a member may go into."""
    async with house.workshop.reading() as work:
        rooms = await rooms_shown(work, house, member)
    return render(request, "rooms/rooms.html", rooms=rooms)


async def rooms_shown(work: Work, house: House, member: Actor) -> list[dict[str, Any]]:
    """The rooms as a member's lists show them, with what is unread in those where they sit."""
    if not isinstance(member, Member):
        return []
    unread = await unread_in_rooms(house.workshop.glances, member.id)
    return [
        {
            **words_of(row, member.looks.locale),
            "here": house.floor.presence.here(row.id),
            "unread": unread.get(row.id, 0),
            "seated": row.id in unread,
            "state": row.state.value,
        }
        for row in await open_rooms(work)
    ]


@router.get("/rooms/{slug}")
async def get_room(
    request: Request,
    house: InHouse,
    member: Speaker,
    slug: str,
    *,
    before: Before = None,
    reply: OwnSeq = None,
    edit: OwnSeq = None,
) -> Response:
    """A room, at its end or (with `before`) at an earlier place."""
    try:
        return await room_page(request, house, member, slug, before=before, reply=reply, edit=edit)
    except NotFound:
        async with house.workshop.reading() as work:
            await room_to_see(work, member, slug)  # there, but no seat: the list has the door
        return RedirectResponse("/rooms" if isinstance(member, Member) else "/desk", 303)


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
    locale = member.looks.locale
    async with house.workshop.reading() as work:
        seat = await seat_in(work, member, slug)
        row = await room_to_see(work, member, slug)
        rooms = await rooms_shown(work, house, member)
        page = await page_of(work, house, seat, before=before, reply=reply, edit=edit)
        state = await state_now(work, row, member.looks)
        care = await care_of(work, house, seat)
    await note_reading(house, seat, page)
    about = {**words_of(row, locale), "here": house.floor.presence.here(row.id)}
    if draft is None:
        draft = page.pop("own_words")
    return render(
        request,
        "rooms/room.html",
        409 if refused is not None and refused.status < 500 else 200,
        room={**about, "promises": [say(locale, p.title) for p in promises.PROMISES[:3]]},
        rooms=[room for room in rooms if room["seated"]],
        state=state,
        care=care,
        staff=isinstance(member, Staff),
        seat={"id": seat.author.seat, **me_in(seat)},
        head=row.head,
        epoch=house.epoch,
        nonce=random_handle(),
        past=before is not None,
        draft={"text": "", "note": "", "wants": "", **draft},
        refusal=say(locale, refused.words, **refused.facts) if refused else "",
        refusal_help=refused.help if refused else False,
        **{key: value for key, value in page.items() if key != "own_words"},
    )


async def state_now(work: Work, row: RoomRow, looks: Looks) -> dict[str, Any]:
    """The line under a room's name: who is here, how long a post waits, who comes next."""
    now = work.clock.now()
    waits = await waits_of_last_hour(work, now - LAST_HOUR) if row.state is RoomState.HELD else []
    wait = usual_wait([decided - held for held, decided in waits])
    return state_shown(await state_line(work, row, wait=wait), looks, now)


@router.get("/rooms/{slug}/state")
async def get_state(request: Request, house: InHouse, member: CurrentMember, slug: str) -> Response:
    """That line by itself, for a page on which it has changed."""
    async with house.workshop.reading() as work:
        await seat_in(work, member, slug)
        row = await room_to_see(work, member, slug)
        state = await state_now(work, row, member.looks)
    return render(request, "rooms/_state.html", state=state)


async def page_of(
    work: Work,
    house: House,
    seat: Seat,
    *,
    before: int | None,
    reply: int | None,
    edit: int | None,
) -> dict[str, Any]:
    """The messages of the page, who wrote them, and what is being answered or changed."""
    reader = Reader(house.ledger.keyring, seat.actor)
    found = await messages_before(work, reader, seat.room_id, before, PAGE + 1)
    page = found[-PAGE:]
    view = await view_of(work, house, seat, page, new_after=await read_mark(work, seat.id))
    view.menu = before is not None
    answering = await message_to_quote(work, reader, seat, reply) if reply else None
    editing = next((m for m in page if m.seq == edit and m.owner == seat.id), None)
    return {
        "messages": view.shown(page),
        "people": people_of(found, seat),
        "earlier": f"/rooms/{seat.slug}?before={page[0].seq}" if len(found) > PAGE else "",
        "reply": quoted(answering),
        "edit": {"seq": editing.seq} if editing else None,
        "own_words": {"text": editing.text, "note": editing.note or ""} if editing else {},
    }


async def note_reading(house: House, seat: Seat, page: dict[str, Any]) -> None:
    """What staff read of a room stands in the record, in a work of its own."""
    seqs = [one["seq"] for one in page["messages"]]
    if isinstance(seat.actor, Staff) and seqs:
        async with house.workshop.work() as work:
            await record_reading(
                work, seat.actor, room=seat.room_id, first_seq=seqs[0], last_seq=seqs[-1]
            )


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
            }
    return list(seen.values())


async def view_of(
    work: Work,
    house: House,
    seat: Seat,
    page: list[MessagePosted],
    *,
    new_after: int | None = None,
) -> View:
    """How the holder of a seat sees these messages."""
    seqs = [m.seq for m in page]
    return View(
        seat.actor.looks,  # type: ignore[union-attr]
        house.workshop.clock.now(),
        seat.slug,
        seat.id,
        new_after,
        await response_counts(work, seat.room_id, seqs),
        await my_responses(work, seat.id, seat.room_id, seqs),
    )


@router.get("/rooms/{slug}/history")
async def get_history(
    request: Request, house: InHouse, member: Speaker, slug: str, before: Before = None
) -> Response:
    """Earlier messages, to be put above those on the page."""
    async with house.workshop.reading() as work:
        seat = await seat_in(work, member, slug)
        reader = Reader(house.ledger.keyring, member)
        page = await messages_before(work, reader, seat.room_id, before, PAGE)
        view = await view_of(work, house, seat, page)
    return render(request, "messages/log.html", slug=slug, messages=view.shown(page))


@router.get("/rooms/{slug}/search")
async def get_search(
    request: Request,
    house: InHouse,
    member: CurrentMember,
    slug: str,
    q: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """What was said in a room about something, by its members."""
    async with house.workshop.reading() as work:
        seat = await seat_in(work, member, slug)
        row = await room_to_see(work, member, slug)
        reader = Reader(house.ledger.keyring, member)
        house.limits.take(("search", seat.id), SEARCHES)
        found = await messages_found(work, reader, row.id, q) if q.strip() else []
        view = await view_of(work, house, seat, found)
    room = {"slug": slug, "name": say(looks_of(request).locale, row.name)}
    shown = view.shown(found[:FOUND][::-1])
    return render(
        request, "rooms/search.html", room=room, q=q, messages=shown, more=len(found) > FOUND
    )
