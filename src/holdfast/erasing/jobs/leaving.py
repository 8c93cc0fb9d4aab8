"""Keys of plans, sealed lines and addresses that are of no more use: marked, then destroyed."""

from __future__ import annotations

from sqlalchemy import delete, select

from holdfast.erasing.marks import Marker
from holdfast.erasing.tombstones import Known, Tombstones
from holdfast.kit.apart import LeavingKeyRow, leave
from holdfast.kit.work import Workshop
from holdfast.sealing.register import APART
from holdfast.sealing.seam import Keyring

AT_ONCE = 100


async def destroy_left(workshop: Workshop, keyring: Keyring, tombstones: Tombstones) -> int:
    """Destroy what is left behind now; how many keys. Twice is once.

    First the ledger of what was erased knows them: an older keystore that is restored brings none
    of them back.
    """
    done, marker = 0, Marker(keyring.root)
    while True:
        async with workshop.reading() as work:
            some = select(LeavingKeyRow).order_by(LeavingKeyRow.at, LeavingKeyRow.id)
            rows = (await work.db.scalars(some.limit(AT_ONCE))).all()
        if not rows:
            return done
        await tombstones.add([marker.key(row.id) for row in rows], rows[0].at)
        ids = [row.id for row in rows]
        async with workshop.work() as work:
            await keyring.drop(work, ids)
            await work.db.execute(delete(LeavingKeyRow).where(LeavingKeyRow.id.in_(ids)))
        done += len(ids)


async def leave_again(workshop: Workshop, marker: Marker, known: Known) -> int:
    """In a restored place: what the ledger names goes once more; how many rows."""
    done = 0
    for entry in APART.values():
        key = entry.table.__table__.c[entry.id]
        async with workshop.work() as work:
            there = (await work.db.scalars(select(key))).all()
            gone = [one for one in there if marker.key(one) in known]
            for start in range(0, len(gone), AT_ONCE):
                some = gone[start : start + AT_ONCE]
                await work.db.execute(delete(entry.table).where(key.in_(some)))
                await leave(work, some)
        done += len(gone)
    return done
