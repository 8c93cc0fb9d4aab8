"""Choosing for how long words are kept, and letting the old ones go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct, field
from sqlalchemy import delete, select, update

from holdfast.audit.actions import record
from holdfast.community.events import ChosenAnew
from holdfast.erasing.actions import Going, begin_erasure, count_anew, name_keys, note_hidden
from holdfast.erasing.marks import Marker
from holdfast.erasing.rules import By, Kind
from holdfast.kit.errors import Conflict, Malformed
from holdfast.kit.ids import RoomId
from holdfast.kit.tables import to_millis
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.messages.access import Keeping, keeping_staff
from holdfast.messages.events import WordsForgotten
from holdfast.messages.queries.erasing import slug_of
from holdfast.messages.queries.retention import (
    Kept,
    Old,
    choices_for,
    is_anything_left,
    is_near_the_end,
    old_keys,
    old_words,
)
from holdfast.messages.rules.retention import AT_ONCE, LEAST, MOST, is_kept_for, midnight
from holdfast.messages.tables import (
    ForgettingRow,
    HeldRow,
    HeldState,
    HiddenWordsRow,
    MessageRow,
    ResponseRow,
    RetentionRow,
    UnfoldedRow,
)
from holdfast.rights.rules import Actor, System
from holdfast.sealing.private import forget_parts
from holdfast.sealing.seam import Keyring, day_of
from holdfast.staff.access import fresh_staff

ON_SCREENS = 1_000  # the newest places of a room, as far as a line replays
NO_DAYS = N_("Words are kept for %(least)s to %(most)s days.")
IN_FORCE = N_("A night has passed since then, so this can’t be taken back. Choose another time.")


async def set_retention(work: Work, actor: Actor, *, of: Keeping, days: int | None) -> None:
    """Choose for how long words are kept; none: a room follows its kind again.

    It counts from the next night on. Raises `NotFound`, `FreshSignInNeeded`, `Malformed`.
    """
    staff = keeping_staff(actor)
    fresh_staff(work, actor)
    if days is None and of.room_id is None:
        raise Malformed(NO_DAYS, code="no_days", least=LEAST, most=MOST)
    if days is not None and not is_kept_for(days):
        raise Malformed(NO_DAYS, code="no_days", least=LEAST, most=MOST)
    row = RetentionRow(
        kind=of.kind, room_id=of.room_id, days=days, by=staff.id, at=work.clock.now()
    )
    work.db.add(row)
    await record(work, actor, what="retention:set", about=of.named, detail={"days": days or 0})
    work.announce(ChosenAnew("retention"))


async def undo_retention(work: Work, actor: Actor, *, of: Keeping) -> None:
    """Take back what was chosen today, before the night. Raises `NotFound`, `Conflict`."""
    keeping_staff(actor)
    chosen = await choices_for(work, kind=of.kind, room_id=of.room_id)
    if not chosen or chosen[0].at < midnight(work.clock.now()):
        raise Conflict(IN_FORCE)
    await work.db.delete(chosen[0])
    await record(work, actor, what="retention:taken_back", about=of.named)
    work.announce(ChosenAnew("retention"))


# ---------------------------------------------------------------- the night


class Night(Struct):
    """One room's words of before a moment, as they go: how far it is."""

    room_id: RoomId
    before: datetime
    rows: list[int] = field(default_factory=list)  # what is still to be looked at
    days: set[int] = field(default_factory=set)  # of which something went
    erasure: int = 0  # the newest that was written for it
    erased: int = 0  # how many messages went with that one
    messages: int = 0
    kept: int = 0
    is_cut_off: bool = False  # an earlier one, of which nothing but its end is left to do


