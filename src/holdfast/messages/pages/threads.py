"""A thread of a circle: one message, the replies to it, and the way to reply."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from holdfast.audit.jobs import note_reading
from holdfast.kit.doors import APIRouter
from holdfast.kit.house import InHouse
from holdfast.kit.pages import render
from holdfast.kit.tokens import random_handle
from holdfast.messages.access import message_in_thread
from holdfast.messages.pages.room import me_in, view_of
from holdfast.messages.queries import Reader
from holdfast.messages.queries.threads import replies_in
from holdfast.rights.api import CurrentMember, Speaker
from holdfast.rooms.access import seat_in
from holdfast.rooms.actions import mark_read
from holdfast.rooms.queries import head_of, name_of, room_named

router = APIRouter(include_in_schema=False)
Seq = Annotated[int, Path(ge=1, le=2**53 - 1)]


@router.get("/rooms/{slug}/threads/{seq}")
async def get_thread(
    request: Request, house: InHouse, member: Speaker, slug: str, seq: Seq
) -> Response:
    """The message and the replies to it, oldest first."""
    async with house.workshop.reading() as work:
        seat = await seat_in(work, member, slug)
        reader = Reader(house.ledger.keyring, member)
        parent = await message_in_thread(work, reader, seat, seq)
        replies = await replies_in(work, reader, seat.room_id, seq)
        room = await room_named(work, seat.room_id)
    last = replies[-1].seq if replies else seq
    await note_reading(house.workshop, member, seat.room_id, seq, last)
    first = (await view_of(house, seat, [parent])).shown([parent])
    view = await view_of(house, seat, replies)
    return render(
        request,
        "messages/thread.html",
        slug=slug,
        room=name_of(room.name, member.looks.locale),
        parent=first[0],
        name=parent.author.pseudonym,
        mine=parent.owner == seat.id,
        is_gone=bool(parent.removed),
        seq=seq,
        seat=me_in(seat),
        messages=view.shown(replies, since=parent.at),
        nonce=random_handle(),
    )


@router.post("/rooms/{slug}/read")
async def post_read(house: InHouse, member: CurrentMember, slug: str) -> Response:
    """I have seen what is new here."""
    async with house.workshop.work() as work:
        seat = await seat_in(work, member, slug)
        await mark_read(work, seat, seq=await head_of(work, seat.room_id))
    return RedirectResponse(f"/rooms/{slug}", 303)
