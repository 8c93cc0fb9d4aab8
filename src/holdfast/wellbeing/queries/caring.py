"""How those who care are doing: for themselves; and who may cover, without a figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, select

from holdfast.kit.ids import DebriefId, ReliefId, StaffId
from holdfast.kit.work import Work
from holdfast.rights.rules import Permission, Role, Staff, may
from holdfast.staff.queries import on_shift
from holdfast.staff.rules.shifts import OnShift
from holdfast.staff.tables import StaffRow
from holdfast.wellbeing.rules.caring import (
    HARD,
    KEPT_FOR,
    OPEN_STATES,
    RELIEF_LASTS,
    TONIGHT,
    DebriefState,
    Reading,
    is_full,
    is_near,
    is_spared,
    share_of,
)
from holdfast.wellbeing.tables import DebriefRow, ExposureRow, ReliefRow

HANDLED = ("escalation:", "case:")  # what a hard one is counted by: the case, not each word of it
DEBRIEFERS = (Role.SUPERVISOR, Role.LEAD)


class Care(Struct, frozen=True):
    """How one person is doing on this shift. The share is for their own eyes alone."""

    share: int
    hard_tonight: int
    is_near: bool
    is_full: bool
    is_spared: bool  # hard cases go to somebody else now, who is there and can take them
    relief_name: str  # somebody on shift who could cover; empty where nobody could
    asked_at: datetime | None  # cover was asked for, and nobody has come yet
    break_until: datetime | None
    relieved_name: str  # who covers meanwhile
    talks: int  # talks that were offered and not answered
    waiting: tuple[str, ...]  # others who asked that somebody come
    worn: tuple[str, ...]  # others who could use a rest: names alone, for who leads the shift

    @property
    def says_something(self) -> bool:
        """Whether the desk shows a note about oneself at all."""
        worn = self.is_near or self.hard_tonight >= 4
        return worn or self.talks > 0 or bool(self.asked_at or self.break_until)


class Relief(Struct, frozen=True):
    """Somebody who asked for cover: who and since when, and nothing of why."""

    id: ReliefId
    staff_id: StaffId
    name: str
    asked_at: datetime


class Talk(Struct, frozen=True):
    """A talk after something hard: with whom and until when. What it was about is nobody's."""

    id: DebriefId
    staff_id: StaffId
    name: str
    with_name: str
    due_at: datetime
    state: DebriefState
    is_late: bool


async def exposure_of(work: Work, staff_id: StaffId) -> int:
    """How much of what one can bear this person has read, in per cent. For nobody but them."""
    return (await _shares(work, [staff_id]))[staff_id]


async def _shares(work: Work, people: Collection[StaffId]) -> dict[StaffId, int]:
    now = work.clock.now()
    query = select(ExposureRow.staff_id, ExposureRow.points, ExposureRow.at).where(
        ExposureRow.staff_id.in_(people), ExposureRow.at > now - KEPT_FOR
    )
    read: dict[StaffId, list[Reading]] = defaultdict(list)
    for staff_id, points, at in await work.db.execute(query):
        read[staff_id].append(Reading(points, at))
    return {one: share_of(read[one], now) for one in people}


async def care_for(work: Work, staff: Staff) -> Care:
    """What the desk knows of the person who sits at it, to be kind to them."""
    now = work.clock.now()
    here = await on_shift(work, now)
    running = await _running(work)
    away = {row.staff_id for row in running if row.until is not None}
    shares = await _shares(work, {staff.id, *(one.staff_id for one in here)})
    others = [one for one in here if one.staff_id != staff.id and one.staff_id not in away]
    takers = [shares[one.staff_id] for one in others if one.in_crisis]
    mine = next((row for row in running if row.staff_id == staff.id), None)
    asked = [row.staff_id for row in running if row.until is None and row.staff_id != staff.id]
    worn = [one for one in others if is_near(shares[one.staff_id]) and one.staff_id not in asked]
    share = shares[staff.id]
    return Care(
        share=share,
        hard_tonight=await _hard_tonight(work, staff.id),
        is_near=is_near(share),
        is_full=is_full(share),
        is_spared=is_spared(share, on_break=staff.id in away, others=takers),
        relief_name=_who_could(staff, others, shares),
        asked_at=mine.asked_at if mine and mine.until is None else None,
        break_until=mine.until if mine else None,
        relieved_name=await _name(work, mine.relieved_by) if mine else "",
        talks=len(await _talks(work, DebriefRow.staff_id == staff.id, _offered())),
        waiting=tuple([await _name(work, one) for one in asked]),
        worn=tuple(one.name for one in worn if may(staff, Permission.DEBRIEF_HOLD)),
    )


