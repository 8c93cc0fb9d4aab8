"""Measures for programs: taking, agreeing to and lifting them; the same actions as the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Path
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from holdfast.kit.clock import stamp
from holdfast.kit.doors import APIRouter
from holdfast.kit.house import House, InHouse
from holdfast.kit.ids import MeasureId
from holdfast.messages.queries import Reader
from holdfast.moderation.access.measures import subject_in_room
from holdfast.moderation.actions.lifting import decline_measure, lift_measure
from holdfast.moderation.actions.measures import (
    Wish,
    agree_measure,
    take_measure,
    take_measure_here,
)
from holdfast.moderation.queries.measures import Measure, could_agree, measure_shown
from holdfast.moderation.rules.measures import Ending, MeasureKind, MeasureState
from holdfast.rights.api import StaffIn
from holdfast.rights.rules import Staff

router = APIRouter(tags=["measures"])
Id = Annotated[int, Path(ge=1, le=2**53 - 1)]
Slug = Annotated[str, Path(max_length=64)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class WishBody(Body):
    """What to do, by which rule and why. Without a rule or a reason nothing is done."""

    kind: Annotated[MeasureKind, Field(strict=False)]
    rule: Annotated[str, Field(max_length=40)] = ""
    reason: Annotated[str, Field(max_length=4_000)] = ""
    until: Annotated[AwareDatetime | None, Field(strict=False)] = None
    seq: Annotated[int | None, Field(ge=1, le=2**53 - 1)] = None
    words: Annotated[str, Field(max_length=4_000)] = ""
    rewrite: Annotated[str, Field(max_length=4_000)] = ""
    seconds: Annotated[int, Field(ge=0, le=3_600)] = 0

    def wish(self) -> Wish:
        return Wish(
            kind=self.kind,
            rule=self.rule,
            reason=self.reason,
            until=self.until,
            seq=self.seq,
            words=self.words,
            rewrite=self.rewrite,
            seconds=self.seconds,
        )


class MeasureBody(WishBody):
    """The same, on the version of the case that was looked at."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)]


class HereBody(WishBody):
    """The same, straight from a room: about this seat; without one about the room itself."""

    seat: Annotated[str | None, Field(max_length=64)] = None


class MeasureItem(BaseModel):
    """A measure as staff see it. `could_agree`: how many others could be the second person."""

    id: int
    case: int
    kind: MeasureKind
    rule: str
    reason: str
    words: str
    rewrite: str
    room: str
    pseudonym: str | None = None
    seq: int | None = None
    by: str
    agreed_by: str | None = None
    at: str
    until: str | None = None
    state: MeasureState
    ended_at: str | None = None
    ended_how: Ending | None = None
    could_agree: int | None = None


@router.post("/cases/{case_id}/measures", status_code=201, response_model_exclude_none=True)
async def post_measure(
    house: InHouse, staff: StaffIn, case_id: Id, body: MeasureBody
) -> MeasureItem:
    """Decide a case by a measure, once, on the version you saw. What takes two people waits."""
    async with house.workshop.work() as work:
        row = await take_measure(
            work,
            staff,
            house.ledger.keyring,
            case_id=case_id,
            version=body.version,
            wish=body.wish(),
        )
    return await _as_it_is(house, staff, row.id)


@router.post("/rooms/{slug}/measures", status_code=201, response_model_exclude_none=True)
async def post_measure_here(
    house: InHouse, staff: StaffIn, slug: Slug, body: HereBody
) -> MeasureItem:
    """A measure straight from a room: its case is opened and decided in one go."""
    async with house.workshop.work() as work:
        room_id, seat_id = await subject_in_room(work, staff, slug, body.seat)
        row = await take_measure_here(
            work,
            staff,
            house.ledger.keyring,
            room_id=room_id,
            seat_id=seat_id,
            wish=body.wish(),
        )
    return await _as_it_is(house, staff, row.id)


@router.post("/measures/{measure_id}/agree", response_model_exclude_none=True)
async def post_agree(house: InHouse, staff: StaffIn, measure_id: Id) -> MeasureItem:
    """Be the second person who says yes: it is in force from now on."""
    async with house.workshop.work() as work:
        row = await agree_measure(work, staff, measure_id=measure_id)
    return await _as_it_is(house, staff, row.id)


@router.post("/measures/{measure_id}/decline", response_model_exclude_none=True)
async def post_decline(house: InHouse, staff: StaffIn, measure_id: Id) -> MeasureItem:
    """Be the second person who says no: it never begins."""
    async with house.workshop.work() as work:
        row = await decline_measure(work, staff, measure_id=measure_id)
    return await _as_it_is(house, staff, row.id)


@router.post("/measures/{measure_id}/lift", response_model_exclude_none=True)
async def post_lift(house: InHouse, staff: StaffIn, measure_id: Id) -> MeasureItem:
    """Take it back: what it took is given back."""
    async with house.workshop.work() as work:
        row = await lift_measure(work, staff, measure_id=measure_id)
    return await _as_it_is(house, staff, row.id)


async def _as_it_is(house: House, staff: Staff, measure_id: MeasureId) -> MeasureItem:
    async with house.workshop.reading() as work:
        one = await measure_shown(work, Reader(house.ledger.keyring, staff), measure_id)
        waits = one.state is MeasureState.WAITING
        others = await could_agree(work, one.kind, one.by) if waits else None
    return shown(one, others)


def shown(one: Measure, others: int | None = None) -> MeasureItem:
    """A measure as programs of staff see it."""
    return MeasureItem(
        id=one.id,
        case=one.case_id,
        kind=one.kind,
        rule=one.rule,
        reason=one.reason,
        words=one.words,
        rewrite=one.rewrite,
        room=one.slug,
        pseudonym=one.pseudonym or None,
        seq=one.seq,
        by=one.by_name,
        agreed_by=one.agreed_name or None,
        at=stamp(one.at),
        until=time_of(one.until),
        state=one.state,
        ended_at=time_of(one.ended_at),
        ended_how=one.ended_how,
        could_agree=others,
    )


def time_of(moment: datetime | None) -> str | None:
    return stamp(moment) if moment is not None else None
