"""What others ask of circles: whom they are hosted by, and which meetings they do not reach."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, exists, select

from holdfast.circles.queries.circles import GOING
from holdfast.circles.tables import CircleRow
from holdfast.kit.ids import MemberId
from holdfast.kit.work import Work
from holdfast.meetings.tables import MeetingRow
from holdfast.rooms.tables import RoomRow, SeatRow


async def hosted_by(work: Work, members: Collection[MemberId]) -> dict[MemberId, tuple[str, str]]:
    """The newest circle each of them hosts now, and their name there: no other name of theirs."""
    query = (
        select(SeatRow.member_id, RoomRow.name, SeatRow.pseudonym)
        .join(CircleRow, CircleRow.host_id == SeatRow.id)
        .join(RoomRow, RoomRow.id == CircleRow.room_id)
        .where(GOING, SeatRow.left_at.is_(None), SeatRow.member_id.in_(members))
        .order_by(CircleRow.begun_at)
    )
    found = await work.db.execute(query)
    return {who: (room, name) for who, room, name in found if who is not None}


def meets_beyond_its_end() -> ColumnElement[bool]:
    """Of a meeting: that its circle will have ended by then, also where it ends early."""
    its = CircleRow.room_id == MeetingRow.room_id, CircleRow.ends_at <= MeetingRow.starts_at
    return exists().where(*its).correlate(MeetingRow)
