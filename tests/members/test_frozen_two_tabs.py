"""Two tabs of one member freeze and thaw in the same moment."""

from __future__ import annotations

import asyncio

from sqlalchemy import select

from holdfast.audit.tables import AuditRow
from holdfast.members.actions.freezing import freeze
from holdfast.members.tables import FreezeRow
from town import Town, on_postgresql


@on_postgresql
async def test_two_tabs_that_freeze_at_once_freeze_once(town: Town) -> None:
    async def tab() -> bytes:
        async with town.house.workshop.work() as work:
            return (await freeze(work, town.ash.member)).number

    numbers = await asyncio.gather(*(tab() for _ in range(6)))
    await town.house.reactions.settled()
    async with town.house.workshop.reading() as work:
        rows = (await work.db.scalars(select(FreezeRow))).all()
        frozen = AuditRow.what == "member:frozen"
        noted = (await work.db.scalars(select(AuditRow.what).where(frozen))).all()
    assert {row.number for row in rows} == set(numbers)
    assert (len(rows), len(noted)) == (1, 1)
