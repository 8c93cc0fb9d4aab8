"""Holds for programs: what is held, and what two people decide about it. No words of anybody."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field

from holdfast.erasing.holds.queries import hushed
from holdfast.erasing.holds.rules import About, Deed, Ending, HoldState, Why
from holdfast.kit.clock import stamp
from holdfast.kit.doors import APIRouter
from holdfast.kit.house import House, InHouse
from holdfast.moderation.access.holds import holds_to_see, work_that_holds
from holdfast.moderation.actions.holds import (
    ask_about_hold,
    grant_about_hold,
    take_back_about_hold,
)
from holdfast.moderation.api.measures import time_of
from holdfast.moderation.queries.holds import (
    Asked,
    HoldShown,
    asked_about,
    hold_shown,
    holds_ended,
    holds_now,
    is_work_open,
)
from holdfast.rights.api import StaffIn
from holdfast.rights.rules import Staff

router = APIRouter(prefix="/holds", tags=["holds"])
Number = Annotated[int, Path(ge=1, le=2**53 - 1)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class AskBody(Body):
    """What a second person is asked for, and why: `set`, `end`, `hush` or `tell`."""

    what: Annotated[Deed, Field(strict=False)]
    why: Annotated[Why, Field(strict=False)]


class RequestBody(Body):
    """One request, by its number."""

    request: Annotated[int, Field(ge=1, le=2**53 - 1)]


class AskedItem(BaseModel):
    id: int
    what: Deed
    why: Why
    by: str
    mine: bool
    at: str
    until: str


class HoldItem(BaseModel):
    """One hold. Whose it is stands in the escalation or case, and only there."""

    kind: About
    number: int
    state: HoldState
    why: Why | None = None
    messages: int
    account: bool
    began_at: str
    until: str
    set_by: str | None = None
    seconded_by: str | None = None
    set_at: str | None = None
    closed_at: str | None = None
    ended_at: str | None = None
    ended_how: Ending | None = None


class Holds(BaseModel):
    items: list[HoldItem]
    next: None = None


class WorkItem(BaseModel):
    """What one escalation or case holds, or would hold. `told`: whether the member is."""

    kind: About
    number: int
    open: bool
    told: bool
    hold: HoldItem | None = None
    requests: list[AskedItem]


@router.get("", response_model_exclude_none=True)
async def get_holds(
    house: InHouse, staff: StaffIn, ended: Annotated[bool, Query()] = False
) -> Holds:
    """What is held now, what ends first at the top; or what ended lately."""
    holds_to_see(staff)
    async with house.workshop.reading() as work:
        found = await (holds_ended if ended else holds_now)(work, staff)
    return Holds(items=[_item(one) for one in found])


@router.get("/{kind}/{number}", response_model_exclude_none=True)
async def get_work(house: InHouse, staff: StaffIn, kind: About, number: Number) -> WorkItem:
    """What is held for one escalation or case, and what waits for a second person."""
    return await _work(house, staff, kind, number)


@router.post("/{kind}/{number}/ask", response_model_exclude_none=True)
async def post_ask(
    house: InHouse, staff: StaffIn, kind: About, number: Number, body: AskBody
) -> WorkItem:
    """Ask a second person. Nothing changes until they agree."""
    about = f"{kind.value}:{number}"
    async with house.workshop.work() as work:
        await ask_about_hold(work, staff, about=about, what=body.what, why=body.why)
    return await _work(house, staff, kind, number)


@router.post("/{kind}/{number}/grant", response_model_exclude_none=True)
async def post_grant(
    house: InHouse, staff: StaffIn, kind: About, number: Number, body: RequestBody
) -> WorkItem:
    """Agree to what another asked for. One of the two is a safeguarding lead."""
    async with house.workshop.work() as work:
        await grant_about_hold(work, staff, about=f"{kind.value}:{number}", deed=body.request)
    return await _work(house, staff, kind, number)


@router.post("/{kind}/{number}/take-back", response_model_exclude_none=True)
async def post_take_back(
    house: InHouse, staff: StaffIn, kind: About, number: Number, body: RequestBody
) -> WorkItem:
    """Ask no longer for what I asked for."""
    async with house.workshop.work() as work:
        await take_back_about_hold(work, staff, about=f"{kind.value}:{number}", deed=body.request)
    return await _work(house, staff, kind, number)


async def _work(house: House, staff: Staff, kind: About, number: int) -> WorkItem:
    async with house.workshop.work() as work:
        about = await work_that_holds(work, staff, f"{kind.value}:{number}")
        held = await hold_shown(work, staff, about)
        asked = (await asked_about(work, staff, {about})).get(about, [])
        return WorkItem(
            kind=kind,
            number=number,
            open=await is_work_open(work, about),
            told=about not in await hushed(work, [about]),
            hold=_item(held) if held else None,
            requests=[_asked(one) for one in asked],
        )


def _item(one: HoldShown) -> HoldItem:
    return HoldItem(
        kind=one.kind,
        number=one.number,
        state=one.state,
        why=one.why,
        messages=one.messages,
        account=one.account,
        began_at=stamp(one.began_at),
        until=stamp(one.until),
        set_by=one.set_by or None,
        seconded_by=one.seconded_by or None,
        set_at=time_of(one.set_at),
        closed_at=time_of(one.closed_at),
        ended_at=time_of(one.ended_at),
        ended_how=one.ended_how,
    )


def _asked(one: Asked) -> AskedItem:
    return AskedItem(
        id=one.id,
        what=one.what,
        why=one.why,
        by=one.by,
        mine=one.is_mine,
        at=stamp(one.at),
        until=stamp(one.until),
    )
