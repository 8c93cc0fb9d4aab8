"""Adding to the record: in the transaction of the act itself, so that neither is without the other.

On PostgreSQL whoever adds holds the record's head until the transaction ends. So an act that also
says something in a room records first and enters the ledger last, like everything else that does.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, update

from holdfast.audit.events import Recorded, WordsUncovered
from holdfast.audit.queries import (
    extent_of,
    hash_at,
    head_to_follow,
    last_before,
    rows_since,
    written_until,
)
from holdfast.audit.rules import (
    ONE_READING,
    READING,
    REFUSED,
    ROLLED,
    Detail,
    Entry,
    Head,
    checked,
    follow,
    not_noted,
)
from holdfast.audit.rules.closing import AT_ONCE, Closing
from holdfast.audit.tables import AuditHeadRow, AuditRow
from holdfast.kit.ids import RoomId, SeatId, StaffId
from holdfast.kit.tables import from_millis, to_millis
from holdfast.kit.work import Work
from holdfast.rights.rules import Actor, Guest, Member, Staff, System


async def record(
    work: Work,
    actor: Actor,
    *,
    what: str,
    about: str | None = None,
    why: str | None = None,
    detail: Detail | None = None,
) -> Head:
    """Add one row to the record. It is there exactly when this work's changes are.

    `what` names the act (`escalation:taken`), `about` the thing (`escalation:12`), `why` is a code
    from the closed list of the slice it comes from. Words have no place here: a reason that
    somebody wrote is sealed by its own slice, and `detail` holds its `fingerprint`. Raises
    `ValueError` for anything that could be a sentence.
    """
    kept = checked(what, about, why, detail)
    now = to_millis(work.clock.now())
    entry = Entry(now, _staff_id(actor), _role(actor), what, about, why, kept)
    link = follow(await head_to_follow(work), entry)
    row = {
        "seq": link.seq,
        "at": from_millis(now),
        "staff_id": entry.staff_id,
        "role": entry.role,
        "what": what,
        "about": about,
        "why": why,
        "detail": kept,
        "hash": link.hash,
    }
    await work.db.execute(insert(AuditRow).values(row))
    await work.db.execute(update(AuditHeadRow).values(seq=link.seq, hash=link.hash))
    work.announce(Recorded(link.seq))
    return Head(link.seq, link.hash)


async def roll_off(work: Work, actor: System, *, older_than: datetime, key: bytes) -> int:
    """Take the oldest rows away, closed by a signed row, in one transaction; how many.

    Only as many as go quickly: whoever wants more does it again.
    """
    before = await head_to_follow(work)
    extent = await extent_of(work)
    last = await last_before(work, older_than, extent.rolled, AT_ONCE)
    stands, until = await hash_at(work, last), await written_until(work, last)
    if last <= extent.rolled or last > before.seq or stands is None or until is None:
        return 0
    closing = Closing(extent.rolled + 1, last, to_millis(until), extent.genesis, stands)
    await record(work, actor, what=ROLLED, about=closing.about, detail=closing.signed(key))
    await work.db.execute(update(AuditHeadRow).values(rolled=last, genesis=stands))
    gone = await work.db.execute(delete(AuditRow).where(AuditRow.seq <= last))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _staff_id(actor: Actor) -> StaffId | None:
    return actor.id if isinstance(actor, Staff) else None


def _role(actor: Actor) -> str:
    match actor:
        case Staff() | Member():
            return actor.role.value
        case System():
            return "system"
        case Guest():
            return "guest"


async def record_reading(
    work: Work,
    staff: Staff,
    *,
    person: SeatId | None = None,
    room: RoomId,
    first_seq: int,
    last_seq: int,
) -> Head | None:
    """Note that this person read a room, from its message `first_seq` to `last_seq`.

    `person` is the seat whose words they were, where they were one person's. What the same person
    noted within the last minute is not noted again: only the part that is new gets a row, so a
    page that is fetched every few seconds writes none, and nothing is shown without one.
    """
    about = f"room:{room}"
    since = work.clock.now() - ONE_READING
    before = await rows_since(work, staff.id, what=READING, about=about, since=since)
    whose: dict[str, int] = {} if person is None else {"seat": person}
    known = [_span(row.detail) for row in before if row.detail.get("seat") == whose.get("seat")]
    new = not_noted(first_seq, last_seq, known)
    if new is None:
        return None
    detail = {"first": new[0], "last": new[1], **whose}
    return await record(work, staff, what=READING, about=about, detail=detail)


def _span(noted: Detail) -> tuple[int, int]:
    return int(noted["first"]), int(noted["last"])


async def record_covered_words(
    work: Work, staff: Staff, *, person: SeatId | None, room: RoomId, seq: int, why: str
) -> Head:
    """Note that this person uncovered one message's words. Each time is a row."""
    detail = {"seq": seq} if person is None else {"seq": seq, "seat": person}
    work.announce(WordsUncovered(staff.id, person, room, seq))
    return await record(
        work, staff, what="words:uncovered", about=f"room:{room}", why=why, detail=detail
    )


async def record_refusal(
    work: Work, actor: Actor, *, code: str, about: str, detail: Detail | None = None
) -> Head | None:
    """Note that somebody asked for what is not theirs. In a work of its own: theirs is undone.

    The same refusal of the same person within a minute is noted once; guests are one person here,
    so that strangers cannot fill the record.
    """
    since = work.clock.now() - ONE_READING
    before = await rows_since(work, _staff_id(actor), what=REFUSED, about=about, since=since)
    if any((row.why, row.detail) == (code, detail or {}) for row in before):
        return None
    return await record(work, actor, what=REFUSED, about=about, why=code, detail=detail)
