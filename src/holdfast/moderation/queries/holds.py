"""What is held now, for whom and until when: for the desk. No words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct, field
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from holdfast.crisis.tables import EscalationRow
from holdfast.erasing.holds.queries import LIVING, hushed, kind_of
from holdfast.erasing.holds.rules import About, Deed, Ending, HoldState, Why
from holdfast.erasing.holds.tables import HoldDeedRow, HoldNameRow, HoldRow
from holdfast.kit.ids import StaffId
from holdfast.kit.work import Work
from holdfast.moderation.queries.holding import OpenCases
from holdfast.moderation.queries.holding import about_of as case_about
from holdfast.moderation.tables import CaseRow
from holdfast.rights.rules import Role, Staff
from holdfast.rooms.tables import SeatRow
from holdfast.staff.tables import StaffRow

ENDED_SHOWN = 50


class Asked(Struct, frozen=True):
    """What one person asked for, and a second one may grant."""

    id: int
    what: Deed
    why: Why
    by: str
    is_mine: bool
    at: datetime
    until: datetime


class HoldShown(Struct, frozen=True):
    """One hold as the desk shows it. Whose it is stands in the work it is for, and only there."""

    about: str
    kind: About
    number: int
    state: HoldState
    why: Why | None
    began_at: datetime
    until: datetime
    messages: int
    account: bool
    set_by: str
    seconded_by: str
    set_at: datetime | None
    closed_at: datetime | None
    ended_at: datetime | None
    ended_how: Ending | None
    untold: bool
    asked: list[Asked] = field(default_factory=list)


async def holds_now(work: Work, staff: Staff) -> list[HoldShown]:
    """Everything that is held, what ends first at the top; nothing about oneself."""
    found = await _shown(work, staff, LIVING)
    return sorted(found, key=lambda one: (one.until, one.about))


async def holds_ended(work: Work, staff: Staff) -> list[HoldShown]:
    """The last ones that ended, the newest first."""
    found = await _shown(work, staff, HoldRow.state == HoldState.ENDED)
    return found[-ENDED_SHOWN:][::-1]


async def hold_shown(work: Work, staff: Staff, about: str) -> HoldShown | None:
    """What is held for one open work. Who asks was let in by `work_that_holds`."""
    found = await _shown(work, staff, LIVING, HoldRow.about == about)
    return found[0] if found else None


async def _shown(work: Work, staff: Staff, *where: object) -> list[HoldShown]:
    setter, seconder = aliased(StaffRow), aliased(StaffRow)
    named = (
        select(func.count())
        .select_from(HoldNameRow)
        .where(HoldNameRow.hold_id == HoldRow.id)
        .scalar_subquery()
    )
    query = (
        select(HoldRow, setter.name, seconder.name, named)
        .outerjoin(setter, setter.id == HoldRow.set_by)
        .outerjoin(seconder, seconder.id == HoldRow.seconded_by)
        .where(*where)  # type: ignore[arg-type]
        .order_by(HoldRow.id)
    )
    rows = (await work.db.execute(query)).all()
    own = await _about_oneself(work, staff)
    untold = await hushed(work, {row.about for row, *_ in rows})
    asked = await asked_about(work, staff, {row.about for row, *_ in rows})
    return [
        _one(row, names, count, row.about in untold, asked.get(row.about, []))
        for row, *names, count in rows
        if row.about not in own
    ]


def _one(
    row: HoldRow, names: Sequence[str | None], messages: int, untold: bool, asked: list[Asked]
) -> HoldShown:
    kind, number = kind_of(row.about) or (About.CASE, 0)
    living = row.state is not HoldState.ENDED
    return HoldShown(
        about=row.about,
        kind=kind,
        number=number,
        state=row.state,
        why=row.why,
        began_at=row.began_at,
        until=row.until,
        messages=messages,
        account=row.account,
        set_by=names[0] or "",
        seconded_by=names[1] or "",
        set_at=row.set_at,
        closed_at=row.closed_at,
        ended_at=row.ended_at,
        ended_how=row.ended_how,
        untold=untold,
        asked=asked if living else [],
    )


async def asked_about(work: Work, staff: Staff, about: set[str]) -> dict[str, list[Asked]]:
    """What was asked about these and is neither granted nor run out, oldest first."""
    query = (
        select(HoldDeedRow, StaffRow.name)
        .join(StaffRow, StaffRow.id == HoldDeedRow.asked_by)
        .where(
            HoldDeedRow.about.in_(about),
            HoldDeedRow.granted_at.is_(None),
            HoldDeedRow.until > work.clock.now(),
        )
        .order_by(HoldDeedRow.id)
    )
    found: dict[str, list[Asked]] = {}
    for row, name in await work.db.execute(query):
        mine = row.asked_by == staff.id
        one = Asked(row.id, row.what, row.why, name, mine, row.asked_at, row.until)
        found.setdefault(row.about, []).append(one)
    return found


async def _about_oneself(work: Work, staff: Staff) -> set[str]:
    """Cases about this person's own seat: they see none of them."""
    query = select(CaseRow.id).join(SeatRow, SeatRow.id == CaseRow.seat_id)
    return {
        case_about(id_) for id_ in await work.db.scalars(query.where(SeatRow.staff_id == staff.id))
    }


async def is_work_open(work: Work, about: str) -> bool:
    """Whether this escalation or case is still in somebody's hands."""
    kind, number = kind_of(about) or (None, 0)
    if kind is About.ESCALATION:
        query = select(EscalationRow.closed_at).where(EscalationRow.id == number)
        found = (await work.db.execute(query)).one_or_none()
        return found is not None and found.closed_at is None
    return kind is About.CASE and about not in await OpenCases().closed(work, [about])


async def role_of(work: Work, staff_id: StaffId) -> Role | None:
    """What somebody is here now; nothing where they have left."""
    query = select(StaffRow.role).where(StaffRow.id == staff_id, StaffRow.removed_at.is_(None))
    return await work.db.scalar(query)
