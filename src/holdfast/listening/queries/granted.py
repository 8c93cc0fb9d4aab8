"""Rights as who grants them sees them: by whom, until when, how it went. Never who somebody is."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec import Struct
from sqlalchemy import func, select

from holdfast.kit.ids import MemberId, RightId
from holdfast.kit.work import Work
from holdfast.listening.queries.sessions import trend_of
from holdfast.listening.tables import GuardCallRow, ListeningRow
from holdfast.rights.queries import Right, standing_rights
from holdfast.rights.tables import RightRole
from holdfast.rooms.tables import SeatRow
from holdfast.staff.queries import name_of


class Granted(Struct, frozen=True):
    """A right that stands. `known_as`: the name in the room of their last talk, and no other."""

    right: Right
    staff_name: str
    granted_by: str
    known_as: str
    trend: Mapping[str, float] | None
    is_looked_at: bool  # the guard called people, and nobody has decided yet


async def granted_rights(work: Work) -> list[Granted]:
    """Every right that is not over: what ends first comes first."""
    rows = await standing_rights(work)
    listeners = {one.member_id for one in rows if one.role is RightRole.LISTENER}
    names = await _known_as(work, {one for one in listeners if one is not None})
    looked_at = await rights_looked_at(work)
    return [await _granted(work, row, names, looked_at) for row in rows]


async def _granted(
    work: Work, row: Right, names: Mapping[MemberId, str], looked_at: Collection[RightId]
) -> Granted:
    listens = row.member_id if row.role is RightRole.LISTENER else None
    return Granted(
        right=row,
        staff_name="" if row.staff_id is None else await name_of(work, row.staff_id),
        granted_by="" if row.granted_by is None else await name_of(work, row.granted_by),
        known_as="" if listens is None else names.get(listens, ""),
        trend=None if listens is None else await trend_of(work, listens),
        is_looked_at=row.id in looked_at,
    )


async def _known_as(work: Work, members: Collection[MemberId]) -> dict[MemberId, str]:
    theirs = ListeningRow.listener_id.in_(members)
    last = select(func.max(ListeningRow.id)).where(theirs).group_by(ListeningRow.listener_id)
    query = (
        select(ListeningRow.listener_id, SeatRow.pseudonym)
        .join(SeatRow, SeatRow.id == ListeningRow.listener_seat)
        .where(ListeningRow.id.in_(last))
    )
    return {who: name for who, name in await work.db.execute(query) if who is not None}


async def rights_looked_at(work: Work) -> set[RightId]:
    """The rights about which a person still has to decide."""
    query = select(GuardCallRow.right_id).where(GuardCallRow.outcome.is_(None))
    return {one for one in await work.db.scalars(query) if one is not None}