async def forget_some(
    work: Work, actor: System, *, night: Night, keyring: Keyring, kept: Kept
) -> bool:
    """Erase the next of a room's old words; whether there were any to look at.

    Their places stay, marked as erased. What was erased or decided meanwhile is left alone.
    """
    if not night.rows:
        return False
    rows, night.rows = night.rows[:AT_ONCE], night.rows[AT_ONCE:]
    old = await old_words(work, night.before, rows)
    going = [one for one in old if one.id not in kept.messages]
    await _erase(work, night.room_id, going)
    await _write_down(work, actor, night=night, going=going, marker=Marker(keyring.root))
    night.messages += len(going)
    night.kept += len(old) - len(going)
    await _note(work, night, len(going))
    seqs = [one.seq for one in going if one.seq is not None]
    near = bool(seqs) and await is_near_the_end(work, night.room_id, max(seqs), ON_SCREENS)
    work.announce(WordsForgotten(night.room_id, near))
    return True


async def _erase(work: Work, room_id: RoomId, going: Sequence[Old]) -> None:
    rows, ids = [one.row for one in going], [one.id for one in going]
    seqs = [one.seq for one in going if one.seq is not None]
    gone = update(MessageRow).where(MessageRow.row.in_(rows))
    await work.db.execute(gone.values(text=None, note=None))
    unsaid = MessageRow.row.in_(rows), MessageRow.removed_by.is_(None), MessageRow.seq.is_not(None)
    await work.db.execute(update(MessageRow).where(*unsaid).values(removed_by="time"))
    for table in (HiddenWordsRow, ResponseRow, UnfoldedRow):
        its = table.room_id == room_id, table.seq.in_(seqs)
        await work.db.execute(delete(table).where(*its))
    held = update(HeldRow).where(HeldRow.message_id.in_(ids))
    await work.db.execute(held.values(suggestion=None))
    returned = held.where(HeldRow.state == HeldState.RETURNED)
    await work.db.execute(returned.values(state=HeldState.WITHDRAWN))


async def _write_down(
    work: Work, actor: System, *, night: Night, going: Sequence[Old], marker: Marker
) -> None:
    """An erasure like any other: its tombstones, one for each day, reach every later restore.

    It is there exactly when the words are gone, wherever the night is cut off. Its keys go when
    the night ends, and nothing of it is to be seen: only the marks are left to do, and are done
    at once, or by the clock.
    """
    days = {day_of(one.at) for one in going} - night.days
    night.days |= days
    if days:
        slug = await slug_of(work, night.room_id)
        marks = [marker.night(night.room_id, slug, day) for day in sorted(days)]
        what = Going(Kind.NIGHT, room_id=night.room_id, day=max(days))
        row = await begin_erasure(work, actor, what=what, by=By.TIME, marks=marks)
        night.erasure, night.erased = row.id, 0
        await name_keys(work, actor, erasure_id=row.id, keys=(), whole=True)
    night.erased += len(going)
    if going:
        note = note_hidden if days else count_anew
        await note(work, actor, erasure_id=night.erasure, counts={"messages": night.erased})


async def _note(work: Work, night: Night, gone: int) -> None:
    """How far this night is, for the stewards' page."""
    its = ForgettingRow.room_id == night.room_id, ForgettingRow.before == night.before
    row = await work.db.scalar(select(ForgettingRow).where(*its))
    if row is None:
        row = ForgettingRow(room_id=night.room_id, before=night.before, began_at=work.clock.now())
        work.db.add(row)
        await work.db.flush()
    row.messages += gone
    row.kept = night.kept


async def end_night(
    work: Work, actor: System, *, night: Night, keyring: Keyring, kept: Kept
) -> int:
    """Destroy the keys of the days that went, and write down what the night did; how many keys."""
    keys = await old_keys(work, keyring, night.room_id, night.before, kept)
    await keyring.drop(work, keys)
    if not await is_anything_left(work, night.room_id, night.before):
        await forget_parts(work, night.room_id, night.before)
    its = ForgettingRow.room_id == night.room_id, ForgettingRow.before == night.before
    row = await work.db.scalar(select(ForgettingRow).where(*its))
    if row is not None and row.ended_at is None:
        row.ended_at = work.clock.now()
        detail = {
            "messages": row.messages,
            "kept": row.kept,
            "keys": len(keys),
            "before": to_millis(night.before) // 1000,
        }
        about = f"room:{night.room_id}"
        await record(work, actor, what="words:forgotten", about=about, detail=detail)
    return len(keys)
