"""Reading the record: for people, and for whoever verifies it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Select, func, select, text
from sqlalchemy.exc import OperationalError

from holdfast.audit.rules import Detail, Entry, Head, Link
from holdfast.audit.tables import AuditHeadRow, AuditRow
from holdfast.kit.ids import StaffId
from holdfast.kit.work import Work

AT_ONCE = 250  # a few thousandths of a second of hashing, then somebody else's turn
MOST_SHOWN = 200
# Past every conversion: what was put there by other means must arrive as it lies there.
LINKS = text(
    "SELECT seq, at, staff_id, role, what, about, why, detail, hash FROM audit"
    " WHERE seq > :after ORDER BY seq LIMIT :most"
)
# SQLite keeps anything in any column; read as bytes, what is no text can still be told.
WRITTEN = ("at", "staff_id", "role", "what", "about", "why", "detail")
READ_AS_BYTES = ", ".join(
    f"CASE typeof({name}) WHEN 'text' THEN CAST({name} AS BLOB)"
    f" WHEN 'blob' THEN 'blob ' || hex({name}) ELSE {name} END AS {name}"
    for name in WRITTEN
)
AS_BYTES = text(
    "SELECT CASE typeof(seq) WHEN 'text' THEN 'a word' ELSE seq END AS seq,"  # noqa: S608 - ours
    f" CASE typeof(hash) WHEN 'blob' THEN hash END AS hash, {READ_AS_BYTES}"
    " FROM audit WHERE audit.seq > :after ORDER BY audit.seq LIMIT :most"
)
WHOLE = text(
    "SELECT h.genesis, h.seq, h.hash, (SELECT max(seq) FROM audit), h.rolled"
    " FROM audit_head h WHERE h.id = 1"
)


class Record(Struct, frozen=True):
    """A row of the record as a person sees it."""

    seq: int
    at: datetime
    staff_id: StaffId | None
    role: str
    what: str
    about: str | None
    why: str | None
    detail: Detail


class Extent(Struct, frozen=True):
    """From where the record goes to where: as its head says, and as its rows do."""

    genesis: bytes
    head: Head
    last: int
    rolled: int = 0  # the last place that was rolled off

    @property
    def begins(self) -> Head:
        """What its first row stands on."""
        return Head(self.rolled, self.genesis)


async def extent_of(work: Work) -> Extent:
    """Where the record begins and ends, seen in one moment, whatever lies there."""
    found: Any = None
    try:
        found = (await work.db.execute(WHOLE)).one_or_none()
    except OperationalError as no:
        _unless_undecodable(no)
    if found is None:  # the row that says so is gone: nothing fits what is no hash
        return Extent(b"", Head(0, b""), 0)
    genesis, seq, kept, last, rolled = found
    head = Head(_number(seq), _bytes(kept))
    return Extent(_bytes(genesis), head, _number(last), _number(rolled))


def _bytes(kept: object) -> bytes:
    return kept if isinstance(kept, bytes) else b""


def _number(kept: object) -> int:
    return kept if isinstance(kept, int) else 0


async def head_to_follow(work: Work) -> Head:
    """The head, held by this work until it ends: only one at a time adds to the record."""
    asked = select(AuditHeadRow.seq, AuditHeadRow.hash).with_for_update()
    seq, kept = (await work.db.execute(asked)).one()
    return Head(seq, kept)


async def last_before(work: Work, moment: datetime, rolled: int, most: int) -> int:
    """Up to which place every row is older than this moment, but for `most` rows at once."""
    younger = select(func.min(AuditRow.seq)).where(AuditRow.at >= moment)
    first = await work.db.scalar(younger)
    last = (await work.db.scalar(select(func.max(AuditRow.seq)))) or rolled
    return min(rolled + most, last if first is None else int(first) - 1)


async def oldest_at(work: Work) -> datetime | None:
    """When the first row that is there was written."""
    first = select(AuditRow.at).order_by(AuditRow.seq).limit(1)
    found: datetime | None = await work.db.scalar(first)
    return found


async def written_until(work: Work, seq: int) -> datetime | None:
    """When the youngest of the rows up to this place was written."""
    found: datetime | None = await work.db.scalar(
        select(func.max(AuditRow.at)).where(AuditRow.seq <= seq)
    )
    return found


async def hash_at(work: Work, seq: int) -> bytes | None:
    """What stands there as the hash of this place; nothing where there is no such row."""
    found: bytes | None = await work.db.scalar(select(AuditRow.hash).where(AuditRow.seq == seq))
    return found


async def links_after(work: Work, seq: int) -> AsyncIterator[Link]:
    """Every row after this place, in order, as it lies there."""
    while True:
        found = await _rows_after(work, seq)
        for row in found:
            yield _link(row)
        if len(found) < AT_ONCE or not isinstance(found[-1].seq, int):
            return  # what has no number stands after everything that has one
        seq = found[-1].seq


async def _rows_after(work: Work, seq: int) -> Sequence[Any]:
    asked = {"after": seq, "most": AT_ONCE}
    try:
        return (await work.db.execute(LINKS, asked)).all()
    except OperationalError as no:
        _unless_undecodable(no)
    return (await work.db.execute(AS_BYTES, asked)).all()


def _unless_undecodable(no: OperationalError) -> None:
    """SQLite's own words for bytes in a column of text that are no text; else it is raised."""
    if "decode" not in str(no.orig):
        raise no


def _link(row: Any) -> Link:
    return Link(
        row.seq, Entry(*(_as_written(getattr(row, name)) for name in WRITTEN)), _bytes(row.hash)
    )


def _as_written(kept: Any) -> Any:
    """Bytes as the text they are; those that are none stay bytes, which nothing was hashed from."""
    if not isinstance(kept, bytes):
        return kept
    try:
        return kept.decode()
    except UnicodeDecodeError:
        return kept


async def recent(
    work: Work,
    *,
    staff_id: StaffId | None = None,
    about: str | None = None,
    what: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[Record]:
    """The newest rows first; `before` is the last seq of the page before.

    Nobody's right to them is asked here: pages go through `audit.access`.
    """
    asked = select(AuditRow).order_by(AuditRow.seq.desc()).limit(min(limit, MOST_SHOWN))
    if staff_id is not None:
        asked = asked.where(AuditRow.staff_id == staff_id)
    if about is not None:
        asked = asked.where(AuditRow.about == about)
    if what is not None:
        asked = asked.where(AuditRow.what == what)
    if before is not None:
        asked = asked.where(AuditRow.seq < before)
    return await _records(work, asked)


async def rows_since(
    work: Work, staff_id: StaffId | None, *, what: str, about: str, since: datetime
) -> list[Record]:
    """What this person did of this kind, to this thing, since then."""
    asked = select(AuditRow).where(
        AuditRow.staff_id == staff_id,
        AuditRow.about == about,
        AuditRow.what == what,
        AuditRow.at > since,
    )
    return await _records(work, asked)


async def _records(work: Work, asked: Select[AuditRow]) -> list[Record]:
    return [
        Record(
            seq=row.seq,
            at=row.at,
            staff_id=row.staff_id,
            role=row.role,
            what=row.what,
            about=row.about,
            why=row.why,
            detail=json.loads(row.detail) if row.detail else {},
        )
        for row in await work.db.scalars(asked)
    ]
