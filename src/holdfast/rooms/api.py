"""Rooms and seats, for programs (live.md §2)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from holdfast.kit.house import InHouse
from holdfast.kit.words import say
from holdfast.rights.api import SomeoneIn
from holdfast.rights.rules import Actor, Staff
from holdfast.rooms.access import room_to_see
from holdfast.rooms.actions import leave_seat, make_room, sit_down, take_seat
from holdfast.rooms.queries import open_rooms
from holdfast.rooms.rules import (
    LANGUAGE,
    LINE,
    LINES,
    LONGEST_ABOUT,
    LONGEST_LANGUAGE,
    LONGEST_NAME,
    LONGEST_TOPIC,
    Plan,
)
from holdfast.rooms.tables import RoomRow

router = APIRouter(prefix="/api/v1", tags=["rooms"])
Slug = Annotated[str, Path(max_length=64)]


class RoomBody(BaseModel):
    """A room to be made."""

    model_config = ConfigDict(extra="forbid", strict=True)

    slug: str = Field(min_length=1, max_length=48)
    name: str = Field(pattern=LINE, max_length=LONGEST_NAME)
    topic: str = Field(pattern=LINE, max_length=LONGEST_TOPIC)
    language: str = Field(pattern=LANGUAGE, max_length=LONGEST_LANGUAGE)
    about: str = Field("", pattern=LINES, max_length=LONGEST_ABOUT)


class Room(BaseModel):
    """A room as a member may see it."""

    slug: str
    name: str
    kind: str
    state: str
    language: str
    topic: str
    about: str
    head: int


class Rooms(BaseModel):
    items: list[Room]
    next: str | None = None


class SeatTaken(BaseModel):
    """Who I am in this room."""

    seat: str
    pseudonym: str
    avatar: str


class Nothing(BaseModel):
    """An empty body."""

    model_config = ConfigDict(extra="forbid")


def shown(row: RoomRow, actor: Actor) -> Room:
    """A room in the reader's language."""
    locale = actor.looks.locale if hasattr(actor, "looks") else "en"
    return Room(
        slug=row.slug,
        name=say(locale, row.name),
        kind=row.kind,
        state=row.state,
        language=row.language,
        topic=say(locale, row.topic),
        about=say(locale, row.about) if row.about else "",
        head=row.head,
    )


@router.get("/rooms")
async def get_rooms(house: InHouse, actor: SomeoneIn) -> Rooms:
    """The rooms I may see."""
    async with house.workshop.reading() as work:
        return Rooms(items=[shown(row, actor) for row in await open_rooms(work)])


@router.post("/rooms", status_code=201)
async def post_room(house: InHouse, actor: SomeoneIn, body: RoomBody) -> Room:
    """Make an open room (stewards)."""
    plan = Plan(body.slug, body.name.strip(), body.topic.strip(), body.about.strip())
    async with house.workshop.work() as work:
        row = await make_room(work, actor, plan=plan, language=body.language)
    return shown(row, actor)


@router.get("/rooms/{slug}")
async def get_room(house: InHouse, actor: SomeoneIn, slug: Slug) -> Room:
    """One room."""
    async with house.workshop.reading() as work:
        return shown(await room_to_see(work, actor, slug), actor)


@router.put("/rooms/{slug}/seat")
async def put_seat(
    house: InHouse, actor: SomeoneIn, slug: Slug, body: Nothing | None = None
) -> SeatTaken:
    """Take a seat, or find mine. Staff sit under their staff name, while they are on shift."""
    del body
    async with house.workshop.work() as work:
        sit = sit_down if isinstance(actor, Staff) else take_seat
        row = await sit(work, actor, slug=slug)
    return SeatTaken(seat=row.handle, pseudonym=row.pseudonym, avatar=f"/avatars/{row.avatar}.svg")


@router.delete("/rooms/{slug}/seat", status_code=204)
async def delete_seat(house: InHouse, actor: SomeoneIn, slug: Slug) -> Response:
    """Leave: my lines lose the room."""
    async with house.workshop.work() as work:
        await leave_seat(work, actor, slug=slug)
    return Response(status_code=204)