def _who_could(staff: Staff, others: Sequence[OnShift], shares: dict[StaffId, int]) -> str:
    """The first on shift who is not near the limit; who may take hard cases, for one who may."""
    able = [one for one in others if not is_near(shares[one.staff_id])]
    for_crisis = [one for one in able if one.in_crisis]
    fit = able if staff.role is Role.MODERATOR else for_crisis
    return fit[0].name if fit else ""


async def is_alone_at_the_limit(work: Work, staff_id: StaffId) -> bool:
    """Whether someone on shift has read all they can, and nobody else there can take over."""
    here = await on_shift(work, work.clock.now())
    shares = await _shares(work, {staff_id, *(one.staff_id for one in here)})
    others = [one for one in here if one.in_crisis and one.staff_id != staff_id]
    at_work = any(one.staff_id == staff_id for one in here)
    nobody = not any(not is_full(shares[one.staff_id]) for one in others)
    return at_work and is_full(shares[staff_id]) and nobody


async def _hard_tonight(work: Work, staff_id: StaffId) -> int:
    query = select(ExposureRow.about).where(
        ExposureRow.staff_id == staff_id,
        ExposureRow.concern >= int(HARD),
        ExposureRow.at > work.clock.now() - TONIGHT,
    )
    return sum(1 for about in await work.db.scalars(query) if about.startswith(HANDLED))


# -- relief -----------------------------------------------------------------------------------


async def _running(work: Work) -> Sequence[ReliefRow]:
    """Every break that goes on, and every request that nobody has answered, oldest first."""
    now = work.clock.now()
    query = select(ReliefRow).where(
        ReliefRow.ended_at.is_(None), ReliefRow.asked_at > now - RELIEF_LASTS
    )
    rows = await work.db.scalars(query.order_by(ReliefRow.id))
    return [row for row in rows if row.until is None or row.until > now]


async def running_relief(work: Work, staff_id: StaffId) -> ReliefRow | None:
    """The break somebody is on, or the cover they asked for and wait for."""
    return next((row for row in await _running(work) if row.staff_id == staff_id), None)


async def reliefs_asked(work: Work) -> list[Relief]:
    """Who asked for cover and still waits for somebody."""
    waiting = [row for row in await _running(work) if row.until is None]
    return [
        Relief(row.id, row.staff_id, await _name(work, row.staff_id), row.asked_at)
        for row in waiting
    ]


async def may_rest(work: Work, staff: Staff) -> bool:
    """Whether somebody else is there who does what this person does, and is not resting."""
    now = work.clock.now()
    away = {row.staff_id for row in await _running(work) if row.until is not None}
    here = [one for one in await on_shift(work, now) if one.staff_id not in away]
    others = [one for one in here if one.staff_id != staff.id]
    if staff.role is Role.MODERATOR:
        return bool(others)
    return any(one.in_crisis for one in others)


# -- talks ------------------------------------------------------------------------------------


def _offered() -> ColumnElement[bool]:
    return DebriefRow.state == DebriefState.OFFERED


async def talks_of(work: Work, staff_id: StaffId) -> list[Talk]:
    """The talks somebody was offered and did not have yet, the next first."""
    return await _talks(work, DebriefRow.staff_id == staff_id, DebriefRow.state.in_(OPEN_STATES))


async def talks_to_have(work: Work) -> list[Talk]:
    """Every talk that is open or wanted: who, with whom and until when, for supervisors."""
    return await _talks(work, DebriefRow.state.in_(OPEN_STATES))


async def _talks(work: Work, *where: ColumnElement[bool]) -> list[Talk]:
    query = (
        select(DebriefRow, StaffRow.name)
        .join(StaffRow, StaffRow.id == DebriefRow.staff_id)
        .where(StaffRow.removed_at.is_(None), *where)
        .order_by(DebriefRow.due_at, DebriefRow.id)
    )
    now = work.clock.now()
    return [
        Talk(
            id=row.id,
            staff_id=row.staff_id,
            name=name,
            with_name=await _name(work, row.with_id),
            due_at=row.due_at,
            state=row.state,
            is_late=row.due_at < now,
        )
        for row, name in (await work.db.execute(query)).all()
    ]


async def people_to_talk_with(work: Work) -> tuple[list[StaffId], dict[StaffId, int]]:
    """Who has such talks, and how many each has ahead."""
    here = StaffRow.removed_at.is_(None), StaffRow.role.in_(DEBRIEFERS)
    people = list(await work.db.scalars(select(StaffRow.id).where(*here).order_by(StaffRow.id)))
    ahead = select(DebriefRow.with_id).where(DebriefRow.state.in_(OPEN_STATES))
    booked: dict[StaffId, int] = defaultdict(int)
    for with_id in await work.db.scalars(ahead):
        if with_id is not None:
            booked[with_id] += 1
    return people, booked


async def _name(work: Work, staff_id: StaffId | None) -> str:
    if staff_id is None:
        return ""
    found: str | None = await work.db.scalar(select(StaffRow.name).where(StaffRow.id == staff_id))
    return found or ""
