"""Letting go of what staff wrote about somebody, once the record of it is kept for long enough."""

from __future__ import annotations

from sqlalchemy import select, update

from holdfast.crisis.queries.holding import record_kept
from holdfast.crisis.tables import EscalationRow, PacketRow
from holdfast.kit.work import Work
from holdfast.rights.rules import System


async def forget_old_packets(work: Work, actor: System) -> int:
    """Handovers of escalations that closed as long ago as the country's pack says; how many."""
    del actor
    since = work.clock.now() - await record_kept(work)
    over = select(EscalationRow.id).where(EscalationRow.closed_at <= since)
    its = PacketRow.escalation_id.in_(over), PacketRow.data.is_not(None)
    done = await work.db.execute(update(PacketRow).where(*its).values(data=None))
    return int(done.rowcount)  # type: ignore[attr-defined]
