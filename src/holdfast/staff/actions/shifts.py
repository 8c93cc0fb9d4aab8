"""What can be done to the rota: plan, call off, come, go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import select, update

from holdfast.audit.actions import record
from holdfast.kit.errors import Conflict, Malformed
from holdfast.kit.ids import ShiftId, StaffId
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.rights.rules import Actor, Role, Staff, System
from holdfast.staff.access.shifts import (
    certified_self,
    may_plan_shifts,
    person_to_plan,
    shift_to_call_off,
)
from holdfast.staff.events import RotaChanged
from holdfast.staff.queries.shifts import Shift, shift_of
from holdfast.staff.rules.shifts import EARLY, LONGEST, SERVES, SHORTEST, TalkFirst, is_whole
from holdfast.staff.tables.shifts import ShiftRow


class ShiftPlan(Struct, frozen=True):
    """A shift as it is wished for. No languages: those of the person."""

    staff_id: StaffId
    starts_at: datetime
    ends_at: datetime
    role: Role | None = None
    languages: tuple[str, ...] = ()


async def plan_shift(work: Work, actor: Actor, *, plan: ShiftPlan) -> ShiftRow:
    """Put someone on the rota.

    Raises `NotPermitted`, `NotFound` for a person who is not here, `Malformed` for a role they
    cannot serve in or times that make no shift, `Conflict` where they are planned already.
    """
    person = await person_to_plan(work, actor, plan.staff_id)
    role = plan.role or person.role
    if role not in SERVES.get(person.role, ()):
        raise Malformed(N_("They can’t go on shift in that role."), code="role_not_served")
    if not is_whole(plan.starts_at, plan.ends_at, work.clock.now()):
        words = N_("A shift lasts from 15 minutes to 12 hours, and is at most 3 months ahead.")
        raise Malformed(words, code="no_such_hours")
    await _must_be_free(work, person.id, plan.starts_at, plan.ends_at)
    row = ShiftRow(
        staff_id=person.id,
        role=role,
        languages=plan.languages or person.languages,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        planned_by=may_plan_shifts(actor).id,
    )
    work.db.add(row)
    await work.db.flush()
    await record(work, actor, what="shift:planned", about=f"shift:{row.id}")
    work.announce(RotaChanged(person.id))
    return row


async def _must_be_free(
    work: Work, staff_id: StaffId, starts_at: datetime, ends_at: datetime
) -> None:
    taken = select(ShiftRow.id).where(
        ShiftRow.staff_id == staff_id,
        ShiftRow.called_off_at.is_(None),
        ShiftRow.checked_out_at.is_(None),
        ShiftRow.starts_at < ends_at,
        ShiftRow.ends_at > starts_at,
    )
    if await work.db.scalar(taken.limit(1)) is not None:
        words = N_("They are on the rota at that time already.")
        raise Conflict(words, code="shift_overlaps")


async def call_off_shift(work: Work, actor: Actor, *, shift_id: ShiftId) -> None:
    """Take a shift off the rota. Whoever is on it now is not on shift any more."""
    row = await shift_to_call_off(work, actor, shift_id)
    row.called_off_at = work.clock.now()
    await record(work, actor, what="shift:called_off", about=f"shift:{row.id}")
    work.announce(RotaChanged(row.staff_id))


async def check_in(work: Work, actor: Actor, *, until: datetime | None = None) -> Shift:
    """Begin my shift: the one planned for now or, with `until`, one begun on the spot.

    Doing it twice begins it once. Raises `NotPermitted`; `Conflict` (`no_shift`) where nothing is
    planned for me and I did not say until when.
    """
    me, now = await certified_self(work, actor), work.clock.now()
    here = await shift_of(work, me.id, now)
    if here is not None and here.ends_at > now:
        return here
    if here is not None:  # in the last minutes of a shift that is over: the next one begins
        await _go(work, [here.id], now)
    row = await _planned_now(work, me.id, now)
    if row is None:
        row = _on_the_spot(me.id, me.role, me.languages, now=now, until=until)
        work.db.add(row)
    row.checked_in_at, row.checked_out_at = now, None
    await work.db.flush()
    await record(work, actor, what="shift:begun", about=f"shift:{row.id}")
    work.announce(RotaChanged(me.id))
    return Shift.of(row, me.name)


async def _planned_now(work: Work, staff_id: StaffId, now: datetime) -> ShiftRow | None:
    mine = select(ShiftRow).where(
        ShiftRow.staff_id == staff_id,
        ShiftRow.called_off_at.is_(None),
        ShiftRow.starts_at <= now + EARLY,
        ShiftRow.ends_at > now,
    )
    found: ShiftRow | None = await work.db.scalar(mine.order_by(ShiftRow.starts_at).limit(1))
    return found


def _on_the_spot(
    staff_id: StaffId,
    role: Role,
    languages: tuple[str, ...],
    *,
    now: datetime,
    until: datetime | None,
) -> ShiftRow:
    if until is None:
        words = N_("You have no shift planned now. Say until when you can stay.")
        raise Conflict(words, code="no_shift")
    if not SHORTEST <= until - now <= LONGEST:
        words = N_("A shift lasts from 15 minutes to 12 hours, and is at most 3 months ahead.")
        raise Malformed(words, code="no_such_hours")
    return ShiftRow(staff_id=staff_id, role=role, languages=languages, starts_at=now, ends_at=until)


async def check_out(work: Work, actor: Actor) -> None:
    """End my shift, at its time or early. Doing it twice does nothing more.

    Raises `TalkFirst` while a talk is booked for me that I was not shown: nobody goes home from
    something hard without having been asked.
    """
    me, now = await certified_self(work, actor), work.clock.now()
    here = await shift_of(work, me.id, now)
    if here is not None:
        if (await work.db.get_one(ShiftRow, here.id)).talk_booked_at is not None:
            raise TalkFirst
        await _go(work, [here.id], now)
        await record(work, actor, what="shift:ended", about=f"shift:{here.id}")
        work.announce(RotaChanged(me.id))


async def end_shift_of(work: Work, actor: System, *, staff_id: StaffId) -> bool:
    """Somebody who was signed out is not here any more: no room counts on them. Whether they were.

    A talk that is booked for them stays booked.
    """
    now = work.clock.now()
    here = await shift_of(work, staff_id, now)
    if here is None:
        return False
    await _go(work, [here.id], now)
    await record(work, actor, what="shift:ended", about=f"shift:{here.id}")
    work.announce(RotaChanged(staff_id))
    return True


async def note_talk_booked(work: Work, actor: System, *, staff_id: StaffId) -> None:
    """Somebody on shift has a talk booked: they see it before they go."""
    del actor
    now = work.clock.now()
    here = await shift_of(work, staff_id, now)
    if here is not None:
        theirs = update(ShiftRow).where(ShiftRow.id == here.id)
        await work.db.execute(theirs.values(talk_booked_at=now))


async def note_talk_shown(work: Work, actor: Staff) -> None:
    """I was shown the talks that are booked for me."""
    mine = ShiftRow.staff_id == actor.id, ShiftRow.talk_booked_at.is_not(None)
    await work.db.execute(update(ShiftRow).where(*mine).values(talk_booked_at=None))


async def _go(work: Work, shifts: Sequence[ShiftId], now: datetime) -> None:
    gone = update(ShiftRow).where(ShiftRow.id.in_(shifts)).values(checked_out_at=now)
    await work.db.execute(gone)
