"""Who cannot come back any more, or has not for a year; and words no room ever saw."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, exists, or_, select

from holdfast.kit.ids import MemberId, MessageId, RoomId, SeatId
from holdfast.kit.work import Work
from holdfast.members.queries import is_frozen
from holdfast.members.tables import MemberPasskeyRow, MemberRow, SessionRow
from holdfast.messages.tables import FadingRow, HeldRow, HeldState, MessageRow
from holdfast.rooms.tables import SeatRow

AT_ONCE = 100


def _has_session(now: datetime) -> ColumnElement[bool]:
    return exists().where(SessionRow.member_id == MemberRow.id, SessionRow.ends_at > now)


def _can_come_back(now: datetime) -> ColumnElement[bool]:
    """By their words, by a passkey, or by a session or link that has not ended."""
    passkey = exists().where(MemberPasskeyRow.member_id == MemberRow.id)
    return MemberRow.phrase_lookup.is_not(None) | passkey | _has_session(now)


async def newly_out_of_reach(work: Work) -> Sequence[MemberId]:
    """Members as whom nobody can come back, of whom that was not noted yet."""
    noted = exists().where(FadingRow.member_id == MemberRow.id)
    query = select(MemberRow.id).where(~_can_come_back(work.clock.now()), ~noted)
    return (await work.db.scalars(query.order_by(MemberRow.id).limit(AT_ONCE))).all()


async def within_reach_again(work: Work) -> Sequence[MemberId]:
    """Of whom it was noted, and somebody can come back now."""
    query = select(MemberRow.id).join(FadingRow, FadingRow.member_id == MemberRow.id)
    return (await work.db.scalars(query.where(_can_come_back(work.clock.now())))).all()


async def out_of_reach_since(work: Work, since: datetime, after: int) -> Sequence[MemberId]:
    """As whom nobody could come back since then; with a number above this one."""
    query = select(FadingRow.member_id).where(
        FadingRow.since <= since, FadingRow.member_id > after, ~is_frozen(FadingRow.member_id)
    )
    return (await work.db.scalars(query.order_by(FadingRow.member_id).limit(AT_ONCE))).all()


async def unused_before(work: Work, week: date, after: int) -> Sequence[MemberId]:
    """Members seen last in this week or before it, who are not signed in anywhere."""
    query = _unused(work, week).where(MemberRow.id > after).order_by(MemberRow.id).limit(AT_ONCE)
    return (await work.db.scalars(query)).all()


async def nearly_unused(work: Work, week: date, until: date) -> Sequence[tuple[MemberId, date]]:
    """Members seen last between these weeks, who are not signed in anywhere; and in which one."""
    query = _unused(work, week).where(MemberRow.seen_week > until)
    query = query.with_only_columns(MemberRow.id, MemberRow.seen_week)
    return [(one, seen) for one, seen in await work.db.execute(query)]


def _unused(work: Work, week: date) -> Any:
    away = MemberRow.seen_week <= week, ~_has_session(work.clock.now())
    return select(MemberRow.id).where(*away, ~is_frozen(MemberRow.id))


class GivenBack(Struct, frozen=True):
    """Words that were given back to their author, a while ago."""

    id: MessageId
    room_id: RoomId
    seat_id: SeatId


async def given_back_before(work: Work, before: datetime) -> list[GivenBack]:
    """Posts that were given back before this moment, and whose words are still there."""
    query = (
        select(MessageRow.id, MessageRow.room_id, MessageRow.seat_id)
        .join(HeldRow, HeldRow.message_id == MessageRow.id)
        .join(SeatRow, SeatRow.id == MessageRow.seat_id)
        .where(HeldRow.state == HeldState.RETURNED, HeldRow.decided_at <= before)
        .where(or_(SeatRow.member_id.is_(None), ~is_frozen(SeatRow.member_id)))
        .order_by(MessageRow.row)
        .limit(AT_ONCE)
    )
    return [GivenBack(*row) for row in await work.db.execute(query)]
