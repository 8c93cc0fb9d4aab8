"""The hand-over between shifts: written from the log, signed off by the next person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import select

from holdfast.audit.actions import record
from holdfast.crisis.queries import open_escalations, recent_escalations
from holdfast.crisis.queries.notes import WORDS, sealed_for_next, without_words
from holdfast.crisis.rules.steps import AlreadyDone, NeedsSecond
from holdfast.crisis.tables import NoteRow
from holdfast.kit.cipher import RootKey
from holdfast.kit.errors import NotFound, TooLong
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.messages.queries.held import held_count
from holdfast.rights.rules import Actor, Permission, Staff, may
from holdfast.screening.reading import Read

SHIFT = timedelta(hours=12)  # what a note looks back on at most
WORDS_KEPT_FOR = timedelta(days=7)
LONGEST_WORDS = 1_000
NOTE_TOO_LONG = N_("Please say it in up to 1,000 characters. Your words are still here.")
Facts = Mapping[str, Any]


async def write_note(
    work: Work,
    actor: Actor,
    *,
    since_hours: int = 12,
    further: Facts | None = None,
    words: Read | None = None,
    root: RootKey | None = None,
) -> NoteRow:
    """Write down how things stand, from what the log says: numbers and stages.

    `further` is what the desk counts of slices above. `words` are what the writer wants the next
    person to know; they are sealed under `root`, and go after a week.
    """
    if not isinstance(actor, Staff) or not may(actor, Permission.HANDOVER_NOTE_WRITE):
        raise NotFound
    if words is not None and len(words.text) > LONGEST_WORDS:
        raise TooLong(NOTE_TOO_LONG)
    now = work.clock.now()
    since = now - min(SHIFT, timedelta(hours=max(1, since_hours)))
    facts = {**await _facts(work, since), **(further or {})}
    note = NoteRow(by=actor.id, at=now, since=since, facts="")
    if words is not None and words.text and root is not None:
        facts[WORDS] = sealed_for_next(root, note, words)
    note.facts = orjson.dumps(facts).decode()
    work.db.add(note)
    await work.db.flush()
    await _forget_old_words(work)
    await record(work, actor, what="handover_note:written", about=f"note:{note.id}")
    return note


async def _facts(work: Work, since: datetime) -> dict[str, Any]:
    """What the log says of escalations and held posts."""
    return {
        "open": [
            {"id": one.id, "concern": int(one.concern), "stage": one.stage, "by": one.taken_name}
            for one in await open_escalations(work)
        ],
        "closed": [
            {"id": one.id, "concern": int(one.concern)}
            for one in await recent_escalations(work, since)
        ],
        "held": await held_count(work),
    }


async def _forget_old_words(work: Work) -> None:
    """What was written for a next shift is of no use after a week."""
    old = NoteRow.at < work.clock.now() - WORDS_KEPT_FOR, NoteRow.facts.contains(f'"{WORDS}":')
    for note in await work.db.scalars(select(NoteRow).where(*old)):
        note.facts = without_words(note)


async def sign_note(work: Work, actor: Actor, *, note_id: int) -> NoteRow:
    """I have read it, and the shift is mine now. Nobody signs off their own note."""
    if not isinstance(actor, Staff) or not may(actor, Permission.HANDOVER_NOTE_WRITE):
        raise NotFound
    note = await work.db.get(NoteRow, note_id)
    if note is None:
        raise NotFound
    if note.signed_at is not None:
        raise AlreadyDone
    if note.by == actor.id:
        raise NeedsSecond
    note.signed_by, note.signed_at = actor.id, work.clock.now()
    await record(work, actor, what="handover_note:signed", about=f"note:{note.id}")
    return note
