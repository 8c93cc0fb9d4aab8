"""Which cases there are, how urgent, and in whose hands. No words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from holdfast.crisis.tables import EscalationRow, SignalRow, Stage
from holdfast.kit.ids import CaseId, EscalationId, MemberId, MessageId, RoomId, SeatId, StaffId
from holdfast.kit.work import Work
from holdfast.members.tables import MemberRow
from holdfast.messages.tables import MessageRow
from holdfast.moderation.rules.cases import (
    UNDECIDED,
    CaseKind,
    CaseState,
    FlagKind,
    Ground,
    Outcome,
)
from holdfast.moderation.rules.reports import Door
from holdfast.moderation.tables import CaseRow, FlagRow, ReportRow
from holdfast.rights.rules import Staff
from holdfast.rooms.tables import RoomKind, RoomRow, SeatRow
from holdfast.screening.concern import Concern
from holdfast.staff.tables import StaffRow


class CaseSummary(Struct, frozen=True):
    """A case as the queue shows it: what about, how urgent, how long, with whom. No words."""

    id: CaseId
    room_id: RoomId
    slug: str
    room_name: str
    room_kind: RoomKind
    seat_id: SeatId | None
    handle: str  # of the seat it is about; empty for a room
    pseudonym: str
    avatar: str
    is_staff: bool
    kind: CaseKind
    state: CaseState
    version: int
    concern: Concern  # as crisis has it now
    escalation_id: EscalationId | None
    opened_at: datetime
    reports: int
    worried: int
    worried_by: int  # how many people: one may report several messages
    not_ok_by: int
    flags: int
    claimed_by: StaffId | None
    claimed_name: str
    claim_until: datetime | None
    outcome: Outcome | None
    ground: Ground | None
    decided_by: StaffId | None
    decided_name: str
    decided_at: datetime | None
    closed_at: datetime | None


async def open_cases(work: Work, staff: Staff) -> list[CaseSummary]:
    """Every undecided case this person may see: by concern, then who waits longest."""
    return await cases_in(work, staff, UNDECIDED)


async def cases_in(work: Work, staff: Staff, states: Iterable[CaseState]) -> list[CaseSummary]:
    """The cases in these states; never one about the person who asks."""
    not_mine = or_(SeatRow.staff_id.is_(None), SeatRow.staff_id != staff.id)
    return await _summaries(work, CaseRow.state.in_(list(states)), not_mine)


async def ended_cases(
    work: Work, staff: Staff, state: CaseState, *, before: int | None = None, limit: int = 50
) -> list[CaseSummary]:
    """Cases in one state that is an end, the newest first; before one of them, the next page."""
    not_mine = or_(SeatRow.staff_id.is_(None), SeatRow.staff_id != staff.id)
    query = _asked(CaseRow.state == state, not_mine).order_by(None).order_by(CaseRow.id.desc())
    if before is not None:
        query = query.where(CaseRow.id < before)
    return [_summary(found) for found in await work.db.execute(query.limit(limit))]


async def case_summary(work: Work, case_id: CaseId) -> CaseSummary | None:
    """One case. Who asks was let in by `case_to_see`."""
    found = await _summaries(work, CaseRow.id == case_id)
    return found[0] if found else None


async def cases_of_seat(work: Work, seat_id: SeatId) -> list[CaseSummary]:
    """All there ever was about one seat, the gravest and oldest first; no other room's."""
    return await _summaries(work, CaseRow.seat_id == seat_id)


def _count(row: type[FlagRow | ReportRow], *where: ColumnElement[bool]) -> Any:
    query = select(func.count()).select_from(row).where(row.case_id == CaseRow.id, *where)
    return query.scalar_subquery()


def _people(door: ColumnElement[bool]) -> Any:
    live = (ReportRow.case_id == CaseRow.id, ReportRow.undone_at.is_(None))
    return select(func.count(ReportRow.seat_id.distinct())).where(*live, door).scalar_subquery()


def _escalation() -> ColumnElement[bool]:
    """The open escalation of whom a case is about, as far as their seat has to do with it."""
    from_here = exists().where(
        SignalRow.escalation_id == EscalationRow.id, SignalRow.seat_id == SeatRow.id
    )
    return and_(
        EscalationRow.member_id == SeatRow.member_id,
        EscalationRow.stage != Stage.CLOSED,
        or_(EscalationRow.room_id == SeatRow.room_id, from_here),
    )


def _asked(*where: ColumnElement[bool]) -> Any:
    claimer, decider = aliased(StaffRow), aliased(StaffRow)
    live = ReportRow.undone_at.is_(None)
    return (
        select(
            CaseRow,
            RoomRow.slug,
            RoomRow.name.label("room_name"),
            RoomRow.kind.label("room_kind"),
            SeatRow.handle,
            SeatRow.pseudonym,
            SeatRow.avatar,
            SeatRow.staff_id,
            EscalationRow.concern,
            EscalationRow.id.label("escalation_id"),
            claimer.name.label("claimed_name"),
            decider.name.label("decided_name"),
            _count(ReportRow, live).label("reports"),
            _count(ReportRow, live, ReportRow.kind == Door.WORRIED).label("worried"),
            _people(ReportRow.kind == Door.WORRIED).label("worried_by"),
            _people(ReportRow.kind != Door.WORRIED).label("not_ok_by"),
            _count(FlagRow).label("flags"),
        )
        .join(RoomRow, RoomRow.id == CaseRow.room_id)
        .outerjoin(SeatRow, SeatRow.id == CaseRow.seat_id)
        .outerjoin(EscalationRow, _escalation())
        .outerjoin(claimer, claimer.id == CaseRow.claimed_by)
        .outerjoin(decider, decider.id == CaseRow.decided_by)
        .where(*where)
        .order_by(func.coalesce(EscalationRow.concern, 0).desc(), CaseRow.opened_at, CaseRow.id)
    )


