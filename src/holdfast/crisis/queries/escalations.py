"""Which escalations there are, and whose."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from holdfast.crisis.rules.steps import seconds_left
from holdfast.crisis.tables import (
    EscalationRow,
    Stage,
)
from holdfast.kit.ids import EscalationId, MemberId, RoomId, SeatId, StaffId
from holdfast.kit.work import Work
from holdfast.members.queries import hold_members
from holdfast.messages.tables import MessageRow
from holdfast.rights.rules import MATRIX, Permission
from holdfast.rooms.tables import RoomKind, RoomRow, SeatRow
from holdfast.screening.concern import Concern
from holdfast.staff.tables import StaffRow

OPEN = EscalationRow.stage != Stage.CLOSED


class Summary(Struct, frozen=True):
    """An escalation as the queue shows it: how urgent, how long, with whom. No words."""

    id: EscalationId
    concern: Concern
    tracks: str
    stage: Stage
    version: int
    raised_at: datetime
    seconds_left: int
    room: str
    room_name: str
    pseudonym: str
    taken_by: StaffId | None
    taken_name: str
    claim_until: datetime | None
    joined_at: datetime | None
    second_by: StaffId | None
    side_space: str | None
    member_id: MemberId | None
    left_at: datetime | None
    left_how: str | None
    check_in_at: datetime | None
    checked_in_at: datetime | None
    review_at: datetime | None


async def open_escalations(work: Work) -> list[Summary]:
    """Every open escalation: the gravest first, then who waits longest."""
    return await _summaries(work, OPEN)


async def recent_escalations(work: Work, since: datetime | None = None) -> list[Summary]:
    """Those closed since then (in the last day), for reviews and hand-overs."""
    since = since or work.clock.now() - timedelta(days=1)
    return await _summaries(
        work, EscalationRow.stage == Stage.CLOSED, EscalationRow.closed_at >= since
    )


async def check_ins_around(work: Work, span: timedelta) -> list[Summary]:
    """Those closed whose promised check-in is due within this time, or was until as long ago."""
    now = work.clock.now()
    return await _summaries(
        work,
        EscalationRow.stage == Stage.CLOSED,
        EscalationRow.check_in_at <= now + span,
        EscalationRow.check_in_at >= now - span,
    )


async def summary_of(work: Work, escalation_id: EscalationId) -> Summary | None:
    found = await _summaries(work, EscalationRow.id == escalation_id)
    return found[0] if found else None


async def _summaries(work: Work, *where: object) -> list[Summary]:
    beside = aliased(RoomRow)
    side = select(beside.slug).where(beside.id == EscalationRow.side_room_id).scalar_subquery()
    who = (
        select(SeatRow.pseudonym)
        .where(
            SeatRow.room_id == EscalationRow.room_id,
            SeatRow.member_id == EscalationRow.member_id,
        )
        .scalar_subquery()
    )
    query = (
        select(EscalationRow, RoomRow.slug, RoomRow.name, StaffRow.name, side, who)
        .join(RoomRow, RoomRow.id == EscalationRow.room_id)
        .outerjoin(StaffRow, StaffRow.id == EscalationRow.taken_by)
        .where(*where)  # type: ignore[arg-type]
        .order_by(EscalationRow.concern.desc(), EscalationRow.raised_at)
    )
    now = work.clock.now()
    return [_summary(now, row, shown) for row, *shown in await work.db.execute(query)]


def _summary(now: datetime, row: EscalationRow, shown: Sequence[str | None]) -> Summary:
    slug, name, staff, side, pseudonym = shown
    return Summary(
        id=row.id,
        concern=Concern(row.concern),
        tracks=row.tracks,
        stage=row.stage,
        version=row.version,
        raised_at=row.raised_at,
        seconds_left=seconds_left(row.raised_at, row.concern, now),
        room=slug or "",
        room_name=name or "",
        pseudonym=pseudonym or "",
        taken_by=row.taken_by,
        taken_name=staff or "",
        claim_until=row.claim_until,
        joined_at=row.joined_at,
        second_by=row.second_by,
        side_space=side,
        member_id=row.member_id,
        left_at=row.left_at,
        left_how=row.left_how,
        check_in_at=row.check_in_at,
        checked_in_at=row.checked_in_at,
        review_at=row.review_at,
    )


async def open_escalation_of(work: Work, member_id: MemberId) -> EscalationRow | None:
    """The one open escalation of a member; one work at a time looks, so that there is only one."""
    await hold_members(work, {member_id})
    query = select(EscalationRow).where(EscalationRow.member_id == member_id, OPEN)
    found: EscalationRow | None = await work.db.scalar(query.with_for_update(key_share=True))
    return found


async def hold_in_order(work: Work, members: Collection[MemberId]) -> None:
    """These members and their open escalations are this work's, in the order that all keep to."""
    await hold_members(work, members)
    theirs = select(EscalationRow.id).where(EscalationRow.member_id.in_(members), OPEN)
    await work.db.execute(theirs.order_by(EscalationRow.id).with_for_update(key_share=True))


async def escalation_of_side_space(work: Work, room_id: RoomId) -> EscalationRow | None:
    """The newest escalation whose side space this is."""
    query = select(EscalationRow).where(EscalationRow.side_room_id == room_id)
    found: EscalationRow | None = await work.db.scalar(query.order_by(EscalationRow.id.desc()))
    return found


async def last_side_space(work: Work, member_id: MemberId) -> RoomId | None:
    """The side space a member has, to be used again: one for everything that may come.

    Asked of the rooms, not of escalations: refused words lie there before there is any.
    """
    query = (
        select(RoomRow.id)
        .join(SeatRow, SeatRow.room_id == RoomRow.id)
        .where(RoomRow.kind == RoomKind.SIDE, SeatRow.member_id == member_id)
        .order_by(RoomRow.id.desc())
    )
    return await work.db.scalar(query.limit(1))


async def roster(work: Work) -> int:
    """How many people there are who could be the second one."""
    roles = [role for role, given in MATRIX.items() if Permission.ESCALATION_CLOSE in given]
    query = select(func.count()).where(StaffRow.role.in_(roles), StaffRow.removed_at.is_(None))
    return (await work.db.execute(query)).scalar_one()


async def may_hold(work: Work, staff_id: StaffId, concern: int) -> bool:
    """Whether this person, in the role they have now, may have such an escalation in hand."""
    query = select(StaffRow.role).where(StaffRow.id == staff_id, StaffRow.removed_at.is_(None))
    role = await work.db.scalar(query)
    watched = concern <= Concern.WATCH
    needed = Permission.ESCALATION_TAKE_WATCH if watched else Permission.ESCALATION_TAKE
    return role is not None and needed in MATRIX[role]


async def staff_in_seat(work: Work, seat_id: SeatId) -> StaffId | None:
    """The staff person in a seat."""
    return await work.db.scalar(select(SeatRow.staff_id).where(SeatRow.id == seat_id))


async def said_before(work: Work, room_id: RoomId, row: EscalationRow) -> int:
    """The newest seq in a side space from before what raised this; 0 where there is none."""
    earlier = MessageRow.room_id == room_id, MessageRow.written_at < row.raised_at
    return await work.db.scalar(select(func.max(MessageRow.seq)).where(*earlier)) or 0
