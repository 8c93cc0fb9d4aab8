"""A listener's duty, and what lies before them."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import Response
from pydantic import BaseModel, Field

from holdfast.kit.clock import stamp
from holdfast.kit.doors import APIRouter
from holdfast.kit.house import InHouse
from holdfast.listening.actions import answer_offer, begin_duty, end_duty
from holdfast.listening.api.shapes import Body, Code, Id, OfferShown, covered, offer_shown
from holdfast.listening.queries import MyDuty, my_duty, my_offers
from holdfast.rights.actions import make_granting_code
from holdfast.rights.api import CurrentMember
from holdfast.rooms.queries import room_named

router = APIRouter()


class DutyBody(Body):
    """For how many minutes, how many at once, and what about."""

    minutes: Annotated[int, Field(ge=10, le=240)]
    most: Annotated[int, Field(ge=1, le=2)] = 1
    wants: Annotated[list[Code], Field(default_factory=list, max_length=12)]
    ways: Annotated[list[Code], Field(default_factory=list, max_length=12)]


class DutyShown(BaseModel):
    """Whether I may listen, until when I do, and how long I have listened: minutes."""

    may_listen: bool
    right_until: str | None = None
    until: str | None = None
    most: int
    wants: list[str]
    ways: list[str]
    talking: int
    today: int
    week: int
    rests_until: str | None = None


class AnswerBody(Body):
    """Whether I take it. No reason is asked for a no."""

    accept: bool


class Answered(BaseModel):
    """The room in which we talk now, where I took it."""

    room: str | None = None


class Offers(BaseModel):
    items: list[OfferShown]
    next: None = None


class CodeMade(BaseModel):
    """A short code, good for a day: the lead types it in."""

    code: str


@router.get("/duty", response_model_exclude_none=True)
async def get_duty(house: InHouse, member: CurrentMember) -> DutyShown:
    """Whether I am on duty, and how much I have listened."""
    async with house.workshop.reading() as work:
        return _duty(await my_duty(work, member))


@router.post("/duty", status_code=201, response_model_exclude_none=True)
async def post_duty(house: InHouse, member: CurrentMember, body: DutyBody) -> DutyShown:
    """From now on asks may come to me. At most two at once, four hours a day, fifteen a week."""
    async with house.workshop.work() as work:
        until = work.clock.now() + timedelta(minutes=body.minutes)
        await begin_duty(
            work, member, until=until, most=body.most, wants=body.wants, ways=body.ways
        )
        return _duty(await my_duty(work, member))


@router.delete("/duty", status_code=204)
async def delete_duty(house: InHouse, member: CurrentMember) -> Response:
    """Step back. No reason is asked; a talk that goes on goes on."""
    async with house.workshop.work() as work:
        await end_duty(work, member)
    return Response(status_code=204)


@router.get("/offers")
async def get_offers(house: InHouse, member: CurrentMember) -> Offers:
    """The asks that lie before me now, and why they do."""
    async with house.workshop.reading() as work:
        found = await my_offers(work, member, house.ledger.keyring)
    return Offers(items=[offer_shown(one) for one in found])


@router.post("/offers/{offer_id}", response_model_exclude_none=True)
async def post_offer(
    house: InHouse, member: CurrentMember, offer_id: Id, body: AnswerBody
) -> Answered:
    """Take it, or let it go on to the next."""
    async with house.workshop.work() as work:
        row = await answer_offer(
            work, member, offer_id=offer_id, accept=body.accept, covered=covered(house)
        )
        room = None if row is None else (await room_named(work, row.room_id)).slug
    return Answered(room=room)


@router.post("/code", status_code=201)
async def post_code(house: InHouse, member: CurrentMember) -> CodeMade:
    """A code by which the lead can let me listen, or host a circle, without knowing who I am."""
    async with house.workshop.work() as work:
        return CodeMade(code=await make_granting_code(work, member))


def _duty(one: MyDuty) -> DutyShown:
    minute = timedelta(minutes=1)
    rests = one.load.rests_until
    return DutyShown(
        may_listen=one.may_listen,
        right_until=stamp(one.right_until) if one.right_until else None,
        until=stamp(one.until) if one.until else None,
        most=one.most,
        wants=list(one.wants),
        ways=list(one.ways),
        talking=one.load.talking,
        today=one.load.today // minute,
        week=one.load.week // minute,
        rests_until=stamp(rests) if rests else None,
    )
