"""Who opened a sealed line, when and why: for the member whose line it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import select

from holdfast.kit.cipher import RootKey
from holdfast.kit.clock import stamp
from holdfast.kit.ids import EscalationId, MemberId, OpeningId, StaffId
from holdfast.kit.work import Work
from holdfast.rights.rules import Actor, Member, Permission, Staff, may
from holdfast.staff.queries import name_of
from holdfast.wellbeing.queries.seals import seal_of
from holdfast.wellbeing.rules.openings import READ_WITHIN
from holdfast.wellbeing.tables import LineOpeningRow, SealedLineRow


class Opening(Struct, frozen=True):
    """An opening, told to the member: both names, the time, and the reason as it was written."""

    id: OpeningId
    asked_by: str
    approved_by: str
    opened_at: datetime
    reason: str
    told_at: datetime | None


class OpeningAsked(Struct, frozen=True):
    """An opening on its way, for those at the desk who may open a line: who, when and why."""

    id: OpeningId
    asked_by: StaffId
    asked_name: str
    reason: str
    at: datetime
    approved_by: StaffId | None
    approved_name: str
    approved_at: datetime | None


def reason_spot(escalation: EscalationId, asked_by: StaffId) -> bytes:
    """Where the reason of an opening lies, so that nobody else's can be put in its place."""
    return b"why|%d|%d" % (escalation, asked_by)


async def reason_of(work: Work, root: RootKey, row: LineOpeningRow, reader: Actor) -> str:
    """Why an opening was asked for, for whoever is to say yes to it and for the member."""
    seal = await seal_of(work, root, row.member_id)
    spot = reason_spot(row.escalation_id, row.asked_by)
    return seal.open(row.reason, spot, reader) if seal else ""


async def openings_of(work: Work, root: RootKey, member: Member) -> list[Opening]:
    """Every time my sealed line was opened, the newest first."""
    return [
        Opening(
            id=row.id,
            asked_by=await name_of(work, row.asked_by),
            approved_by=await name_of(work, row.approved_by) if row.approved_by else "",
            opened_at=row.opened_at,
            reason=await reason_of(work, root, row, member),
            told_at=row.told_at,
        )
        for row in await _opened(work, member.id)
        if row.opened_at is not None
    ]


async def _opened(work: Work, member_id: MemberId) -> Sequence[LineOpeningRow]:
    query = (
        select(LineOpeningRow)
        .where(LineOpeningRow.member_id == member_id, LineOpeningRow.opened_at.is_not(None))
        .order_by(LineOpeningRow.id.desc())
    )
    return (await work.db.scalars(query)).all()


async def is_opening_untold(work: Work, member_id: MemberId) -> bool:
    """Whether my line was opened and I have not been shown who did, once it can be read no more."""
    query = select(LineOpeningRow.id).where(
        LineOpeningRow.member_id == member_id,
        LineOpeningRow.opened_at.is_not(None),
        LineOpeningRow.told_at.is_(None),
        LineOpeningRow.approved_at < work.clock.now() - READ_WITHIN,
    )
    return await work.db.scalar(query.limit(1)) is not None


async def has_sealed_line(work: Work, member_id: MemberId) -> bool:
    """Whether a member left a line; the desk may know that much and no more."""
    query = select(SealedLineRow.member_id).where(SealedLineRow.member_id == member_id)
    return await work.db.scalar(query) is not None


async def opening_asked(
    work: Work, root: RootKey, reader: Staff, *, member_id: MemberId, escalation_id: EscalationId
) -> OpeningAsked | None:
    """The newest opening asked for in an escalation, and how far it has come: for the desk.

    Nothing for a reader who may open no sealed line.
    """
    query = (
        select(LineOpeningRow)
        .where(LineOpeningRow.member_id == member_id, LineOpeningRow.escalation_id == escalation_id)
        .order_by(LineOpeningRow.id.desc())
        .limit(1)
    )
    row = await work.db.scalar(query)
    if row is None or not may(reader, Permission.SEALED_LINE_OPEN):
        return None
    return OpeningAsked(
        id=row.id,
        asked_by=row.asked_by,
        asked_name=await name_of(work, row.asked_by),
        reason=await reason_of(work, root, row, reader),
        at=row.at,
        approved_by=row.approved_by,
        approved_name=await name_of(work, row.approved_by) if row.approved_by else "",
        approved_at=row.approved_at,
    )


async def kept_of_openings(work: Work, root: RootKey, member: Member) -> list[dict[str, Any]]:
    """What is kept of them, for the member's own export."""
    return [
        {
            "asked_by": one.asked_by,
            "approved_by": one.approved_by,
            "opened_at": stamp(one.opened_at),
            "reason": one.reason,
            "told_at": stamp(one.told_at) if one.told_at else None,
        }
        for one in await openings_of(work, root, member)
    ]
