"""Sweeping the keystore once a day: keys that were made and never used, or that went long ago.

A key is on disk before the words it seals; where those were never kept, it stays behind and opens
nothing. After a whole day nothing can be under way any more that was sealed with it. The key of one
message of a talk is there for that message alone: refused, it goes with the next look, in a day at
most; were the message still on its way, it would be refused and said again. Words may move
meanwhile, as when a moderator gives hidden ones back: they are looked for in every place at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import structlog
from sqlalchemy import delete, or_, select, union

import holdfast.app.sealed  # noqa: F401 - without it every key would look unused
from holdfast.kit.ids import KeyId
from holdfast.kit.work import Work, Workshop
from holdfast.sealing.keystore import KeptKey
from holdfast.sealing.register import APART, REGISTER
from holdfast.sealing.seam import Keyring, day_of
from holdfast.sealing.tables import RetiredKeyRow

AT_ONCE = 200
WHOLE_DAYS = 2  # so that at least one whole day lies between its making and its going

log = structlog.get_logger()


class Sweep:
    """Looks once a day. Whatever it does may be done twice."""

    def __init__(self, workshop: Workshop, keyring: Keyring) -> None:
        self._workshop = workshop
        self._keyring = keyring
        self._looked_on = -1

    async def look(self) -> int:
        """Drop what nothing is sealed with; how many keys."""
        today = day_of(self._workshop.clock.now())
        if today == self._looked_on:
            return 0
        async with self._workshop.work() as work:
            await self._keyring.drop(work, [])  # what was begun, and is not at its end
        dropped, some = 0, list[KeptKey]()
        async for key in self._keyring.store.all_keys():
            if key.made <= today - (1 if key.is_alone else WHOLE_DAYS):
                some.append(key)
            if len(some) >= AT_ONCE:
                dropped, some = dropped + await self._drop_unused(some), []
        dropped += await self._drop_unused(some)
        await self._forget_retired()
        self._looked_on = today
        if dropped:
            log.info("keys.swept", count=dropped)
        return dropped

    async def _drop_unused(self, keys: Sequence[KeptKey]) -> int:
        if not keys:
            return 0
        async with self._workshop.reading() as work:
            used = await in_use(work, keys)
        unused = [key for key in keys if key.id not in used]
        if not unused:
            return 0
        async with self._workshop.work() as work:
            await self._keyring.retire(work, [key.id for key in unused])
        async with self._workshop.work() as work:  # nothing comes to them any more: a last look
            used = await in_use(work, unused)
            going = [key.id for key in unused if key.id not in used]
            await self._keyring.drop(work, going)
        return len(going)

    async def _forget_retired(self) -> None:
        """That a key was retired need not be known once it is gone for a day."""
        before = self._workshop.clock.now() - timedelta(days=1)
        async with self._workshop.reading() as work:
            query = select(RetiredKeyRow.id).where(RetiredKeyRow.at < before)
            retired = list(await work.db.scalars(query))
        there = {key.id for key in await self._keyring.store.named(retired)}
        for start in range(0, len(retired), AT_ONCE):
            gone = [key for key in retired[start : start + AT_ONCE] if key not in there]
            async with self._workshop.work() as work:
                await work.db.execute(delete(RetiredKeyRow).where(RetiredKeyRow.id.in_(gone)))


async def in_use(work: Work, keys: Sequence[KeptKey]) -> set[KeyId]:
    """Those of these keys with which something is sealed that still lies there.

    One statement, and so one moment: whatever moves from table to table is in one of them.
    """
    seats, ids = {key.seat for key in keys}, [key.id for key in keys]
    places = []
    for entry in REGISTER.values():
        columns = entry.table.__table__.columns
        there = or_(*(columns[text].is_not(None) for text in entry.texts))
        mine = columns[entry.seat].in_(seats), columns[entry.key].in_(ids), there
        places.append(select(columns[entry.key]).where(*mine))
    for owned in APART.values():
        column = owned.table.__table__.columns[owned.id]
        places.append(select(column).where(column.in_(ids)))
    return set(await work.db.scalars(union(*places)))
