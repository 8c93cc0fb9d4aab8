"""Guiding the talk in a room, for programs: topic, pin, question, pace, second room."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Path
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from holdfast.kit.clock import stamp
from holdfast.kit.doors import APIRouter
from holdfast.kit.house import House, InHouse
from holdfast.kit.tables import from_millis
from holdfast.messages.actions.guiding import open_second_room, pin_message, put_question
from holdfast.messages.queries import Reader
from holdfast.rights.api import StaffIn
from holdfast.rights.rules import Staff
from holdfast.rooms.access import room_to_guide
from holdfast.rooms.actions import end_guidance, set_topic, slow_room
from holdfast.rooms.queries.guiding import guide_at_a_glance, who_came_in_since
from holdfast.rooms.rules.guiding import TODAY, Guidance

router = APIRouter(prefix="/api/v1/rooms/{slug}", tags=["guiding"])
Slug = Annotated[str, Path(max_length=64)]
MAX_SEQ = 2**53 - 1


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TopicBody(Body):
    """A topic of the hour and until when; without one, the room's own topic is back."""

    topic: str | None = Field(None, max_length=400)
    until: AwareDatetime | None = None

    @model_validator(mode="after")
    def _has_an_end(self) -> TopicBody:
        if (self.topic is None) != (self.until is None):
            raise ValueError("a topic has an end, and no topic has none")
        return self


class PinBody(Body):
    """The message to pin; without one, none is."""

    seq: int | None = Field(None, ge=1, le=MAX_SEQ, strict=True)


class QuestionBody(Body):
    """A question of the house, said from my seat."""

    text: str
    nonce: str
    pin: bool = False


class SlowBody(Body):
    """Seconds between one message of a member and the next, until a time; 0: nobody waits."""

    seconds: int = Field(ge=0, le=3_600, strict=True)
    until: AwareDatetime | None = None

    @model_validator(mode="after")
    def _has_an_end(self) -> SlowBody:
        if (self.seconds == 0) != (self.until is None):
            raise ValueError("a pace has an end, and no pace has none")
        return self


class Guided(BaseModel):
    """What stands in the room now."""

    topic: str | None = None  # of the hour
    topic_until: str | None = None
    pinned: int | None = None
    slow: int | None = None
    slow_until: str | None = None
    second: str | None = None


class QuestionPut(BaseModel):
    """It is on disk, and pinned if that was asked for."""

    nonce: str
    room: str
    seq: int
    at: str


class SecondRoom(BaseModel):
    """The room that was opened."""

    slug: str


class CameInToday(BaseModel):
    """Somebody who sat down here for the first time, as this room knows them."""

    seat: str
    pseudonym: str
    at: str
    is_new: bool


class Today(BaseModel):
    items: list[CameInToday]


@router.post("/topic")
async def post_topic(house: InHouse, staff: StaffIn, slug: Slug, body: TopicBody) -> Guided:
    """Set the topic of the hour, or take it away."""
    async with house.workshop.work() as work:
        if body.topic is None or body.until is None:
            await end_guidance(work, staff, slug=slug, kind=Guidance.TOPIC)
        else:
            await set_topic(work, staff, slug=slug, topic=body.topic, until=body.until)
    return await standing(house, staff, slug)


@router.post("/pin")
async def post_pin(house: InHouse, staff: StaffIn, slug: Slug, body: PinBody) -> Guided:
    """Pin a message, or unpin the one that is."""
    async with house.workshop.work() as work:
        if body.seq is None:
            await end_guidance(work, staff, slug=slug, kind=Guidance.PINNED)
        else:
            reader = Reader(house.ledger.keyring, staff, whole=True)
            await pin_message(work, staff, reader, slug=slug, seq=body.seq)
    return await standing(house, staff, slug)


@router.post("/slow")
async def post_slow(house: InHouse, staff: StaffIn, slug: Slug, body: SlowBody) -> Guided:
    """Slow the room until a time, or let it go at its own pace."""
    async with house.workshop.work() as work:
        if body.until is None:
            await end_guidance(work, staff, slug=slug, kind=Guidance.SLOW)
        else:
            await slow_room(work, staff, slug=slug, seconds=body.seconds, until=body.until)
    return await standing(house, staff, slug)


@router.post("/question", status_code=201)
async def post_question(
    house: InHouse, staff: StaffIn, slug: Slug, body: QuestionBody
) -> QuestionPut:
    """Put a question of the house to the room; whoever has no seat there sits down first."""
    done = await put_question(
        house.ledger, staff, house.floor, slug=slug, text=body.text, nonce=body.nonce, pin=body.pin
    )
    return QuestionPut(
        nonce=body.nonce, room=slug, seq=done.seq or 0, at=stamp(from_millis(done.at))
    )


@router.post("/second", status_code=201)
async def post_second(house: InHouse, staff: StaffIn, slug: Slug) -> SecondRoom:
    """Open a second room beside this one, where it is full and two people can look after them."""
    async with house.workshop.work() as work:
        second = await open_second_room(work, staff, slug=slug)
    return SecondRoom(slug=second)


@router.get("/today")
async def get_today(house: InHouse, staff: StaffIn, slug: Slug) -> Today:
    """Who sat down here for the first time within the last 24 hours, newest first."""
    async with house.workshop.reading() as work:
        room = await room_to_guide(work, staff, slug)
        found = await who_came_in_since(work, room.id, work.clock.now() - TODAY)
    return Today(
        items=[
            CameInToday(
                seat=one.handle, pseudonym=one.pseudonym, at=stamp(one.at), is_new=one.is_new
            )
            for one in found
        ]
    )


async def standing(house: House, staff: Staff, slug: str) -> Guided:
    """What stands in a room, after it was changed."""
    async with house.workshop.reading() as work:
        room = await room_to_guide(work, staff, slug)
        now = work.clock.now()
    guide = await guide_at_a_glance(house.workshop.glances, room.id, now)
    return Guided(
        topic=guide.topic or None,
        topic_until=_stamped(guide.topic_until),
        pinned=guide.pinned,
        slow=guide.slow or None,
        slow_until=_stamped(guide.slow_until),
        second=guide.second or None,
    )


def _stamped(moment: datetime | None) -> str | None:
    return stamp(moment) if moment else None
