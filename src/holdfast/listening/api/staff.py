"""For staff: raised hands, what the guard called them for, and who may listen."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Response
from pydantic import BaseModel, Field

from holdfast.kit.clock import end_of, stamp
from holdfast.kit.doors import APIRouter
from holdfast.kit.house import InHouse
from holdfast.listening.access import granting_staff, staff_who_answers
from holdfast.listening.actions import (
    answer_hand,
    decide_guard,
    extend_right,
    grant_by_code,
    take_right_back,
)
from holdfast.listening.api.shapes import Body, Code, Id
from holdfast.listening.queries import GuardCard, HandCard, guard_calls, hands
from holdfast.listening.rules.sessions import GuardOutcome, HandState
from holdfast.rights.api import StaffIn
from holdfast.rights.queries import Right, standing_rights
from holdfast.rights.tables import RightRole

router = APIRouter()


class HandShown(BaseModel):
    """A raised hand: since when, by whom of the two, and whether somebody came."""

    id: int
    room: str
    language: str
    raised_at: str
    by: str | None = None
    state: HandState
    concern: int
    answered_at: str | None = None
    answered_by: str | None = None


class Hands(BaseModel):
    items: list[HandShown]
    next: None = None


class Came(BaseModel):
    """The room where I sit now."""

    room: str


class GuardShown(BaseModel):
    """A listener who tried twice to pass on a way to be reached; a person decides until then."""

    session: int
    pseudonym: str
    tries: int
    at: str
    due_at: str
    outcome: GuardOutcome | None = None
    decided_at: str | None = None


class GuardCalls(BaseModel):
    items: list[GuardShown]
    next: None = None


class DecideBody(Body):
    outcome: Annotated[GuardOutcome, Field(strict=False)]


class GrantBody(Body):
    """By the code that a member made; languages, or none for all; the last day."""

    code: Code
    role: Annotated[RightRole, Field(strict=False)]
    until: Annotated[date, Field(strict=False)]
    languages: Annotated[
        list[Annotated[str, Field(max_length=35)]], Field(default_factory=list, max_length=12)
    ]


class UntilBody(Body):
    """The last day."""

    until: Annotated[date, Field(strict=False)]


class RightShown(BaseModel):
    """A right, without whose it is."""

    id: int
    role: RightRole
    languages: list[str]
    granted_at: str
    until: str
    frozen: bool


class Rights(BaseModel):
    items: list[RightShown]
    next: None = None


@router.get("/hands", response_model_exclude_none=True)
async def get_hands(house: InHouse, staff: StaffIn) -> Hands:
    """Hands that are up, and those of the last day. No words."""
    staff_who_answers(staff)
    async with house.workshop.reading() as work:
        return Hands(items=[_hand(one) for one in await hands(work)])


@router.post("/hands/{hand_id}")
async def post_hand(house: InHouse, staff: StaffIn, hand_id: Id) -> Came:
    """Come: the two see me, and I read what is said from now on."""
    async with house.workshop.work() as work:
        return Came(room=await answer_hand(work, staff, hand_id=hand_id))


@router.get("/guard", response_model_exclude_none=True)
async def get_guard(house: InHouse, staff: StaffIn) -> GuardCalls:
    """Listeners who tried twice. What they tried is kept nowhere."""
    staff_who_answers(staff)
    async with house.workshop.reading() as work:
        return GuardCalls(items=[_guard(one) for one in await guard_calls(work)])


@router.post("/guard/{session_id}", status_code=204)
async def post_guard(house: InHouse, staff: StaffIn, session_id: Id, body: DecideBody) -> Response:
    """Decide: they go on listening, or do not. The member is told."""
    async with house.workshop.work() as work:
        await decide_guard(work, staff, session_id=session_id, outcome=body.outcome)
    return Response(status_code=204)


@router.get("/rights")
async def get_rights(house: InHouse, staff: StaffIn) -> Rights:
    """Every right that holds or is frozen. Whose it is, nobody learns."""
    granting_staff(staff)
    async with house.workshop.reading() as work:
        return Rights(items=[_right(one) for one in await standing_rights(work)])


@router.post("/rights", status_code=201)
async def post_right(house: InHouse, staff: StaffIn, body: GrantBody) -> RightShown:
    """Let somebody listen, or host a circle, until the end of a day."""
    until = end_of(body.until)
    async with house.workshop.work() as work:
        row = await grant_by_code(
            work, staff, code=body.code, role=body.role, until=until, languages=body.languages
        )
        return _right(row)


@router.put("/rights/{right_id}/until", status_code=204)
async def put_until(house: InHouse, staff: StaffIn, right_id: Id, body: UntilBody) -> Response:
    """Let somebody go on until the end of another day; an earlier one, too. What rests, rests."""
    async with house.workshop.work() as work:
        await extend_right(work, staff, right_id=right_id, until=end_of(body.until))
    return Response(status_code=204)


@router.delete("/rights/{right_id}", status_code=204)
async def delete_right(house: InHouse, staff: StaffIn, right_id: Id) -> Response:
    """End a right. Duty ends with it; a talk under way goes on."""
    async with house.workshop.work() as work:
        await take_right_back(work, staff, right_id=right_id)
    return Response(status_code=204)


def _hand(one: HandCard) -> HandShown:
    return HandShown(
        id=one.id,
        room=one.slug,
        language=one.language,
        raised_at=stamp(one.raised_at),
        by=one.by,
        state=one.state,
        concern=one.concern,
        answered_at=stamp(one.answered_at) if one.answered_at else None,
        answered_by=one.answered_by,
    )


def _guard(one: GuardCard) -> GuardShown:
    return GuardShown(
        session=one.session_id,
        pseudonym=one.pseudonym,
        tries=one.tries,
        at=stamp(one.at),
        due_at=stamp(one.due_at),
        outcome=one.outcome,
        decided_at=stamp(one.decided_at) if one.decided_at else None,
    )


def _right(row: Right) -> RightShown:
    return RightShown(
        id=row.id,
        role=row.role,
        languages=sorted(row.tags()),
        granted_at=stamp(row.granted_at),
        until=stamp(row.until),
        frozen=row.frozen_at is not None,
    )
