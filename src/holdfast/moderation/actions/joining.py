"""Finding the one undecided case of a subject, or opening it; what machines noticed joins it."""

from __future__ import annotations

from holdfast.kit.errors import NotFound
from holdfast.kit.ids import MessageId, RoomId, SeatId
from holdfast.kit.work import Work
from holdfast.moderation.access import cases_to_see
from holdfast.moderation.actions.steps import note_step
from holdfast.moderation.queries.cases import is_flagged, staff_in_subject, undecided_case
from holdfast.moderation.rules.cases import FLAGS, CaseKind, FlagKind, kind_of
from holdfast.moderation.tables import CaseRow, FlagRow
from holdfast.rights.rules import Actor, Permission, Staff, System, may

OPENED = "opened"  # the step of somebody who saw it themselves


async def case_about(
    work: Work,
    actor: Actor,
    *,
    room_id: RoomId,
    seat_id: SeatId | None,
    kind: CaseKind,
    step: str,
    code: str = "",
) -> CaseRow:
    """The undecided case of a subject, with `step` as its newest; opened where there is none.

    `seat_id` None: it is about the room itself.
    """
    by = actor if isinstance(actor, Staff) and step == OPENED else None  # never who reported
    row = await undecided_case(work, room_id, seat_id)
    if row is None:
        row = CaseRow(
            room_id=room_id,
            seat_id=seat_id,
            kind=kind,
            opened_at=work.clock.now(),
            opened_by=by.id if by else None,
            version=0,
        )
        work.db.add(row)
        await work.db.flush()
    row.kind = kind_of((row.kind, kind))
    await note_step(work, by, row, step, code=code)
    return row


async def open_case(
    work: Work, actor: Actor, *, room_id: RoomId, seat_id: SeatId | None
) -> CaseRow:
    """A moderator saw it themselves: the case to act on, without anybody's report.

    Raises `NotFound` for who decides no cases, and where it would be about themselves.
    """
    staff = cases_to_see(actor)
    if not may(staff, Permission.CASE_DECIDE):
        raise NotFound
    if seat_id is not None and await staff_in_subject(work, seat_id) == staff.id:
        raise NotFound
    row = await undecided_case(work, room_id, seat_id)
    if row is not None:
        return row
    kind = CaseKind.ROOM if seat_id is None else CaseKind.CONDUCT
    return await case_about(work, staff, room_id=room_id, seat_id=seat_id, kind=kind, step=OPENED)


async def note_flag(
    work: Work,
    actor: System,
    *,
    room_id: RoomId,
    seat_id: SeatId | None,
    what: FlagKind,
    message_id: MessageId | None = None,
    seq: int | None = None,
) -> CaseRow:
    """What a machine noticed joins the case of its subject. It holds, hides and decides nothing.

    The same joins a case once: what goes on and on keeps nobody from deciding.
    """
    known = await undecided_case(work, room_id, seat_id)
    if known is not None and await is_flagged(work, known.id, what):
        return known
    kind, _ = FLAGS[what]
    row = await case_about(
        work, actor, room_id=room_id, seat_id=seat_id, kind=kind, step="flagged", code=what.value
    )
    flag = FlagRow(case_id=row.id, what=what, at=work.clock.now(), message_id=message_id, seq=seq)
    work.db.add(flag)
    return row
