"""What was decided about a member, as they see it themselves: what, why, until when, what now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import select

from holdfast.kit.ids import MeasureId, MemberId
from holdfast.kit.work import Work
from holdfast.messages.queries import Reader
from holdfast.messages.queries.hidden import message_named
from holdfast.moderation.queries.appeals import ANSWER, APPEAL
from holdfast.moderation.queries.appeals import opened as opened_in_appeal
from holdfast.moderation.queries.measures import REWRITE, WORDS, opened
from holdfast.moderation.rules.appeals import AppealState, may_appeal
from holdfast.moderation.rules.measures import (
    OF_ROOMS,
    TAKEN_BACK,
    Ending,
    MeasureKind,
    MeasureState,
)
from holdfast.moderation.tables import AppealRow, MeasureRow
from holdfast.rooms.tables import RoomRow


class MyAppeal(Struct, frozen=True):
    """What I wrote, by when somebody answers, and what they said."""

    state: AppealState
    words: str
    at: datetime
    due_at: datetime
    answer: str
    judged_at: datetime | None


class MyMeasure(Struct, frozen=True):
    """One measure about me. Who took it is not told; that somebody else reads an appeal is."""

    id: MeasureId
    kind: MeasureKind
    rule: str
    slug: str
    room_name: str
    said: str  # my own words, where it is about a message that I have not taken back
    note: str
    rewrite: str
    at: datetime
    until: datetime | None
    in_force: bool
    ended_at: datetime | None
    ended_how: Ending | None
    appeal: MyAppeal | None
    may_appeal: bool
    may_say_anew: bool


async def measures_about(work: Work, reader: Reader, member_id: MemberId) -> list[MyMeasure]:
    """Everything that was decided about me, the newest first."""
    return await _mine(work, reader, MeasureRow.member_id == member_id)


async def measure_about(work: Work, reader: Reader, measure_id: MeasureId) -> MyMeasure:
    """One of them; that it is mine was asked at the door."""
    return (await _mine(work, reader, MeasureRow.id == measure_id))[0]


async def _mine(work: Work, reader: Reader, *where: Any) -> list[MyMeasure]:
    query = (
        select(MeasureRow, AppealRow, RoomRow.slug, RoomRow.name)
        .join(RoomRow, RoomRow.id == MeasureRow.room_id)
        .outerjoin(AppealRow, AppealRow.measure_id == MeasureRow.id)
        .where(*where, MeasureRow.kind.not_in(OF_ROOMS), _told())
        .order_by(MeasureRow.at.desc(), MeasureRow.id.desc())
    )
    found = (await work.db.execute(query)).all()
    keys = [row.MeasureRow.key_id for row in found if row.MeasureRow.key_id]
    keys += [row.AppealRow.key_id for row in found if row.AppealRow]
    await reader.keyring.in_hand(keys)
    return [await _one(work, reader, row) for row in found]


def _told() -> Any:
    """What waits for a second person has not happened; what they did not agree to, neither."""
    not_agreed = MeasureRow.ended_how.is_distinct_from(Ending.NOT_AGREED)
    begun = MeasureRow.agreed_at.is_not(None) | (MeasureRow.kind != MeasureKind.REMOVE)
    return (MeasureRow.state != MeasureState.WAITING) & not_agreed & begun


async def _one(work: Work, reader: Reader, found: Any) -> MyMeasure:
    row: MeasureRow = found.MeasureRow
    appeal: AppealRow | None = found.AppealRow
    said = None
    if row.message_id is not None:
        said = await message_named(work, reader, row.message_id)
    rewrite = opened(reader.keyring, reader, row, REWRITE)
    in_force = row.state is MeasureState.IN_FORCE
    return MyMeasure(
        row.id,
        row.kind,
        row.rule,
        found.slug,
        found.name,
        said.text if said else "",
        opened(reader.keyring, reader, row, WORDS),
        rewrite,
        row.at,
        row.until,
        in_force,
        row.ended_at,
        row.ended_how,
        _appeal(reader, appeal) if appeal is not None else None,
        appeal is None and row.kind in TAKEN_BACK and may_appeal(row.at, work.clock.now()),
        bool(rewrite) and in_force and row.kind is MeasureKind.HIDE,
    )


def _appeal(reader: Reader, row: AppealRow) -> MyAppeal:
    return MyAppeal(
        row.state,
        opened_in_appeal(reader, row, APPEAL),
        row.at,
        row.due_at,
        opened_in_appeal(reader, row, ANSWER),
        row.judged_at,
    )
