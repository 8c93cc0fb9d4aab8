"""Escalations for programs: the same actions as the desk's pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Response
from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field

from holdfast.crisis.access import escalations_to_see
from holdfast.crisis.actions import (
    close_escalation,
    grant,
    hand_over_escalation,
    join_escalation,
    leave_side_space,
    lower_escalation,
    pass_on,
    prepare_packet,
    raise_by_hand,
    take_escalation,
)
from holdfast.crisis.queries import Summary, open_escalations, recent_escalations, summary_of
from holdfast.crisis.rules.packets import Said
from holdfast.crisis.rules.steps import CONCERNS, LEVELS, Outcome, Why
from holdfast.crisis.tables import ApprovalRow
from holdfast.kit.clock import stamp
from holdfast.kit.doors import APIRouter
from holdfast.kit.house import House, InHouse
from holdfast.kit.ids import EscalationId
from holdfast.rights.api import StaffIn
from holdfast.rights.rules import Staff

router = APIRouter(prefix="/api/v1/escalations", tags=["escalations"])
Id = Annotated[int, Path(ge=1, le=2**53 - 1)]
Level = Literal["watch", "high", "immediate"]
Short = Annotated[str, Field(max_length=300)]
Act = Callable[..., Awaitable[Any]]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class CloseBody(Body):
    """How it ends, and when to ask again: 24, 72 or 168 hours later."""

    how: Annotated[Outcome, Field(strict=False)]
    check_in_hours: Literal[0, 24, 72, 168] = 0


class LevelBody(Body):
    """To which concern, and why."""

    to: Level
    why: Annotated[Why, Field(strict=False)]


class PacketBody(Body):
    """What goes along. `unseen`: why the member must not see it first; empty where she may."""

    words: Short
    wants: Short
    tried: Short = ""
    contact: Short = ""
    unseen: Literal["", "danger_to_them", "danger_to_others"] = ""


class HandOverBody(Body):
    """Which service said “I have them”."""

    service: Annotated[str, Field(min_length=1, max_length=80)]


class GrantBody(Body):
    """Which request is granted."""

    approval: Annotated[int, Field(ge=1, le=2**53 - 1)]


class Escalation(BaseModel):
    """An escalation as lists show it. No words."""

    id: int
    concern: Level
    tracks: str
    stage: str
    version: int
    raised_at: str
    seconds_left: int
    room: str
    taken_by: str | None = None
    joined_at: str | None = None
    side_space: str | None = None
    left: str | None = None
    check_in_at: str | None = None
    waits_for_second: int | None = None


class Escalations(BaseModel):
    items: list[Escalation]
    next: None = None


def shown(one: Summary, waits: int | None = None) -> Escalation:
    return Escalation(
        id=one.id,
        concern=LEVELS[one.concern],  # type: ignore[arg-type]
        tracks=one.tracks,
        stage=one.stage.value,
        version=one.version,
        raised_at=stamp(one.raised_at),
        seconds_left=one.seconds_left,
        room=one.room,
        taken_by=one.taken_name or None,
        joined_at=stamp(one.joined_at) if one.joined_at else None,
        side_space=one.side_space,
        left=one.left_how,
        check_in_at=stamp(one.check_in_at) if one.check_in_at else None,
        waits_for_second=waits,
    )


@router.get("", response_model_exclude_none=True)
async def get_escalations(house: InHouse, staff: StaffIn) -> Escalations:
    """Open ones first, the gravest before the rest; then those closed in the last day."""
    async with house.workshop.reading() as work:
        escalations_to_see(staff)
        closed = await recent_escalations(work)
        found = [*await open_escalations(work), *closed]
    return Escalations(items=[shown(one) for one in found])


async def answer(house: House, escalation_id: int, waits: int | None = None) -> Escalation:
    async with house.workshop.reading() as work:
        one = await summary_of(work, EscalationId(escalation_id))
    assert one is not None  # noqa: S101 - something was just done with it
    return shown(one, waits)


class Hands(Struct, frozen=True):
    """A staff person with one escalation, and what they do with it."""

    house: House
    staff: Staff
    id: int

    async def do(self, act: Act, *more: Any, **how: Any) -> Escalation:
        """Do it, and say how the escalation stands now."""
        async with self.house.workshop.work() as work:
            done = await act(work, self.staff, *more, escalation_id=self.id, **how)
        waits = done.row if isinstance(done, ApprovalRow) else None
        return await answer(self.house, self.id, waits)


async def in_hands(house: InHouse, staff: StaffIn, escalation_id: Id) -> Hands:
    return Hands(house, staff, escalation_id)


InHands = Annotated[Hands, Depends(in_hands)]


@router.post("/{escalation_id}/take", response_model_exclude_none=True)
async def post_take(hands: InHands) -> Escalation:
    """Take it into my hands."""
    return await hands.do(take_escalation)


@router.post("/{escalation_id}/join", response_model_exclude_none=True)
async def post_join(hands: InHands) -> Escalation:
    """Go to the member: from now on I have a seat in the side space."""
    return await hands.do(join_escalation)


@router.post("/{escalation_id}/leave", response_model_exclude_none=True)
async def post_leave(hands: InHands) -> Escalation:
    """The check-in is done: I leave the side space."""
    return await hands.do(leave_side_space)


@router.post("/{escalation_id}/pass-on", response_model_exclude_none=True)
async def post_pass_on(hands: InHands) -> Escalation:
    """Let go of it, for the next person."""
    return await hands.do(pass_on)


@router.post("/{escalation_id}/raise", response_model_exclude_none=True)
async def post_raise(hands: InHands, body: LevelBody) -> Escalation:
    """It is graver than it stands. One person is enough."""
    return await hands.do(raise_by_hand, to=CONCERNS[body.to], why=body.why)


@router.post("/{escalation_id}/lower", status_code=202, response_model_exclude_none=True)
async def post_lower(hands: InHands, body: LevelBody) -> Escalation:
    """Ask that it be lowered; a second person grants it."""
    return await hands.do(lower_escalation, to=CONCERNS[body.to], why=body.why)


@router.post("/{escalation_id}/packet", response_model_exclude_none=True)
async def post_packet(hands: InHands, body: PacketBody) -> Escalation:
    """Write what goes along when the member is handed over."""
    said = Said(**body.model_dump(exclude={"unseen"}))
    keyring = hands.house.ledger.keyring
    return await hands.do(prepare_packet, keyring, said=said, unseen=body.unseen)


@router.post("/{escalation_id}/hand-over", response_model_exclude_none=True)
async def post_hand_over(hands: InHands, body: HandOverBody) -> Escalation:
    """A service said “I have them”."""
    return await hands.do(hand_over_escalation, service=body.service)


@router.post(
    "/{escalation_id}/close",
    response_model=Escalation,
    response_model_exclude_none=True,
    responses={202: {"model": Escalation, "description": "It waits for a second person."}},
)
async def post_close(hands: InHands, body: CloseBody, response: Response) -> Escalation:
    """Close it, or ask a second person to grant that: 202, and it stays open until then."""
    how, hours = body.how, body.check_in_hours
    now = await hands.do(close_escalation, how=how, check_in_hours=hours)
    response.status_code = 200 if now.waits_for_second is None else 202
    return now


@router.post("/{escalation_id}/grant", response_model_exclude_none=True)
async def post_grant(hands: InHands, body: GrantBody) -> Escalation:
    """Say yes to what somebody else asked for."""
    return await hands.do(grant, approval=body.approval)
