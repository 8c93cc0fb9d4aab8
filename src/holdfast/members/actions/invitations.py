"""Invitations for members: made in batches, shown once, good for one person each."""

from __future__ import annotations

import secrets

from sqlalchemy import delete, insert, update

from holdfast.audit.actions import record
from holdfast.kit.cipher import RootKey
from holdfast.kit.errors import Malformed, NotPermitted
from holdfast.kit.ids import BatchId
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.members.access import batch_to_burn, code_lookup
from holdfast.members.rules.codes import MOST, make_code, normalise_code
from holdfast.members.tables import DoorBatchRow, DoorCodeRow
from holdfast.rights.rules import Actor, Permission, Staff, may


async def make_invitations(work: Work, actor: Actor, *, root: RootKey, count: int) -> list[str]:
    """A batch of new codes, to be handed out shuffled. They are told here and never again.

    Raises `NotPermitted`, `Malformed` for a number that cannot be.
    """
    if not may(actor, Permission.INVITATION_MAKE):
        raise NotPermitted
    if not 1 <= count <= MOST:
        raise Malformed(N_("From 1 to 1,000 invitations can be made at a time."))
    batch = DoorBatchRow(
        made_by=actor.id if isinstance(actor, Staff) else None,
        made_on=work.clock.now().date(),
        count=count,
    )
    work.db.add(batch)
    await work.db.flush()
    codes = [make_code(secrets.randbelow) for _ in range(count)]
    rows = [
        {"lookup": code_lookup(root, normalise_code(code)), "batch_id": batch.id, "is_used": False}
        for code in codes
    ]
    await work.db.execute(insert(DoorCodeRow), sorted(rows, key=lambda row: row["lookup"]))  # type: ignore[arg-type, return-value]
    about = f"batch:{batch.id}"
    await record(work, actor, what="invitation:made", about=about, detail={"count": count})
    return codes


async def use_code(work: Work, actor: Actor, *, root: RootKey, typed: str) -> bool:
    """Whether this was an invitation nobody had used; from now on it is used."""
    del actor  # who used it is written nowhere
    code = normalise_code(typed)
    if not code:
        return False
    unused = DoorCodeRow.lookup == code_lookup(root, code), DoorCodeRow.is_used.is_(False)
    used = await work.db.execute(update(DoorCodeRow).where(*unused).values(is_used=True))
    return bool(used.rowcount)  # type: ignore[attr-defined]


async def burn_batch(work: Work, actor: Actor, *, batch: BatchId) -> None:
    """Whatever of a batch nobody has used lets nobody in any more. Twice is once.

    Raises `NotPermitted`, `NotFound`.
    """
    row = await batch_to_burn(work, actor, batch)
    unused = DoorCodeRow.batch_id == row.id, DoorCodeRow.is_used.is_(False)
    await work.db.execute(delete(DoorCodeRow).where(*unused))
    row.burned_on = row.burned_on or work.clock.now().date()
    await record(work, actor, what="invitation:burned", about=f"batch:{row.id}")
