"""The rota, for programs: who is here, who comes, planning, coming and going."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import Path, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from holdfast.kit.clock import stamp
from holdfast.kit.doors import APIRouter
from holdfast.kit.house import InHouse
from holdfast.kit.ids import ShiftId, StaffId
from holdfast.rights.api import SomeoneIn
from holdfast.rights.rules import Role
from holdfast.staff.access.shifts import may_see_the_rota
from holdfast.staff.actions.shifts import (
    ShiftPlan,
    call_off_shift,
    check_in,
    check_out,
    plan_shift,
)
from holdfast.staff.queries import OnShift, Shift, name_of, on_shift, shifts_between

router = APIRouter(prefix="/api/v1", tags=["shifts"])
BEFORE, AHEAD = timedelta(days=1), timedelta(days=14)
LONGEST_LOOK, FURTHEST = timedelta(days=120), timedelta(days=3_650)
Row = Annotated[int, Path(ge=1, le=2**53 - 1)]
Moment = Annotated[AwareDatetime, Field(strict=False)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]


class PlanBody(BaseModel):
    """A shift to be planned. Without a role or languages: those of the person."""

    model_config = ConfigDict(extra="forbid", strict=True)

    staff: int = Field(ge=1, le=2**53 - 1)
    starts_at: Moment
    ends_at: Moment
    role: Annotated[Role, Field(strict=False)] | None = None
    languages: list[Language] = Field(default=[], max_length=12)


class CheckInBody(BaseModel):
    """Until when I can stay, where no shift is planned for me now."""

    model_config = ConfigDict(extra="forbid", strict=True)

    until: Moment | None = None


class ShiftShown(BaseModel):
    """A shift on the rota."""

    id: int
    staff: int
    name: str
    role: str
    languages: list[str]
    starts_at: str
    ends_at: str
    checked_in_at: str | None = None
    checked_out_at: str | None = None


class Here(BaseModel):
    """Someone who is on shift now."""

    staff: int
    name: str
    role: str
    languages: list[str]
    until: str


class Shifts(BaseModel):
    on_shift: list[Here]
    items: list[ShiftShown]
    next: str | None = None


def shown(shift: Shift) -> ShiftShown:
    return ShiftShown(
        id=shift.id,
        staff=shift.staff_id,
        name=shift.name,
        role=shift.role.value,
        languages=list(shift.languages),
        starts_at=stamp(shift.starts_at),
        ends_at=stamp(shift.ends_at),
        checked_in_at=stamp(shift.checked_in_at) if shift.checked_in_at else None,
        checked_out_at=stamp(shift.checked_out_at) if shift.checked_out_at else None,
    )


def here(person: OnShift) -> Here:
    return Here(
        staff=person.staff_id,
        name=person.name,
        role=person.role.value,
        languages=list(person.languages),
        until=stamp(person.until),
    )


@router.get("/shifts")
async def get_shifts(
    house: InHouse,
    actor: SomeoneIn,
    since: Annotated[AwareDatetime | None, Query()] = None,
    until: Annotated[AwareDatetime | None, Query()] = None,
) -> Shifts:
    """Who is on shift, and the shifts of a time: by default from yesterday for two weeks."""
    may_see_the_rota(actor)
    now = house.workshop.clock.now()
    start = min(max(since or now - BEFORE, now - FURTHEST), now + FURTHEST)
    end = min(until or now + AHEAD, start + LONGEST_LOOK)
    async with house.workshop.reading() as work:
        people = await on_shift(work, now)
        planned = await shifts_between(work, start, end)
    return Shifts(on_shift=[here(one) for one in people], items=[shown(one) for one in planned])


@router.post("/shifts", status_code=201)
async def post_shift(house: InHouse, actor: SomeoneIn, body: PlanBody) -> ShiftShown:
    """Plan a shift (stewards, leads, supervisors)."""
    plan = ShiftPlan(
        StaffId(body.staff), body.starts_at, body.ends_at, body.role, tuple(body.languages)
    )
    async with house.workshop.work() as work:
        row = await plan_shift(work, actor, plan=plan)
        return shown(Shift.of(row, await name_of(work, row.staff_id)))


@router.delete("/shifts/{shift_id}", status_code=204)
async def delete_shift(house: InHouse, actor: SomeoneIn, shift_id: Row) -> Response:
    """Call a shift off; whoever is on it now is not on shift any more."""
    async with house.workshop.work() as work:
        await call_off_shift(work, actor, shift_id=ShiftId(shift_id))
    return Response(status_code=204)


@router.post("/shifts/check-in")
async def post_check_in(
    house: InHouse, actor: SomeoneIn, body: CheckInBody | None = None
) -> ShiftShown:
    """Begin my shift. Doing it twice begins it once."""
    async with house.workshop.work() as work:
        return shown(await check_in(work, actor, until=body.until if body else None))


@router.post("/shifts/check-out", status_code=204)
async def post_check_out(house: InHouse, actor: SomeoneIn) -> Response:
    """End my shift, at its time or early."""
    async with house.workshop.work() as work:
        await check_out(work, actor)
    return Response(status_code=204)
