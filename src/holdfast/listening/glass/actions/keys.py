"""Making and ending one's own key for break-glass."""

from __future__ import annotations

import secrets

from sqlalchemy import delete

from holdfast.audit.actions import record
from holdfast.kit.boxes import lock_under, make_pair
from holdfast.kit.cipher import RootKey
from holdfast.kit.errors import NotFound
from holdfast.kit.work import Work
from holdfast.listening.glass.access import WORDS, glass_to_use, secret_of, unlocked
from holdfast.listening.glass.queries import key_of
from holdfast.listening.glass.rules import NoKey, half_of
from holdfast.listening.glass.tables import GlassKeyRow
from holdfast.members.rules.phrases import make_phrase
from holdfast.rights.rules import Actor, Permission


async def make_glass_key(work: Work, actor: Actor, *, root: RootKey) -> str:
    """A new key of mine; the seven words that open it, which are kept nowhere.

    One that I had before opens nothing from now on. Nothing is boxed to the new one until the
    words were typed back. Raises `NotFound`, `FreshSignInNeeded`.
    """
    staff = glass_to_use(work, actor, Permission.GLASS_KEY)
    half = half_of(staff.role)
    if half is None:
        raise NotFound
    words, pair = make_phrase(secrets.randbelow), make_pair()
    await work.db.execute(delete(GlassKeyRow).where(GlassKeyRow.staff_id == staff.id))
    row = GlassKeyRow(
        staff_id=staff.id,
        half=half,
        public=pair.public,
        wrapped=lock_under(secret_of(root, words), WORDS, pair.private, pair.public),
        made_at=work.clock.now(),
    )
    work.db.add(row)
    await record(work, staff, what="glass:key_made", about=f"staff:{staff.id}", why=half.value)
    return words


async def type_words_back(work: Work, actor: Actor, *, root: RootKey, words: str) -> None:
    """I have my words: from now on what is begun between two is boxed to my half, too.

    Raises `NotFound`, `FreshSignInNeeded`, `NoKey`, `WrongWords`.
    """
    staff = glass_to_use(work, actor, Permission.GLASS_KEY)
    row = await key_of(work, staff.id)
    if row is None or row.ended_at is not None:
        raise NoKey
    unlocked(root, row, words)
    if row.typed_at is None:
        row.typed_at = work.clock.now()
        await record(work, staff, what="glass:key_held", about=f"staff:{staff.id}")


async def end_glass_key(work: Work, actor: Actor) -> None:
    """I hold no half any more. Twice is once. Raises `NotFound`, `FreshSignInNeeded`."""
    staff = glass_to_use(work, actor, Permission.GLASS_KEY)
    row = await key_of(work, staff.id)
    if row is not None and row.ended_at is None:
        row.ended_at = work.clock.now()
        await record(work, staff, what="glass:key_ended", about=f"staff:{staff.id}")
