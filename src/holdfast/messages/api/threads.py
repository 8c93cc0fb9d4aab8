"""Threads of a circle, for programs."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import BaseModel

from holdfast.audit.jobs import note_reading
from holdfast.kit.doors import APIRouter
from holdfast.kit.house import InHouse
from holdfast.messages.access import message_in_thread
from holdfast.messages.api.talk import MessageItem, Slug, item
from holdfast.messages.queries import Reader, response_counts
from holdfast.messages.queries.threads import replies_in
from holdfast.rights.api import SomeoneIn
from holdfast.rooms.access import seat_in

router = APIRouter(prefix="/api/v1", tags=["messages"])
Seq = Annotated[int, Path(ge=1, le=2**53 - 1)]


class Thread(BaseModel):
    """One message of a circle and the replies to it, oldest first."""

    parent: MessageItem
    items: list[MessageItem]


@router.get("/rooms/{slug}/threads/{seq}", response_model_exclude_none=True)
async def get_thread(house: InHouse, actor: SomeoneIn, slug: Slug, seq: Seq) -> Thread:
    """A message of a circle and the replies to it."""
    async with house.workshop.reading() as work:
        seat = await seat_in(work, actor, slug)
        reader = Reader(house.ledger.keyring, actor)
        parent = await message_in_thread(work, reader, seat, seq)
        replies = await replies_in(work, reader, seat.room_id, seq)
        shown = [parent, *replies]
        unseen = await reader.unseen(work, seat.room_id)
        counts = await response_counts(work, seat.room_id, [m.seq for m in shown], unseen)
    await note_reading(house.workshop, actor, seat.room_id, seq, shown[-1].seq)
    first, *rest = [item(m, seat, counts.get(m.seq, {})) for m in shown]
    return Thread(parent=first, items=rest)
