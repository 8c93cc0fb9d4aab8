"""Many measures at once, as where a whole cohort is taken back: one decision for each seat.

Nobody reads these cases one by one, so they are written down decided. Where something about a seat
is in hand already, the measures join that, and whoever reported it is answered.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct, field

from holdfast.kit.ids import CaseId, MeasureId, MemberId, MessageId, RoomId, SeatId
from holdfast.kit.work import Work
from holdfast.moderation.access import case_to_claim, cases_to_see
from holdfast.moderation.actions.deciding import decide_case
from holdfast.moderation.actions.enforcing import begin
from holdfast.moderation.actions.measures import Wish, seal_words
from holdfast.moderation.queries.cases import hold_people, is_reporter, undecided_case
from holdfast.moderation.queries.measures import pause_in_force
from holdfast.moderation.rules.cases import CaseKind, CaseState, Outcome
from holdfast.moderation.rules.measures import MeasureKind, NoReason, check_end, is_rule, may_take
from holdfast.moderation.tables import CaseRow, CaseStepRow, MeasureRow
from holdfast.rights.rules import Actor, Staff
from holdfast.sealing.seam import Keyring


class Swept(Struct):
    """One seat in an open room, and what its member said there that stands: seq and message."""

    member_id: MemberId
    seat_id: SeatId
    room_id: RoomId
    said: list[tuple[int, MessageId]] = field(default_factory=list)


class Sweeping(Struct, frozen=True):
    """By which rule, why, and until when the member is paused."""

    rule: str
    reason: str
    until: datetime

    def wish(self, kind: MeasureKind) -> Wish:
        return Wish(kind=kind, rule=self.rule, reason=self.reason)


async def sweep_seat(
    work: Work, actor: Actor, keyring: Keyring, *, seat: Swept, how: Sweeping
) -> list[MeasureId]:
    """Hide what somebody said in one room, and pause them; who is paused already stays so.

    Each measure is told and may be appealed. A case in which this person reported something stays
    for somebody else to decide. Raises `NotFound`, `NoReason`, `TooLongFor`, and
    `AlreadyDone` where somebody else has the seat's case in hand.
    """
    staff = cases_to_see(actor)
    if not is_rule(how.rule) or not may_take(staff, MeasureKind.PAUSE):
        raise NoReason
    check_end(staff, MeasureKind.PAUSE, how.until, work.clock.now())
    await hold_people(work, seat.member_id)
    rows = await _drawn_up(work, staff, seat, how)
    if not rows:
        return []
    known = await undecided_case(work, seat.room_id, seat.seat_id)
    is_mine = known is not None and await is_reporter(work, staff.id, known.id)
    if known is not None and not is_mine:
        await case_to_claim(work, staff, known.id)
    case_id = known.id if known is not None else await _decided_case(work, staff, seat)
    for row in rows:
        row.case_id = case_id
        await seal_words(work, staff, keyring, row=row, wish=how.wish(row.kind))
        work.db.add(row)
        await begin(work, staff, row)
    if known is not None and not is_mine:
        await decide_case(
            work, staff, case_id=known.id, version=known.version, outcome=Outcome.MEASURE
        )
    return [row.id for row in rows]


async def _drawn_up(work: Work, staff: Staff, seat: Swept, how: Sweeping) -> list[MeasureRow]:
    def row(kind: MeasureKind, seq: int | None, message: MessageId | None) -> MeasureRow:
        return MeasureRow(
            case_id=CaseId(0),
            room_id=seat.room_id,
            kind=kind,
            rule=how.rule,
            by=staff.id,
            at=work.clock.now(),
            reason=b"",
            seat_id=seat.seat_id,
            member_id=seat.member_id,
            message_id=message,
            seq=seq,
            until=how.until if kind is MeasureKind.PAUSE else None,
        )

    rows = [row(MeasureKind.HIDE, seq, message) for seq, message in seat.said]
    if await pause_in_force(work, seat.member_id) is None:
        rows.append(row(MeasureKind.PAUSE, None, None))
    return rows


async def _decided_case(work: Work, staff: Staff, seat: Swept) -> CaseId:
    """A case of which everything is known: opened and decided in one."""
    now = work.clock.now()
    case = CaseRow(
        room_id=seat.room_id,
        seat_id=seat.seat_id,
        kind=CaseKind.CONDUCT,
        opened_at=now,
        opened_by=staff.id,
        state=CaseState.DECIDED,
        outcome=Outcome.MEASURE,
        decided_by=staff.id,
        decided_at=now,
    )
    work.db.add(case)
    await work.db.flush()
    step = CaseStepRow(case_id=case.id, what="decided", at=now, by=staff.id, code="measure")
    work.db.add(step)
    return case.id
