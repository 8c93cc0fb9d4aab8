"""The hand-over between shifts: written from the log, signed off by the next person."""

from __future__ import annotations

from datetime import timedelta

import orjson

from holdfast.audit.actions import record
from holdfast.crisis.queries import open_escalations, recent_escalations
from holdfast.crisis.rules.steps import AlreadyDone, NeedsSecond
from holdfast.crisis.tables import NoteRow
from holdfast.kit.errors import NotFound
from holdfast.kit.work import Work
from holdfast.messages.queries.held import held_count
from holdfast.rights.rules import Actor, Permission, Staff, may

SHIFT = timedelta(hours=12)  # what a note looks back on at most


async def write_note(work: Work, actor: Actor, *, since_hours: int = 12) -> NoteRow:
    """Write down how things stand, from what the log says. Numbers and stages, never words."""
    if not isinstance(actor, Staff) or not may(actor, Permission.HANDOVER_NOTE_WRITE):
        raise NotFound
    now = work.clock.now()
    since = now - min(SHIFT, timedelta(hours=max(1, since_hours)))
    facts = {
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
    note = NoteRow(by=actor.id, at=now, since=since, facts=orjson.dumps(facts).decode())
    work.db.add(note)
    await work.db.flush()
    await record(work, actor, what="handover_note:written", about=f"note:{note.id}")
    return note


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
