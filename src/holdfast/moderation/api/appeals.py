"""What was decided about me and my appeals; and, for staff, the appeals that wait."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from holdfast.audit.actions import record
from holdfast.kit.clock import stamp
from holdfast.kit.doors import APIRouter
from holdfast.kit.house import InHouse
from holdfast.kit.words import say
from holdfast.messages.ledger.entries import Kept
from holdfast.messages.queries import Reader
from holdfast.moderation.access.measures import appeals_to_see
from holdfast.moderation.actions.anew import say_anew
from holdfast.moderation.actions.appeals import judge_appeal
from holdfast.moderation.actions.asking import ask_for_second_look
from holdfast.moderation.api.measures import time_of
from holdfast.moderation.queries.appeals import Appeal, appeal_shown, appeals_in
from holdfast.moderation.queries.mine import MyAppeal, MyMeasure, measures_about
from holdfast.moderation.rules.appeals import AppealState
from holdfast.moderation.rules.measures import TITLES, Ending, MeasureKind
from holdfast.rights.api import CurrentMember, StaffIn
from holdfast.rights.rules import Member
from holdfast.rooms.rules.stops import RULES

router = APIRouter(tags=["measures"])
Id = Annotated[int, Path(ge=1, le=2**53 - 1)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class AppealBody(Body):
    """What you want us to know."""

    words: Annotated[str, Field(max_length=16_000)]


class JudgeBody(Body):
    """`upheld`: the member was right. A refusal says why, in words the member reads."""

    upheld: bool
    answer: Annotated[str, Field(max_length=4_000)] = ""


class AppealOfMine(BaseModel):
    state: AppealState
    words: str
    at: str
    due_at: str
    answer: str | None = None
    judged_at: str | None = None


class MeasureOfMine(BaseModel):
    """What was decided about me, by which rule, until when, and what I can do now."""

    id: int
    kind: MeasureKind
    title: str
    rule: str
    why: str
    room: str
    said: str | None = None
    note: str | None = None
    rewrite: str | None = None
    at: str
    until: str | None = None
    in_force: bool
    ended_at: str | None = None
    ended_how: Ending | None = None
    appeal: AppealOfMine | None = None
    may_appeal: bool
    may_say_anew: bool


class MeasuresOfMine(BaseModel):
    items: list[MeasureOfMine]
    next: None = None


class AppealMade(BaseModel):
    """It lies with us. Somebody else answers by `due_at`. `help`: where people are."""

    appeal: int
    due_at: str
    help: str | None = None


class SaidAnew(BaseModel):
    """My words as a new message: at this place in the room, or held, and why."""

    nonce: str
    seq: int | None = None
    why: str | None = None


class AppealItem(BaseModel):
    """An appeal as whoever judges it sees it: never who took the measure."""

    id: int
    measure: int
    kind: MeasureKind
    rule: str
    reason: str
    note: str
    rewrite: str
    room: str
    pseudonym: str
    said: str
    taken_at: str
    until: str | None = None
    words: str
    at: str
    due_at: str
    late: bool
    state: AppealState
    answer: str | None = None
    judged_at: str | None = None
    mine: bool


class Appeals(BaseModel):
    items: list[AppealItem]
    next: None = None


@router.get("/me/measures", response_model_exclude_none=True)
async def get_my_measures(house: InHouse, member: CurrentMember) -> MeasuresOfMine:
    """Everything that was decided about me, the newest first. Open also while I am paused."""
    async with house.workshop.reading() as work:
        found = await measures_about(work, Reader(house.ledger.keyring, member), member.id)
    return MeasuresOfMine(items=[_mine(one, member) for one in found])


@router.post("/me/measures/{measure_id}/appeal", status_code=201, response_model_exclude_none=True)
async def post_appeal(
    house: InHouse, member: CurrentMember, measure_id: Id, body: AppealBody
) -> AppealMade:
    """Ask for a second look, in your own words. Somebody else reads it, within 72 hours."""
    row, heard = await ask_for_second_look(
        house.ledger, member, measure_id=measure_id, text=body.words
    )
    return AppealMade(appeal=row.id, due_at=stamp(row.due_at), help="/help" if heard else None)


@router.post(
    "/me/measures/{measure_id}/anew",
    status_code=201,
    response_model_exclude_none=True,
    responses={202: {"model": SaidAnew, "description": "It is kept until a person has read it."}},
)
async def post_anew(
    house: InHouse, member: CurrentMember, measure_id: Id, response: Response
) -> SaidAnew:
    """Say hidden words as they were offered, as a new message. 202 where it is read first."""
    done = await say_anew(house.ledger, member, house.floor, measure_id=measure_id)
    if isinstance(done, Kept):
        response.status_code = 202
        return SaidAnew(nonce=done.nonce, why=done.why)
    return SaidAnew(nonce=done.nonce, seq=done.seq)


@router.get("/appeals", response_model_exclude_none=True)
async def get_appeals(
    house: InHouse, staff: StaffIn, state: Annotated[AppealState, Query()] = AppealState.WAITING
) -> Appeals:
    """Appeals in one state, the first due first. Who reads them stands in the record."""
    appeals_to_see(staff)
    async with house.workshop.work() as work:
        found = await appeals_in(work, Reader(house.ledger.keyring, staff), staff, [state])
        if found:
            await record(work, staff, what="appeal:read", detail={"count": len(found)})
    return Appeals(items=[_shown(one) for one in found])


@router.post("/appeals/{appeal_id}/judge", response_model_exclude_none=True)
async def post_judge(house: InHouse, staff: StaffIn, appeal_id: Id, body: JudgeBody) -> AppealItem:
    """Answer an appeal, once; never one against a measure of your own."""
    async with house.workshop.work() as work:
        row = await judge_appeal(
            work,
            staff,
            house.ledger.keyring,
            appeal_id=appeal_id,
            upheld=body.upheld,
            answer=body.answer,
        )
    async with house.workshop.reading() as work:
        one = await appeal_shown(work, Reader(house.ledger.keyring, staff), staff, row.id)
    return _shown(one)


def _mine(one: MyMeasure, member: Member) -> MeasureOfMine:
    locale = member.looks.locale
    return MeasureOfMine(
        id=one.id,
        kind=one.kind,
        title=say(locale, TITLES[one.kind]),
        rule=one.rule,
        why=say(locale, RULES.get(one.rule, one.rule)),
        room=one.slug,
        said=one.said or None,
        note=one.note or None,
        rewrite=one.rewrite or None,
        at=stamp(one.at),
        until=time_of(one.until),
        in_force=one.in_force,
        ended_at=time_of(one.ended_at),
        ended_how=one.ended_how,
        appeal=_my_appeal(one.appeal) if one.appeal else None,
        may_appeal=one.may_appeal,
        may_say_anew=one.may_say_anew,
    )


def _my_appeal(one: MyAppeal) -> AppealOfMine:
    return AppealOfMine(
        state=one.state,
        words=one.words,
        at=stamp(one.at),
        due_at=stamp(one.due_at),
        answer=one.answer or None,
        judged_at=time_of(one.judged_at),
    )


def _shown(one: Appeal) -> AppealItem:
    return AppealItem(
        id=one.id,
        measure=one.measure_id,
        kind=one.kind,
        rule=one.rule,
        reason=one.reason,
        note=one.note,
        rewrite=one.rewrite,
        room=one.slug,
        pseudonym=one.pseudonym,
        said=one.said,
        taken_at=stamp(one.taken_at),
        until=time_of(one.until),
        words=one.words,
        at=stamp(one.at),
        due_at=stamp(one.due_at),
        late=one.late,
        state=one.state,
        answer=one.answer or None,
        judged_at=time_of(one.judged_at),
        mine=one.mine,
    )
