"""The only door to a line of a plan, a sealed line, a relief or a talk, by an id from outside."""

from __future__ import annotations

from holdfast.kit.errors import Conflict, NotFound, NotPermitted
from holdfast.kit.ids import (
    DebriefId,
    MemberId,
    OpeningId,
    PlanLineId,
    ReliefId,
    SessionId,
    StaffId,
)
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.members.queries import hold_members
from holdfast.rights.rules import Actor, Member, Permission, Staff, may
from holdfast.staff.queries import on_shift
from holdfast.staff.tables import StaffRow
from holdfast.wellbeing.rules.caring import OPEN_STATES, DebriefState
from holdfast.wellbeing.tables import DebriefRow, LineOpeningRow, PlanLineRow, ReliefRow

ID_BYTES = 16
NO_SESSION = SessionId(0)


async def hold_plan(work: Work, member_id: MemberId) -> None:
    """Take a member's plan and line in hand until this work ends, so that two windows write one
    after the other. Raises `NotFound` once the member is gone.
    """
    if not await hold_members(work, {member_id}):
        raise NotFound


async def own_line(work: Work, member: Member, line: str) -> PlanLineRow:
    """One line of my own plan. Raises `NotFound` for anybody else's, and for no line at all."""
    row = await work.db.get(PlanLineRow, line_named(line))
    if row is None or row.member_id != member.id:
        raise NotFound
    return row


def line_named(line: str) -> PlanLineId:
    """The id behind what stands in an address. Raises `NotFound` for what is none."""
    try:
        found = bytes.fromhex(line)
    except ValueError:
        raise NotFound from None
    if len(found) != ID_BYTES:
        raise NotFound
    return PlanLineId(found)


async def opening_for(work: Work, staff: Staff, opening: OpeningId) -> LineOpeningRow:
    """An opening that was asked for. Raises `NotFound` for whoever may open no sealed line."""
    row = await work.db.get(LineOpeningRow, opening)
    if row is None or not may(staff, Permission.SEALED_LINE_OPEN):
        raise NotFound
    return row


async def still_on_the_roster(work: Work, staff_id: StaffId) -> Staff:
    """Somebody who asked a while ago, with the role they have now. Raises `NotFound` once gone."""
    row = await work.db.get(StaffRow, staff_id)
    if row is None or row.removed_at is not None:
        raise NotFound
    return Staff(row.id, NO_SESSION, row.role)


async def opening_to_read(work: Work, staff: Staff, opening: OpeningId) -> LineOpeningRow:
    """An opening whose line is mine to read: I asked, or I said yes. Raises `NotFound`."""
    row = await opening_for(work, staff, opening)
    if staff.id not in {row.asked_by, row.approved_by}:
        raise NotFound
    return row


async def at_work(work: Work, actor: Actor) -> Staff:
    """The staff person, who is on shift now. Raises `NotPermitted`; `Conflict` when not on it."""
    if not isinstance(actor, Staff) or not may(actor, Permission.RELIEF_ASK):
        raise NotPermitted
    here = await on_shift(work, work.clock.now())
    if not any(one.staff_id == actor.id for one in here):
        raise Conflict(N_("You are not on shift."), code="not_on_shift")
    return actor


async def relief_to_give(work: Work, actor: Actor, relief_id: ReliefId) -> ReliefRow:
    """A request of somebody else that still waits. Raises `NotFound`, `NotPermitted`, `Conflict`.

    Whoever covers is on shift themselves, so that nobody counts on a person who is not here.
    """
    me = await at_work(work, actor)
    row: ReliefRow | None = await work.db.get(ReliefRow, relief_id, with_for_update=True)
    if row is None or row.staff_id == me.id:
        raise NotFound
    if row.relieved_by is not None or row.ended_at is not None or row.until is not None:
        raise Conflict(code="already_relieved")
    return row


async def debrief_to_answer(
    work: Work, actor: Actor, debrief_id: DebriefId, state: DebriefState
) -> DebriefRow:
    """A talk of mine that is open; or anyone's, to note that it was held, for who holds them.

    Raises `NotFound`: absent, somebody else's and answered for good alike.
    """
    row: DebriefRow | None = await work.db.get(DebriefRow, debrief_id)
    if row is None or not isinstance(actor, Staff) or row.state not in OPEN_STATES:
        raise NotFound
    holds = state is DebriefState.HELD and may(actor, Permission.DEBRIEF_HOLD)
    if row.staff_id != actor.id and not holds:
        raise NotFound
    return row
