"""Keeping how many came, and who came during a raid, for as long as either is needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import delete, select, text

from holdfast.kit.ids import MemberId, RaidId
from holdfast.kit.tables import to_millis
from holdfast.kit.work import Work
from holdfast.members.queries import still_here
from holdfast.raids.queries import cohort_of
from holdfast.raids.rules import COHORT_KEPT, DAY, LOOKED_BACK, slot_of
from holdfast.raids.tables import ArrivalRow, CohortRow, RaidRow
from holdfast.rights.rules import System

ADD = text(
    "INSERT INTO arrivals (place, slot, count) VALUES (:place, :slot, :count)"
    " ON CONFLICT (place, slot) DO UPDATE SET count = arrivals.count + excluded.count"
)
JOIN = text(
    "INSERT INTO raid_cohorts (raid_id, member_id) VALUES (:raid, :member) ON CONFLICT DO NOTHING"
)


async def note_arrivals(
    work: Work, actor: System, *, counts: Mapping[tuple[int, int], int]
) -> None:
    """So many more came to these places in these ten minutes."""
    del actor
    rows = [
        {"place": place, "slot": slot, "count": count}
        for (place, slot), count in sorted(counts.items())
    ]
    if rows:
        await work.db.execute(ADD, rows)


async def note_cohort(
    work: Work, actor: System, *, raid_id: RaidId, members: Iterable[MemberId]
) -> None:
    """These came in during a raid."""
    del actor
    known = set(await cohort_of(work, raid_id))
    here = await still_here(work, set(members) - known)
    rows = [{"raid": raid_id, "member": member} for member in sorted(here)]
    if rows:
        await work.db.execute(JOIN, rows)


async def forget_what_is_old(work: Work, actor: System) -> None:
    """Counts of more than two weeks ago, and who came during raids that are long over."""
    del actor
    now = work.clock.now()
    oldest = slot_of(to_millis(now) / 1000) - (LOOKED_BACK + 1) * DAY
    await work.db.execute(delete(ArrivalRow).where(ArrivalRow.slot < oldest))
    over = select(RaidRow.id).where(RaidRow.ended_at < now - COHORT_KEPT)
    await work.db.execute(delete(CohortRow).where(CohortRow.raid_id.in_(over)))
