"""The only doors to a measure or an appeal, for an id that came from outside."""

from __future__ import annotations

from sqlalchemy import select

from holdfast.kit.errors import NotFound, NotPermitted
from holdfast.kit.ids import AppealId, MeasureId, RoomId, SeatId
from holdfast.kit.work import Work
from holdfast.moderation.queries.cases import hold_case, is_reporter, staff_in_subject
from holdfast.moderation.rules.appeals import AppealState, OwnMeasure
from holdfast.moderation.rules.cases import AlreadyDone, OwnCase
from holdfast.moderation.rules.measures import BY_TWO, MeasureState, NeedsTwo, may_take
from holdfast.moderation.tables import AppealRow, MeasureRow
from holdfast.rights.rules import Actor, Member, Permission, Staff, may
from holdfast.rooms.access import room_to_see
from holdfast.rooms.tables import SeatRow


async def measure_in_hand(work: Work, measure_id: int) -> MeasureRow:
    """A measure, after the member it is about and its case: always in this order."""
    its = MeasureRow.id == MeasureId(measure_id)
    case_id = await work.db.scalar(select(MeasureRow.case_id).where(its))
    if case_id is None:
        raise NotFound
    await hold_case(work, case_id)
    return (await work.db.scalars(select(MeasureRow).where(its).with_for_update())).one()


async def subject_in_room(
    work: Work, actor: Actor, slug: str, seat: str | None
) -> tuple[RoomId, SeatId | None]:
    """An open room, and a seat in it by its handle, to take a measure about. Raises `NotFound`."""
    if not isinstance(actor, Staff) or not may(actor, Permission.CASE_DECIDE):
        raise NotFound
    room = await room_to_see(work, actor, slug)
    if seat is None:
        return room.id, None
    its = SeatRow.room_id == room.id, SeatRow.handle == seat
    found = await work.db.scalar(select(SeatRow.id).where(*its))
    if found is None:
        raise NotFound
    return room.id, found


async def measure_to_agree(work: Work, actor: Actor, measure_id: int) -> tuple[Staff, MeasureRow]:
    """A measure that waits for its second person. Raises `NotFound`, `NotPermitted`, `NeedsTwo`,
    `OwnCase` for who reported it, `AlreadyDone` where somebody agreed or it was taken back.
    """
    staff, row = await _measure_to_take(work, actor, measure_id)
    if row.by == staff.id:
        raise NeedsTwo
    if await is_reporter(work, staff.id, row.case_id):
        raise OwnCase
    if row.state is not MeasureState.WAITING:
        raise AlreadyDone
    return staff, row


async def measure_to_lift(work: Work, actor: Actor, measure_id: int) -> tuple[Staff, MeasureRow]:
    """A measure that holds, or waits for its second person. Raises `NotFound`, `NotPermitted`,
    `AlreadyDone` where it is over.
    """
    staff, row = await _measure_to_take(work, actor, measure_id)
    if row.state is MeasureState.ENDED:
        raise AlreadyDone
    return staff, row


async def _measure_to_take(work: Work, actor: Actor, measure_id: int) -> tuple[Staff, MeasureRow]:
    """One of a kind that they may take themselves, and that is not about them."""
    if not isinstance(actor, Staff) or not may(actor, Permission.CASE_SEE):
        raise NotFound
    row = await measure_in_hand(work, measure_id)
    if await staff_in_subject(work, row.seat_id) == actor.id:
        raise NotFound
    if not may_take(actor, row.kind):
        raise NotPermitted
    return actor, row


async def own_measure(work: Work, actor: Actor, measure_id: int) -> tuple[Member, MeasureRow]:
    """A measure that is about me. Raises `NotFound` for anybody else's, and for one that never
    began.
    """
    if not isinstance(actor, Member):
        raise NotFound
    row = await measure_in_hand(work, measure_id)
    if row.member_id != actor.id or (row.kind in BY_TWO and row.agreed_at is None):
        raise NotFound
    return actor, row


def appeals_to_see(actor: Actor) -> Staff:
    """Raises `NotFound` for who reads no appeals."""
    if not isinstance(actor, Staff) or not may(actor, Permission.APPEAL_JUDGE):
        raise NotFound
    return actor


async def appeal_to_judge(
    work: Work, actor: Actor, appeal_id: int
) -> tuple[Staff, AppealRow, MeasureRow]:
    """An appeal that waits, for somebody who had no part in the measure, nor reported anything.

    Raises `NotFound`, `OwnMeasure`, `OwnCase`, `AlreadyDone`.
    """
    staff, its = appeals_to_see(actor), AppealRow.id == AppealId(appeal_id)
    measure_id = await work.db.scalar(select(AppealRow.measure_id).where(its))
    if measure_id is None:
        raise NotFound
    measure = await measure_in_hand(work, measure_id)
    row = (await work.db.scalars(select(AppealRow).where(its).with_for_update())).one()
    if await staff_in_subject(work, row.seat_id) == staff.id:
        raise NotFound
    if staff.id in {measure.by, measure.agreed_by}:
        raise OwnMeasure
    if await is_reporter(work, staff.id, measure.case_id):
        raise OwnCase
    if row.state is not AppealState.WAITING:
        raise AlreadyDone
    return staff, row, measure
