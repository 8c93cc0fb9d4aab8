"""What those said who came in during a raid, and what was done about it."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import exists, or_, select

from holdfast.crisis.tables import SignalRow
from holdfast.kit.ids import MeasureId, MessageId, RaidId
from holdfast.kit.work import Work
from holdfast.messages.tables import HeldRow, HeldState, HiddenWordsRow, MessageRow
from holdfast.moderation.actions.together import Swept
from holdfast.raids.tables import CohortRow, RaidMeasureRow
from holdfast.rooms.tables import RoomKind, RoomRow, SeatRow


class Preview(Struct, frozen=True):
    """What taking back a cohort would do."""

    people: int
    messages: int
    waiting: int


async def seats_of(work: Work, raid: RaidId) -> list[Swept]:
    """Their seats in open rooms, in an order that says nothing of whose they are.

    With what they said there: also what they froze, which thawing would bring back.
    """
    query = (
        select(SeatRow.id, SeatRow.member_id, SeatRow.room_id)
        .join(CohortRow, CohortRow.member_id == SeatRow.member_id)
        .join(RoomRow, RoomRow.id == SeatRow.room_id)
        .where(CohortRow.raid_id == raid, RoomRow.kind == RoomKind.OPEN)
        .order_by(SeatRow.handle)
    )
    found = {
        row.id: Swept(row.member_id, row.id, row.room_id) for row in await work.db.execute(query)
    }
    frozen = exists().where(HiddenWordsRow.message_id == MessageRow.id, HiddenWordsRow.frozen)
    said = (
        select(MessageRow.seat_id, MessageRow.seq, MessageRow.id)
        .join(SeatRow, SeatRow.id == MessageRow.seat_id)
        .join(CohortRow, CohortRow.member_id == SeatRow.member_id)
        .where(CohortRow.raid_id == raid)
        .where(MessageRow.seq.is_not(None), or_(MessageRow.removed_by.is_(None), frozen))
        .order_by(MessageRow.seq)
    )
    for seat_id, seq, message_id in await work.db.execute(said):
        if seq is not None and seat_id in found:
            found[seat_id].said.append((seq, MessageId(message_id)))
    return list(found.values())


async def waiting_of(work: Work, raid: RaidId) -> list[bytes]:
    """What of theirs waits to be read, and says nothing of danger."""
    in_danger = exists().where(SignalRow.message_id == HeldRow.message_id)
    query = (
        select(HeldRow.message_id)
        .join(SeatRow, SeatRow.id == HeldRow.seat_id)
        .join(CohortRow, CohortRow.member_id == SeatRow.member_id)
        .where(CohortRow.raid_id == raid, HeldRow.state == HeldState.HELD, ~in_danger)
        .where(HeldRow.why.not_in(("concern", "care", "unread")))
        .order_by(HeldRow.held_at)
    )
    return list(await work.db.scalars(query))


async def preview_of(work: Work, raid: RaidId) -> Preview:
    """How many people and messages it is about."""
    seats = await seats_of(work, raid)
    people = len({seat.member_id for seat in seats})
    messages = sum(len(seat.said) for seat in seats)
    return Preview(people, messages, len(await waiting_of(work, raid)))


async def measures_of(work: Work, raid: RaidId) -> list[MeasureId]:
    """What was done to a cohort in one go, the latest first."""
    query = select(RaidMeasureRow.measure_id).where(RaidMeasureRow.raid_id == raid)
    return list(await work.db.scalars(query.order_by(RaidMeasureRow.measure_id.desc())))
