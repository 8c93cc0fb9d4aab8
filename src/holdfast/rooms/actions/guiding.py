"""Guiding the talk in a room: its topic of the hour, its pin, its pace; and closing it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from holdfast.audit.actions import record
from holdfast.kit.ids import RoomId
from holdfast.kit.turns import Turn, take_turn
from holdfast.kit.work import Work
from holdfast.rights.rules import Actor, Staff, System
from holdfast.rooms.access import room_to_guide
from holdfast.rooms.events import RoomGuided, RoomStateChanged
from holdfast.rooms.queries.guiding import first_of, guidance_over, standing
from holdfast.rooms.queries.places import room_named, room_to_change
from holdfast.rooms.rules.guiding import (
    CLOSED_BECAUSE,
    Guidance,
    pace,
    stands_until,
    topic_of_the_hour,
)
from holdfast.rooms.tables import GuidanceRow, RoomRow, RoomState


async def set_topic(work: Work, actor: Actor, *, slug: str, topic: str, until: datetime) -> None:
    """Give a room a topic of the hour; then its own topic is back.

    Raises `NotFound`, `NotOnShift`, `Malformed`.
    """
    room = await room_to_guide(work, actor, slug)
    words = topic_of_the_hour(topic)
    end = stands_until(until, work.clock.now())
    await _put(work, actor, room, Guidance.TOPIC, value=words, until=end)


async def slow_room(work: Work, actor: Actor, *, slug: str, seconds: int, until: datetime) -> None:
    """Let each member wait a little between one message and the next, until a time."""
    room = await room_to_guide(work, actor, slug)
    end = stands_until(until, work.clock.now())
    await _put(work, actor, room, Guidance.SLOW, value=str(pace(seconds)), until=end)


async def end_guidance(work: Work, actor: Actor, *, slug: str, kind: Guidance) -> None:
    """Take the topic, the pin or the pace away. Doing it twice does nothing more."""
    room = await room_to_guide(work, actor, slug)
    if kind is not Guidance.CLOSED:
        await _take_away(work, actor, room, kind)


async def pin_at(work: Work, actor: Actor, *, room: RoomRow, seq: int) -> None:
    """Pin the message at this place, which is known to stand there; another one is unpinned."""
    await _put(work, actor, room, Guidance.PINNED, value=str(seq))


async def unpin_gone(work: Work, actor: System, *, room_id: RoomId, seq: int) -> None:
    """A message that was taken back or hidden is pinned no longer."""
    row = await standing(work, room_id, Guidance.PINNED)
    if row is not None and row.value == str(seq):
        await _take_away(work, actor, await room_named(work, room_id), Guidance.PINNED)


async def pin_again(work: Work, actor: System, *, room_id: RoomId, seq: int) -> None:
    """A message that was out of sight for a while is at the top again, where nothing else is."""
    room = await room_to_change(work, room_id)
    if await standing(work, room_id, Guidance.PINNED) is None:
        await pin_at(work, actor, room=room, seq=seq)


async def end_what_is_over(work: Work, actor: System) -> None:
    """Topics and paces whose time has come stand no longer."""
    await take_turn(work, Turn.GUIDANCE)
    for row in await guidance_over(work):
        await _take_away(work, actor, await room_named(work, row.room_id), row.kind)


async def close_room(work: Work, actor: Staff | System, *, room_id: RoomId, why: str) -> None:
    """Nobody writes here from now on; its members can read it, and why it is closed.

    Who may close a room, and with whom, was asked where it was decided. Raises `ValueError` for a
    reason that is none of the list.
    """
    if why not in CLOSED_BECAUSE:
        raise ValueError(f"a room is closed because of: {', '.join(CLOSED_BECAUSE)}")
    room = await room_to_change(work, room_id)
    if room.state is RoomState.CLOSED:
        return
    await record(work, actor, what="room:closed", about=f"room:{room_id}", why=why)
    row = GuidanceRow(
        room_id=room_id, kind=Guidance.CLOSED, value=why, at=work.clock.now(), by=_by(actor)
    )
    work.db.add(row)
    room.state, room.state_until = RoomState.CLOSED, None
    await work.db.flush()
    work.announce(RoomStateChanged(room_id, RoomState.CLOSED, None))
    if (first := await first_of(work, room_id)) is not None:
        work.announce(RoomGuided(first.id, first.state, first.state_until, {"second": None}))


async def reopen_room(work: Work, actor: Staff | System, *, room_id: RoomId) -> None:
    """One may write here again: quiet at first, then as the rota says, within seconds."""
    room = await room_to_change(work, room_id)
    if room.state is not RoomState.CLOSED:
        return
    await record(work, actor, what="room:reopened", about=f"room:{room_id}")
    await _end(work, actor, room_id, Guidance.CLOSED)
    room.state = RoomState.QUIET
    await work.db.flush()
    work.announce(RoomStateChanged(room_id, RoomState.QUIET, None))
    if (first := await first_of(work, room_id)) is not None:
        work.announce(RoomGuided(first.id, first.state, first.state_until, {"second": room.slug}))


async def _put(
    work: Work,
    actor: Actor,
    room: RoomRow,
    kind: Guidance,
    *,
    value: str,
    until: datetime | None = None,
) -> None:
    await room_to_change(work, room.id)
    detail = {"until": round(until.timestamp())} if until else None
    await record(work, actor, what=f"room:{kind}", about=f"room:{room.id}", detail=detail)
    await _end(work, actor, room.id, kind)
    row = GuidanceRow(
        room_id=room.id, kind=kind, value=value, at=work.clock.now(), by=_by(actor), until=until
    )
    work.db.add(row)
    await work.db.flush()
    _tell(work, room, kind, value)


async def _take_away(work: Work, actor: Actor, room: RoomRow, kind: Guidance) -> None:
    if await _end(work, actor, room.id, kind):
        if isinstance(actor, Staff):
            await record(work, actor, what=f"room:{kind}_ended", about=f"room:{room.id}")
        _tell(work, room, kind, "")


async def _end(work: Work, actor: Actor, room_id: RoomId, kind: Guidance) -> bool:
    """Whether anything of this kind stood there until now."""
    row = await standing(work, room_id, kind)
    if row is None:
        return False
    row.ended_at, row.ended_by = work.clock.now(), _by(actor)
    await work.db.flush()
    return True


def _tell(work: Work, room: RoomRow, kind: Guidance, value: str) -> None:
    """Those in the room learn what is new; without a value, that it stands no longer."""
    work.announce(RoomGuided(room.id, room.state, room.state_until, _said(room, kind, value)))


def _said(room: RoomRow, kind: Guidance, value: str) -> dict[str, Any]:
    match kind:
        case Guidance.TOPIC:
            return {"topic": value or room.topic}
        case Guidance.PINNED:
            return {"pinned": int(value) if value else None}
        case Guidance.SLOW:
            return {"slow": int(value or 0)}
        case Guidance.CLOSED:
            return {}  # the room's state says it


def _by(actor: Actor) -> Any:
    return actor.id if isinstance(actor, Staff) else None
