"""What a reader who was away has missed, in order and with no place missing."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from msgspec.structs import replace
from sqlalchemy import select

from holdfast.kit.ids import RoomId, SeatId
from holdfast.kit.work import Work
from holdfast.messages.events import (
    Entry,
    MessageEdited,
    MessagePosted,
    MessageRemoved,
    MessageResponded,
    announced,
)
from holdfast.messages.queries import Reader, messages_after, messages_at
from holdfast.messages.tables import ChangeKind, ChangeRow, ResponseRow


async def entries_since(
    work: Work, reader: Reader, room_id: RoomId, since: int, limit: int
) -> list[Entry]:
    """Messages and changes after a seq, in order: what a reader who was away has missed.

    A message comes as it stands now, never with words since edited away or removed. It is read
    once for all who come back; what one of them does not see is left out where it is drawn.
    """
    whole = replace(reader, whole=True)
    entries: list[Entry] = list(await messages_after(work, whole, room_id, since, limit))
    changes = (
        select(ChangeRow)
        .where(ChangeRow.room_id == room_id, ChangeRow.seq > since)
        .order_by(ChangeRow.seq)
        .limit(limit)
    )
    rows = (await work.db.scalars(changes)).all()
    changed = [row.of for row in rows if row.kind in {ChangeKind.EDITED, ChangeKind.REMOVED}]
    now = {m.seq: m for m in await messages_at(work, whole, room_id, changed)}
    entries += [_change(row, now.get(row.of)) for row in rows]
    entries.sort(key=lambda entry: entry.seq)
    await _with_givers(work, room_id, entries[:limit])
    return entries[:limit]


async def _with_givers(work: Work, room_id: RoomId, entries: Sequence[Entry]) -> None:
    """Who gave which response, so that each reader can be told of those they see."""
    folded = [entry for entry in entries if isinstance(entry, MessageResponded)]
    if folded:
        given = await _responses_given(work, room_id, [entry.of for entry in folded])
        for entry in folded:
            entry.given = frozenset(given.get(entry.of, ()))


async def _responses_given(
    work: Work, room_id: RoomId, seqs: Sequence[int]
) -> dict[int, set[tuple[int, str]]]:
    query = select(ResponseRow.seq, ResponseRow.seat_id, ResponseRow.response).where(
        ResponseRow.room_id == room_id, ResponseRow.seq.in_(seqs)
    )
    given: dict[int, set[tuple[int, str]]] = {}
    for seq, seat, response in await work.db.execute(query):
        given.setdefault(seq, set()).add((seat, response))
    return given


def _change(row: ChangeRow, now: MessagePosted | None) -> Entry:
    owner = None if row.seat_id is None else SeatId(row.seat_id)
    match row.kind:
        case ChangeKind.EDITED:
            text, note = (now.text, now.note) if now else ("", None)
            return MessageEdited(
                row.room_id, row.seq, owner or SeatId(0), row.of, text, note, row.at, now
            )
        case ChangeKind.REMOVED:
            by = "author" if owner else "moderator"
            return MessageRemoved(row.room_id, row.seq, owner, row.of, by, row.at, now)
        case ChangeKind.RESPONDED:
            return MessageResponded(row.room_id, row.seq, row.of, orjson.loads(row.counts or "{}"))
        case ChangeKind.NOTE | ChangeKind.ROOM_CHANGED:
            facts = orjson.loads(row.counts or "{}")
            return announced(row.room_id, row.seq, row.kind.value, facts, row.at)
