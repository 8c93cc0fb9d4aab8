"""What the doctor asks of erasures: whether the ledger knows of them, for after a restore."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from holdfast.app.doctor.findings import Finding, Level, Look, fine, unseen
from holdfast.erasing.tables import ErasureRow

LONG = timedelta(hours=1)


async def erasures_are_in_the_ledger(look: Look) -> list[Finding]:
    """No erasure waits long for its tombstone."""
    if look.work is None:
        return unseen("erasures", "Erasures could not be looked at.")
    late = ErasureRow.marked_at.is_(None), ErasureRow.done_at.is_(None)
    query = select(func.count()).where(*late, ErasureRow.at < look.now - LONG)
    waiting = await look.work.db.scalar(query) or 0
    if not waiting:
        return fine("erasures", "The erasure ledger knows of every erasure.")
    return [
        Finding(
            "erasures",
            Level.UNSAFE,
            f"Erasures that wait for the erasure ledger for more than an hour: {waiting}.",
            "A restore from before them would not know that they were erased.",
            "Does the keystore’s place answer, and has its disk room? Make no restore before.",
        )
    ]
