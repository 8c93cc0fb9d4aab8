"""The guard: whoever listens and tries again to pass on a way to be reached is looked at at once.

What was written is kept nowhere; that it was tried is. The first time may be a slip.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.exc import IntegrityError

from holdfast.audit.actions import record
from holdfast.kit.ids import RightId, RoomId, SeatId
from holdfast.kit.work import Work
from holdfast.listening.access import guard_call_to_decide
from holdfast.listening.actions.duty import stop_duty
from holdfast.listening.actions.hands import call_in
from holdfast.listening.actions.talking import close_session, tell
from holdfast.listening.events import GuardCalled
from holdfast.listening.queries import session_in
from holdfast.listening.queries.granted import rights_looked_at
from holdfast.listening.queries.hands import guard_call_in, guard_calls_due, tries_in
from holdfast.listening.rules.sessions import Ending, GuardOutcome, NotNow, Side
from holdfast.listening.tables import GuardCallRow, ListeningRow, TryRow
from holdfast.notices.actions import acknowledge, page_people
from holdfast.notices.rules import Urgency
from holdfast.rights.actions import end_right, freeze_right, thaw_right
from holdfast.rights.queries import right_of
from holdfast.rights.rules import Actor, Staff, System
from holdfast.rights.tables import RightRole
from holdfast.rooms.queries import room_named

AGAIN = 2
WITHIN = timedelta(minutes=60)
WHY = "guard"


async def note_try(
    work: Work, actor: System, *, room_id: RoomId, seat_id: SeatId, nonce: str
) -> bool:
    """One of the two tried to pass on a way to be reached. Whether the guard called people now.

    The same words sent again are the same try.
    """
    row = await session_in(work, room_id)
    side = None if row is None else _side(row, seat_id)
    if row is None or side is None or row.ended_at is not None:
        return False
    try:
        async with work.db.begin_nested():
            work.db.add(TryRow(session_id=row.id, side=side, nonce=nonce, at=work.clock.now()))
    except IntegrityError:
        return False
    if side is Side.ASKER or await tries_in(work, row.id, side) < AGAIN:
        return False
    known = await guard_call_in(work, row.id)
    return await (_call(work, actor, row) if known is None else _again(work, actor, row, known))


def _side(row: ListeningRow, seat_id: SeatId) -> Side | None:
    return {row.asker_seat: Side.ASKER, row.listener_seat: Side.LISTENER}.get(seat_id)


async def _call(work: Work, actor: System, row: ListeningRow) -> bool:
    """Nothing new comes to this listener, somebody is called in at once, a clock runs."""
    now = work.clock.now()
    call = GuardCallRow(
        session_id=row.id, right_id=await _freeze(work, actor, row), at=now, due_at=now + WITHIN
    )
    try:
        async with work.db.begin_nested():
            work.db.add(call)
    except IntegrityError:
        return False
    await _stop(work, actor, row)
    return True


async def _again(work: Work, actor: System, row: ListeningRow, call: GuardCallRow) -> bool:
    """A person let it go on, and it is tried once more: it is looked at anew."""
    await work.db.refresh(call, with_for_update=True)
    if call.outcome is not GuardOutcome.GOES_ON:
        return False
    call.at = work.clock.now()
    call.due_at, call.called_at = call.at + WITHIN, None
    call.outcome, call.decided_by, call.decided_at = None, None, None
    call.right_id = await _freeze(work, actor, row)
    await _stop(work, actor, row)
    return True


async def _stop(work: Work, actor: System, row: ListeningRow) -> None:
    """Their duty ends, and people come."""
    if row.listener_id is not None:
        await stop_duty(work, actor, member_id=row.listener_id, how=WHY)
    await call_in(work, actor, row=row, by=None)
    await record(work, actor, what="guard:called", about=f"listening:{row.id}")
    tell(work, row, (await room_named(work, row.room_id)).slug, "guard")
    work.announce(GuardCalled(row.id, row.room_id))


async def _freeze(work: Work, actor: System, row: ListeningRow) -> RightId | None:
    if row.listener_id is None:
        return None
    right = await right_of(work, row.listener_id, RightRole.LISTENER)
    if right is None:
        return row.right_id
    await freeze_right(work, actor, right_id=right.id, why=WHY)
    return right.id


async def decide_guard(work: Work, actor: Actor, *, session_id: int, outcome: GuardOutcome) -> None:
    """A person decides: the listener goes on listening, or does not. The member is told.

    Raises `NotFound`, `NotOnShift`, `NotNow` once it was decided.
    """
    call = await guard_call_to_decide(work, actor, session_id)
    if call.outcome is not None:
        raise NotNow
    call.outcome, call.decided_at = outcome, work.clock.now()
    call.decided_by = actor.id if isinstance(actor, Staff) else None
    row = await work.db.get_one(ListeningRow, call.session_id)
    others = await rights_looked_at(work)  # two talks at once: the other one is still open
    if call.right_id is not None and outcome is GuardOutcome.GOES_ON:
        if call.right_id not in others:
            await thaw_right(work, System(), right_id=call.right_id)
    elif call.right_id is not None:
        await end_right(work, System(), right_id=call.right_id, why=WHY)
    await acknowledge(work, actor, about=f"guard:{row.id}")
    await record(work, actor, what="guard:decided", about=f"listening:{row.id}", why=outcome.value)
    if outcome is GuardOutcome.ENDS:
        await close_session(work, System(), row=row, how=Ending.GUARD)
    tell(work, row, (await room_named(work, row.room_id)).slug, "decided")


async def hurry_guards(work: Work, actor: System) -> int:
    """An hour is over and nobody has decided: people are called. For how many."""
    due = await guard_calls_due(work)
    for call in due:
        call.called_at = work.clock.now()
        about = f"guard:{call.session_id}"
        await page_people(work, actor, about=about, urgency=Urgency.HIGH, until_taken=True)
    return len(due)
