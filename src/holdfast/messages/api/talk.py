"""What was said, and saying it, for programs (live.md §2)."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from holdfast.audit.jobs import note_reading
from holdfast.kit.clock import stamp
from holdfast.kit.doors import APIRouter
from holdfast.kit.house import House, InHouse
from holdfast.kit.tables import from_millis
from holdfast.kit.tokens import random_handle
from holdfast.messages.access import seat_in_hand
from holdfast.messages.actions import (
    all_said,
    edit_message,
    heard_out,
    post_message,
    remove_message,
    respond_to_message,
    withdraw_post,
)
from holdfast.messages.actions.leafing import NEWEST, leaf_back
from holdfast.messages.events import MessagePosted, posted_fields
from holdfast.messages.ledger.entries import Accepted, Kept
from holdfast.messages.queries import (
    Reader,
    messages_after,
    messages_before,
    response_counts,
)
from holdfast.messages.queries.mine import everything_about
from holdfast.messages.rules import Response as Answer
from holdfast.messages.rules import Wants, drafted
from holdfast.messages.rules.expiring import Expires
from holdfast.rights.api import CurrentMember, SomeoneIn
from holdfast.rooms.access import Seat, seat_in
from holdfast.rooms.queries import head_of

router = APIRouter(prefix="/api/v1", tags=["messages"])
MAX_SEQ = 2**53 - 1
Slug = Annotated[str, Path(max_length=64)]
NoncePath = Annotated[str, Path(min_length=1, max_length=200)]
Seq = Annotated[int, Path(ge=0, le=MAX_SEQ)]
Exclusive = Annotated[int | None, Query(ge=0, le=MAX_SEQ)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class MessageBody(Body):
    """The fields of `post` that exist so far."""

    text: str
    note: str | None = None
    reply_to: int | None = Field(None, ge=0, le=MAX_SEQ)
    wants: Annotated[Wants | None, Field(strict=False)] = None
    as_is: bool = False
    expires: Annotated[Expires | None, Field(strict=False)] = None


class ChangeBody(Body):
    text: str
    note: str | None = None


class AcceptedBody(BaseModel):
    """It is on disk."""

    nonce: str
    room: str
    seq: int | None = None
    at: str


class HeldBody(BaseModel):
    """It is on disk and waits for a person to read it."""

    nonce: str
    room: str
    why: str
    wait: int | None = None


class MessageItem(BaseModel):
    """A message as `posted` says it, with how often each response was given."""

    room: str
    seq: int
    nonce: str | None = None
    author: dict[str, str]
    text: str
    note: str | None = None
    reply_to: int | None = None
    wants: str | None = None
    at: str
    edited_at: str | None = None
    removed: str | None = None
    expires_at: str | None = None
    counts: dict[str, int]


class Page(BaseModel):
    items: list[MessageItem]
    next: str | None
    head: int
    epoch: str


@router.get("/rooms/{slug}/messages", response_model=Page)
async def get_messages(
    house: InHouse,
    actor: SomeoneIn,
    slug: Slug,
    *,
    after: Exclusive = None,
    before: Exclusive = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Response:
    """What was said, oldest first within the page."""
    async with house.workshop.reading() as work:
        seat = await seat_in(work, actor, slug)
        reader = Reader(house.ledger.keyring, actor)
        head = await head_of(work, seat.room_id)
        if before is not None or (after is not None and after < head - NEWEST):
            leaf_back(house.limits, actor, limit)
        if after is not None:
            found = await messages_after(work, reader, seat.room_id, after, limit + 1)
            kept = [m for m in found if before is None or m.seq < before]
            page, more = kept[:limit], len(kept) > limit
        else:
            found = await messages_before(work, reader, seat.room_id, before, limit + 1)
            page, more = found[-limit:], len(found) > limit
        unseen = await reader.unseen(work, seat.room_id)
        counts = await response_counts(work, seat.room_id, [m.seq for m in page], unseen)
    if page:
        await note_reading(house.workshop, actor, seat.room_id, page[0].seq, page[-1].seq)
    items = [item(m, seat, counts.get(m.seq, {})) for m in page]
    following = next_page(slug, page, limit, newer=after is not None, before=before)
    body = {
        "items": [one.model_dump(exclude_none=True) for one in items],
        "next": following if more else None,
        "head": head,
        "epoch": house.epoch,
    }
    return Response(orjson.dumps(body), media_type="application/json")


def item(message: MessagePosted, seat: Seat, counts: dict[str, int]) -> MessageItem:
    fields = posted_fields(message, seat.slug, own=message.owner == seat.id)
    return MessageItem.model_validate({**fields, "counts": counts})


def next_page(
    slug: str, page: list[MessagePosted], limit: int, *, newer: bool, before: int | None
) -> str | None:
    """The address of the following page: towards newer with `after`, otherwise towards older."""
    if not page:
        return None
    place = f"after={page[-1].seq}" if newer else f"before={page[0].seq}"
    until = f"&before={before}" if newer and before is not None else ""
    return f"/api/v1/rooms/{slug}/messages?{place}{until}&limit={limit}"


def accepted(done: Accepted, slug: str) -> AcceptedBody:
    return AcceptedBody(nonce=done.nonce, room=slug, seq=done.seq, at=stamp(from_millis(done.at)))


@router.put(
    "/rooms/{slug}/messages/{nonce}",
    status_code=201,
    response_model=AcceptedBody,
    responses={
        200: {"model": AcceptedBody, "description": "It was on disk already."},
        202: {"model": HeldBody, "description": "It is kept until a person has read it."},
    },
)
async def put_message(
    house: InHouse, actor: SomeoneIn, slug: Slug, nonce: NoncePath, body: MessageBody
) -> Response:
    """Say something. 201 the first time, 200 afterwards with the same seq, 202 where it is held."""
    said = all_said(body.text, body.note)
    async with heard_out(house.ledger, actor, text=said, nonce=nonce):
        seat = await seat_in_hand(house.workshop.glances, house.floor, actor, slug)
        draft = drafted(
            nonce,
            body.text,
            body.note,
            body.reply_to,
            body.wants,
            as_is=body.as_is,
            expires=body.expires,
        )
        done = await post_message(house.ledger, seat, draft)
    if isinstance(done, Kept):
        held = HeldBody(nonce=done.nonce, room=slug, why=done.why, wait=done.wait)
        return answer(held, 202)
    return answer(accepted(done, slug), 201 if done.first else 200)


def answer(body: BaseModel, status: int) -> Response:
    content = orjson.dumps(body.model_dump(exclude_none=True))
    return Response(content, status, media_type="application/json")


@router.delete("/rooms/{slug}/held/{nonce}", status_code=204)
async def delete_held(house: InHouse, actor: SomeoneIn, slug: Slug, nonce: NoncePath) -> Response:
    """Take back my own held words: `withdraw` on the live line."""
    await withdraw_post(
        house.ledger, await seat_in_hand(house.workshop.glances, house.floor, actor, slug), of=nonce
    )
    return Response(status_code=204)


@router.put("/rooms/{slug}/messages/{seq}/edits/{nonce}")
async def put_edit(
    house: InHouse, actor: SomeoneIn, slug: Slug, seq: Seq, nonce: NoncePath, *, body: ChangeBody
) -> AcceptedBody:
    """Change what I said, within 15 minutes."""
    said = all_said(body.text, body.note)
    async with heard_out(house.ledger, actor, text=said, nonce=nonce):
        seat = await seat_in_hand(house.workshop.glances, house.floor, actor, slug)
        drafted(nonce, body.text, body.note)
        done = await edit_message(
            house.ledger, seat, seq=seq, nonce=nonce, text=body.text, note=body.note
        )
    return accepted(done, slug)


@router.delete("/rooms/{slug}/messages/{seq}/words/{nonce}")
async def delete_message(
    house: InHouse, actor: SomeoneIn, slug: Slug, seq: Seq, nonce: NoncePath
) -> AcceptedBody:
    """Take back what I said."""
    seat = await seat_in_hand(house.workshop.glances, house.floor, actor, slug)
    done = await remove_message(house.ledger, seat, seq=seq, nonce=nonce)
    return accepted(done, slug)


@router.put("/rooms/{slug}/messages/{seq}/responses/{answer}", status_code=204)
async def put_response(
    house: InHouse, actor: SomeoneIn, slug: Slug, seq: Seq, answer: Answer
) -> Response:
    """Answer with a response."""
    await respond(house, actor, slug, seq, answer, on=True)
    return Response(status_code=204)


@router.delete("/rooms/{slug}/messages/{seq}/responses/{answer}", status_code=204)
async def delete_response(
    house: InHouse, actor: SomeoneIn, slug: Slug, seq: Seq, answer: Answer
) -> Response:
    """Take a response away."""
    await respond(house, actor, slug, seq, answer, on=False)
    return Response(status_code=204)


async def respond(
    house: House, actor: Any, slug: str, seq: int, answer: Answer, *, on: bool
) -> None:
    seat = await seat_in_hand(house.workshop.glances, house.floor, actor, slug)
    await respond_to_message(
        house.ledger, seat, seq=seq, nonce=random_handle(), response=answer, on=on
    )


@router.get("/me/export")
async def get_export(house: InHouse, member: CurrentMember) -> dict[str, Any]:
    """Everything kept about me."""
    async with house.workshop.reading() as work:
        reader = Reader(house.ledger.keyring, member)
        return await everything_about(work, reader, member, house.kept_above)
