"""Listening sessions, as their two people and those who were called see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import func, or_, select

from holdfast.kit.ids import ListeningId, MemberId, RoomId, StaffId
from holdfast.kit.work import Work
from holdfast.listening.queries.hands import guard_told, hand_up
from holdfast.listening.queries.seals import opened, place_of_note, place_of_summary
from holdfast.listening.rules.sessions import (
    Ending,
    HandOverState,
    HandState,
    Side,
    ending_is_planned,
    fades_at,
    may_meet_again,
)
from holdfast.listening.tables import FeedbackRow, HandOverRow, HandRow, ListeningRow
from holdfast.messages.tables import MessageRow
from holdfast.rights.rules import Actor, Member, Staff
from holdfast.rooms.tables import RoomRow, SeatRow
from holdfast.sealing.seam import Keyring
from holdfast.staff.queries import name_of

FEWEST_ANSWERS = 10  # below which nothing is said of a listener


class Talk(Struct, frozen=True):
    """A session as one who sits in it sees it. `side` None: somebody of the staff who came."""

    id: ListeningId
    slug: str
    room_id: RoomId
    side: Side | None
    began_at: datetime
    number: int  # which one of these two's
    is_last: bool  # of these two's
    ending_is_planned: bool
    reasons: tuple[str, ...]
    ends_at: datetime | None  # by itself, if nobody says anything more
    is_soon: bool  # the house has said so
    paused_by: Side | None
    ended_at: datetime | None
    ended_how: Ending | None
    ended_by: Side | None
    hand_up: bool
    staff: tuple[str, ...]  # who of the staff sits there
    hand_over: HandOverState | None
    summary: str  # as it stands; for the two of them
    may_return: bool  # I can say that I would like to talk with them again
    my_wish: bool | None
    both_wish: bool
    may_answer: bool  # the three questions wait for me
    was_hard: bool
    note: str
    earlier_for: str | None  # who was called and could be shown what was said before they came
    guard: str | None  # what I am told of the guard: looking | goes_on | ends


async def session_in(work: Work, room_id: RoomId) -> ListeningRow | None:
    """The session of a listening room; none before its ask was taken."""
    its = ListeningRow.room_id == room_id
    found: ListeningRow | None = await work.db.scalar(select(ListeningRow).where(its))
    return found


def side_of(row: ListeningRow, actor: Actor) -> Side | None:
    """Which of the two somebody is."""
    if not isinstance(actor, Member):
        return None
    return {row.asker_id: Side.ASKER, row.listener_id: Side.LISTENER}.get(actor.id)


async def talk_in(work: Work, actor: Actor, keyring: Keyring, room_id: RoomId) -> Talk | None:
    """The session of a room for somebody who sits there: their seat was checked at the door."""
    row = await session_in(work, room_id)
    if row is None or (side_of(row, actor) is None and not isinstance(actor, Staff)):
        return None
    return await _talk(work, actor, keyring, row)


async def my_talks(work: Work, actor: Member, keyring: Keyring) -> list[Talk]:
    """The sessions I am or was in, the newest first."""
    mine = or_(ListeningRow.asker_id == actor.id, ListeningRow.listener_id == actor.id)
    query = select(ListeningRow).where(mine).order_by(ListeningRow.id.desc()).limit(50)
    return [await _talk(work, actor, keyring, row) for row in await work.db.scalars(query)]


async def _talk(work: Work, actor: Actor, keyring: Keyring, row: ListeningRow) -> Talk:
    side, over = side_of(row, actor), await hand_over_in(work, row.id)
    slug = await work.db.scalar(select(RoomRow.slug).where(RoomRow.id == row.room_id))
    own, other = _wishes(row, side)
    staff = await _staff_in(work, row.room_id)
    return Talk(
        id=row.id,
        slug=slug or "",
        room_id=row.room_id,
        side=side,
        began_at=row.began_at,
        number=row.number,
        is_last=not may_meet_again(row.number),
        ending_is_planned=ending_is_planned(row.number),
        reasons=tuple(row.reasons.split()),
        ends_at=None if row.ended_at else fades_at(row.last_at, row.paused_at),
        is_soon=row.told_at is not None and row.ended_at is None,
        paused_by=row.paused_by,
        ended_at=row.ended_at,
        ended_how=row.ended_how,
        ended_by=row.ended_by,
        hand_up=await hand_up(work, row.id) is not None,
        staff=tuple(staff),
        hand_over=None if over is None else over.state,
        summary=await _summary(actor, keyring, over, side),
        may_return=_may_return(row, side),
        my_wish=own,
        both_wish=bool(own and other),
        may_answer=side is Side.ASKER and row.ended_at is not None and not row.has_answered,
        was_hard=row.was_hard,
        note=await _note(actor, keyring, row, side),
        earlier_for=staff[-1] if staff and side is Side.ASKER and row.earlier_to is None else None,
        guard=await guard_told(work, row, side),
    )


def _wishes(row: ListeningRow, side: Side | None) -> tuple[bool | None, bool | None]:
    match side:
        case Side.ASKER:
            return row.asker_again, row.listener_again
        case Side.LISTENER:
            return row.listener_again, row.asker_again
    return None, None


PARTED = {Ending.NOT_FITTING, Ending.GUARD}
"""Endings after which nobody is asked whether they would like to talk again."""


def _may_return(row: ListeningRow, side: Side | None) -> bool:
    if side is None or row.ended_at is None or row.ended_how in PARTED:
        return False
    here = row.asker_id is not None and row.listener_id is not None
    return here and may_meet_again(row.number)


async def _summary(
    actor: Actor, keyring: Keyring, row: HandOverRow | None, side: Side | None
) -> str:
    if row is None or side is None:
        return ""
    return await opened(keyring, actor, row.words, row.key_id, place_of_summary(row))


async def _note(actor: Actor, keyring: Keyring, row: ListeningRow, side: Side | None) -> str:
    if side is not Side.LISTENER:
        return ""
    return await opened(keyring, actor, row.note, row.note_key_id, place_of_note(row))


async def _staff_in(work: Work, room_id: RoomId) -> list[str]:
    return [await name_of(work, one) for one in await staff_here(work, room_id)]


async def staff_here(work: Work, room_id: RoomId) -> list[StaffId]:
    """Who of the staff sits in a room now; who came last is last."""
    its = SeatRow.room_id == room_id, SeatRow.staff_id.is_not(None), SeatRow.left_at.is_(None)
    query = select(SeatRow.staff_id).where(*its).order_by(SeatRow.taken_at, SeatRow.id)
    return [one for one in await work.db.scalars(query) if one is not None]


async def hand_over_in(work: Work, session_id: ListeningId) -> HandOverRow | None:
    """The newest hand-over of a session."""
    its = select(HandOverRow).where(HandOverRow.session_id == session_id)
    found: HandOverRow | None = await work.db.scalar(its.order_by(HandOverRow.id.desc()).limit(1))
    return found


async def times_together(work: Work, asker: MemberId, listener: MemberId) -> int:
    """How often these two talked."""
    its = ListeningRow.asker_id == asker, ListeningRow.listener_id == listener
    return (await work.db.execute(select(func.count()).where(*its))).scalar_one()


async def open_sessions(work: Work) -> Sequence[ListeningRow]:
    """Every session that goes on."""
    query = select(ListeningRow).where(ListeningRow.ended_at.is_(None)).order_by(ListeningRow.id)
    return (await work.db.scalars(query)).all()


async def said_last(work: Work, rooms: Sequence[RoomId]) -> dict[RoomId, datetime]:
    """When something was said last in each of these rooms."""
    query = (
        select(MessageRow.room_id, func.max(MessageRow.written_at))
        .where(MessageRow.room_id.in_(rooms))
        .group_by(MessageRow.room_id)
    )
    found = (await work.db.execute(query)).all()
    return {row[0]: row[1] for row in found}


async def trend_of(work: Work, listener: MemberId) -> dict[str, float] | None:
    """What members said of a listener, as shares of yes; nothing below ten answers.

    It changes with each whole ten, so that nobody can tell from it what one person answered.
    """
    query = select(FeedbackRow).where(FeedbackRow.listener_id == listener).order_by(FeedbackRow.row)
    rows = (await work.db.scalars(query)).all()
    rows = rows[: len(rows) // FEWEST_ANSWERS * FEWEST_ANSWERS]
    if not rows:
        return None
    count = 2 * len(rows)
    return {
        "answers": len(rows),
        "heard": sum(row.heard for row in rows) / count,
        "safe": sum(row.safe for row in rows) / count,
        "again": sum(row.again for row in rows) / count,
    }


async def raised(work: Work, session_id: ListeningId) -> Sequence[HandRow]:
    """Every time a hand was raised in a session."""
    its = HandRow.session_id == session_id
    return (await work.db.scalars(select(HandRow).where(its).order_by(HandRow.id))).all()


def is_up(row: HandRow) -> bool:
    """Whether somebody still waits."""
    return row.state is HandState.RAISED