async def _summaries(work: Work, *where: ColumnElement[bool]) -> list[CaseSummary]:
    return [_summary(found) for found in await work.db.execute(_asked(*where))]


def _summary(found: Any) -> CaseSummary:
    row: CaseRow = found.CaseRow
    return CaseSummary(
        id=row.id,
        room_id=row.room_id,
        slug=found.slug,
        room_name=found.room_name,
        room_kind=found.room_kind,
        seat_id=row.seat_id,
        handle=found.handle or "",
        pseudonym=found.pseudonym or "",
        avatar=found.avatar or "",
        is_staff=found.staff_id is not None,
        kind=row.kind,
        state=row.state,
        version=row.version,
        concern=Concern(found.concern or 0),
        escalation_id=found.escalation_id,
        opened_at=row.opened_at,
        reports=found.reports,
        worried=found.worried,
        worried_by=found.worried_by,
        not_ok_by=found.not_ok_by,
        flags=found.flags,
        claimed_by=row.claimed_by,
        claimed_name=found.claimed_name or "",
        claim_until=row.claim_until,
        outcome=row.outcome,
        ground=row.ground,
        decided_by=row.decided_by,
        decided_name=found.decided_name or "",
        decided_at=row.decided_at,
        closed_at=row.closed_at,
    )


async def hold_people(work: Work, *people: MemberId | None) -> None:
    """Take members in hand until this work ends, always in one order: so nobody waits in a ring.

    Whoever also records something takes them first; the record's head comes last. The ledger goes
    on writing rows that name them.
    """
    wanted = sorted(one for one in people if one is not None)
    query = select(MemberRow.id).where(MemberRow.id.in_(wanted)).order_by(MemberRow.id)
    await work.db.execute(query.with_for_update(key_share=True))


async def hold_subject(work: Work, case_id: CaseId) -> None:
    """Take the member in hand whom a case is about, before the case itself."""
    query = select(SeatRow.member_id).join(CaseRow, CaseRow.seat_id == SeatRow.id)
    await hold_people(work, await work.db.scalar(query.where(CaseRow.id == case_id)))


async def hold_case(work: Work, case_id: CaseId) -> CaseRow:
    """Take a case in hand, after the member it is about."""
    await hold_subject(work, case_id)
    return await work.db.get_one(CaseRow, case_id, with_for_update=True)


async def undecided_case(work: Work, room_id: RoomId, seat_id: SeatId | None) -> CaseRow | None:
    """The one undecided case of a subject; one work at a time looks, so that there is only one."""
    seat = select(SeatRow.id).where(SeatRow.id == seat_id)
    room = select(RoomRow.id).where(RoomRow.id == room_id)
    subject: Select[Any] = room if seat_id is None else seat
    await work.db.execute(subject.with_for_update(key_share=True))
    query = select(CaseRow).where(
        CaseRow.room_id == room_id, CaseRow.seat_id == seat_id, CaseRow.state.in_(UNDECIDED)
    )
    found: CaseRow | None = await work.db.scalar(query.with_for_update())
    return found


async def claims_about(work: Work, member_id: MemberId, *, after: datetime) -> Sequence[CaseRow]:
    """Cases about a member that somebody holds for longer than until then."""
    query = _claimed_about(member_id).where(CaseRow.claim_until > after)
    return (await work.db.scalars(query.with_for_update())).all()


async def is_any_claimed(work: Work, member_id: MemberId) -> bool:
    """Whether anybody holds a case about a member; asked without taking the pen."""
    return await work.db.scalar(_claimed_about(member_id).limit(1)) is not None


def _claimed_about(member_id: MemberId) -> Select[CaseRow]:
    """Only where the danger has to do with that seat: no other name of theirs gives a sign."""
    their = SeatRow.id == CaseRow.seat_id, SeatRow.member_id == member_id
    in_danger = exists().where(*their, _escalation())
    return select(CaseRow).where(CaseRow.state == CaseState.CLAIMED, in_danger)


async def staff_in_subject(work: Work, seat_id: SeatId | None) -> StaffId | None:
    """The staff person a case is about, where it is about one."""
    return await work.db.scalar(select(SeatRow.staff_id).where(SeatRow.id == seat_id))


async def member_in_subject(work: Work, seat_id: SeatId | None) -> MemberId | None:
    """The member a case is about; none where it is a room, a staff person or nobody any more."""
    return await work.db.scalar(select(SeatRow.member_id).where(SeatRow.id == seat_id))


async def is_reporter(work: Work, staff_id: StaffId, case_id: CaseId) -> bool:
    """Whether this staff person made one of the reports in a case."""
    query = (
        select(ReportRow.id)
        .join(SeatRow, SeatRow.id == ReportRow.seat_id)
        .where(ReportRow.case_id == case_id, SeatRow.staff_id == staff_id)
    )
    return await work.db.scalar(query.limit(1)) is not None


async def is_flagged(work: Work, case_id: CaseId, what: FlagKind) -> bool:
    """Whether a machine said this in a case already."""
    query = select(FlagRow.row).where(FlagRow.case_id == case_id, FlagRow.what == what)
    return await work.db.scalar(query.limit(1)) is not None


async def message_under(work: Work, seat_id: SeatId, nonce: str) -> MessageId | None:
    """The message that this seat wrote under a nonce, said or held."""
    return await work.db.scalar(
        select(MessageRow.id).where(MessageRow.seat_id == seat_id, MessageRow.nonce == nonce)
    )
