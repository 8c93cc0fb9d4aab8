"""What a measure does when it begins and when it ends; each is told to whom it is about."""

from __future__ import annotations

from holdfast.audit.actions import record
from holdfast.audit.rules import fingerprint
from holdfast.kit.work import Work
from holdfast.moderation.events import MeasureEnded, MeasureTaken
from holdfast.moderation.queries.measures import hush_in_force, in_force_on, pause_in_force
from holdfast.moderation.rules.measures import Ending, MeasureKind, MeasureState
from holdfast.moderation.tables import MeasureRow
from holdfast.rights.rules import Staff, System
from holdfast.rooms.actions import close_room, end_guidance, reopen_room, set_hush, set_pause
from holdfast.rooms.actions import slow_room as slow
from holdfast.rooms.queries import room_named
from holdfast.rooms.rules.guiding import Guidance

FOR_CARE = "care"  # why a room is closed by a measure


async def begin(work: Work, actor: Staff, row: MeasureRow) -> None:
    """From now on it is in force. What changes a room's order follows from the event."""
    row.state = MeasureState.IN_FORCE
    await work.db.flush()
    match row.kind:
        case MeasureKind.HUSH | MeasureKind.PAUSE | MeasureKind.REMOVE:
            await settle_stops(work, actor, row)
        case MeasureKind.HIDE:
            await _instead_of_hold(work, actor, row)
        case MeasureKind.CLOSE_ROOM:
            await close_room(work, actor, room_id=row.room_id, why=FOR_CARE)
        case MeasureKind.SLOW:
            await _slow(work, actor, row)
    await note_measure(work, actor, row, "taken")
    taken = MeasureTaken(row.id, row.kind, row.rule, row.room_id, row.member_id, row.until)
    work.announce(taken)


async def _slow(work: Work, actor: Staff, row: MeasureRow) -> None:
    room, until = await room_named(work, row.room_id), row.until or work.clock.now()
    await slow(work, actor, slug=room.slug, seconds=row.seconds or 0, until=until)


async def _instead_of_hold(work: Work, actor: Staff, row: MeasureRow) -> None:
    """A message on hold that stays out of the room: the room hears nothing more of it."""
    if row.message_id is None:
        return
    hold = await in_force_on(work, MeasureKind.HOLD, row.message_id)
    if hold is not None:
        row.done_at = hold.done_at
        await end(work, actor, hold, Ending.DECIDED)


async def end(work: Work, actor: Staff | System, row: MeasureRow, how: Ending) -> None:
    """It holds no longer; once. What it took from a room comes back by the event."""
    waited = row.state is MeasureState.WAITING
    row.state, row.ended_how, row.ended_at = MeasureState.ENDED, how, work.clock.now()
    row.ended_by = actor.id if isinstance(actor, Staff) else None
    await work.db.flush()
    await note_measure(work, actor, row, "ended")
    if waited:
        return
    match row.kind:
        case MeasureKind.HUSH | MeasureKind.PAUSE | MeasureKind.REMOVE:
            await settle_stops(work, actor, row)
        case MeasureKind.CLOSE_ROOM:
            await reopen_room(work, actor, room_id=row.room_id)
        case MeasureKind.SLOW if how is not Ending.TIME:  # by the clock it ends where it stands
            room = await room_named(work, row.room_id)
            await end_guidance(work, actor, slug=room.slug, kind=Guidance.SLOW)
    work.announce(MeasureEnded(row.id, row.kind, how, row.room_id, row.member_id))


async def settle_stops(work: Work, actor: Staff | System, row: MeasureRow) -> None:
    """Whoever a hush or pause is about is stopped by what holds now: by the longest, or nothing."""
    if row.kind is MeasureKind.HUSH and row.seat_id is not None:
        stop = await hush_in_force(work, row.seat_id)
        await set_hush(work, actor, seat_id=row.seat_id, stop=stop)
    elif row.kind is not MeasureKind.HUSH and row.member_id is not None:
        stop = await pause_in_force(work, row.member_id)
        await set_pause(work, actor, member_id=row.member_id, stop=stop)


async def note_measure(work: Work, actor: Staff | System, row: MeasureRow, what: str) -> None:
    """In the record: which measure, by which rule, until when. The reason as its fingerprint."""
    detail: dict[str, str | int] = {
        "case": row.case_id,
        "kind": row.kind.value,
        "rule": row.rule,
        "reason": fingerprint(row.reason),
    }
    if row.until is not None:
        detail["until"] = round(row.until.timestamp())
    if row.ended_how is not None:
        detail["how"] = row.ended_how.value
    await record(work, actor, what=f"measure:{what}", about=f"measure:{row.id}", detail=detail)
