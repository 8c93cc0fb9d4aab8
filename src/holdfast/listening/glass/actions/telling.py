"""Telling members that words of theirs were opened, later where that endangers someone."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert

from holdfast.kit.errors import Conflict, NotFound
from holdfast.kit.work import Work
from holdfast.listening.glass.access import (
    glass_to_use,
    must_be_another,
    my_telling,
    request_in_hand,
)
from holdfast.listening.glass.actions.asking import forget_shares, note
from holdfast.listening.glass.queries import (
    asked_of,
    members_of,
    role_now,
    to_close,
    to_tell,
)
from holdfast.listening.glass.rules import (
    ANSWERED_WITHIN,
    DELAYED_BY,
    OF_THE_TWO,
    NobodyElse,
    RanOut,
    Stage,
    TooLate,
    WhyUntold,
    check_pair,
    stage_of,
)
from holdfast.listening.glass.tables import GlassRequestRow, GlassTellingRow
from holdfast.notices.actions import Told, tell_members
from holdfast.notices.rules.telling import Kind
from holdfast.rights.rules import Actor, Permission, Staff, System


async def ask_to_delay(work: Work, actor: Actor, *, request_id: int, why: WhyUntold) -> None:
    """Ask a second person that the members are told later.

    Raises `NotFound`, `FreshSignInNeeded`, `TooLate`.
    """
    staff = glass_to_use(work, actor, Permission.GLASS_AGREE)
    row = await _untold(work, request_id)
    row.untold_why, row.untold_asked_by = why, staff.id
    row.untold_asked_at, row.untold_by, row.untold_at = work.clock.now(), None, None
    await note(work, staff, "asked_to_delay", row, why=why.value)


async def agree_to_delay(work: Work, actor: Actor, *, request_id: int) -> None:
    """Be the second person for that. They are told thirty days later, unless two say so again.

    Raises `NotFound`, `FreshSignInNeeded`, `TooLate`, `RanOut`, `NobodyElse`, `OtherHalfNeeded`.
    """
    staff = glass_to_use(work, actor, Permission.GLASS_AGREE)
    row, now = await _untold(work, request_id), work.clock.now()
    if row.untold_asked_by is None or row.untold_asked_at is None or row.untold_by is not None:
        raise RanOut
    if now >= row.untold_asked_at + ANSWERED_WITHIN:
        raise RanOut
    await must_be_another(work, staff, row.untold_asked_by)
    check_pair(await role_now(work, row.untold_asked_by), staff.role, Permission.GLASS_AGREE)
    row.untold_by, row.untold_at, row.tell_at = staff.id, now, now + DELAYED_BY
    await note(work, staff, "delayed", row, why=row.untold_why.value if row.untold_why else "")


async def _untold(work: Work, request_id: int) -> GlassRequestRow:
    row = await request_in_hand(work, request_id)
    if row.opened_at is None or row.told_at is not None:
        raise TooLate
    return row


async def tell_those_due(work: Work, actor: System) -> int:
    """By the clock: what is over is closed, and members are told; how many openings that was."""
    now = work.clock.now()
    for row in await to_close(work):
        if stage_of(asked_of(row), now) in (Stage.CLOSED, Stage.RAN_OUT):
            row.closed_at = row.closed_at or now
            await forget_shares(work, row.id)
            await note(work, actor, "closed", row, pages=row.shown)
    due = await to_tell(work, now)
    for row in due:
        await _tell(work, actor, row)
    return len(due)


async def _tell(work: Work, actor: System, row: GlassRequestRow) -> None:
    """Everybody who had a seat there is told: that, why, and how to object."""
    members = await members_of(work, row.room_id)
    for member in members:
        made = {"request_id": row.id, "member_id": member, "told_at": work.clock.now()}
        await work.db.execute(insert(GlassTellingRow).values(made).on_conflict_do_nothing())
    told = [Told(member, Kind.OPENED, f"glass:{row.id}") for member in members]
    await tell_members(work, actor, told=told)
    row.told_at = work.clock.now()
    await note(work, actor, "told", row, members=len(members))


async def object_to_opening(work: Work, actor: Actor, *, telling_id: int) -> None:
    """I say that this should not have been. Twice is once. Raises `NotFound`."""
    row = await my_telling(work, actor, telling_id)
    if row.objected_at is None:
        row.objected_at = work.clock.now()
        request = await request_in_hand(work, row.request_id)
        await note(work, actor, "objected", request)


async def _must_be_a_third(work: Work, staff: Staff, request: GlassRequestRow) -> None:
    """Raises `NobodyElse` for each of the two who opened it, also behind another account."""
    for one in (request.asked_by, request.agreed_by):
        if one is not None:
            try:
                await must_be_another(work, staff, one)
            except NobodyElse:
                raise NobodyElse(OF_THE_TWO) from None


async def answer_objection(work: Work, actor: Actor, *, telling_id: int, was_right: bool) -> None:
    """Say whether it was right to open it: somebody who was neither of the two.

    Raises `NotFound`, `FreshSignInNeeded`, `NobodyElse`, `Conflict` once it was answered.
    """
    staff = glass_to_use(work, actor, Permission.GLASS_AGREE)
    row = await work.db.get(GlassTellingRow, telling_id, with_for_update=True)
    if row is None or row.objected_at is None:
        raise NotFound
    request = await request_in_hand(work, row.request_id)
    await _must_be_a_third(work, staff, request)
    if row.answered_at is not None:
        raise Conflict
    row.answered_at, row.answered_by, row.was_right = work.clock.now(), staff.id, was_right
    await note(work, staff, "answered", request, why="right" if was_right else "wrong")
    again = Told(row.member_id, Kind.OPENED, f"glass:{request.id}:answer")
    await tell_members(work, System(), told=[again])
