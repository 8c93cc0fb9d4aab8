"""Writing down a step: in the escalation's own log, in the record, and told to the desk."""

from __future__ import annotations

from holdfast.audit.actions import record
from holdfast.crisis.events import EscalationChanged
from holdfast.crisis.tables import EscalationRow, StepRow
from holdfast.kit.work import Work
from holdfast.rights.rules import Staff, System


async def note_step(
    work: Work, actor: Staff | None, row: EscalationRow, what: str, *, code: str = ""
) -> None:
    """One step with an escalation. Its time is this work's."""
    work.db.add(
        StepRow(
            escalation_id=row.id,
            what=what,
            at=work.clock.now(),
            by=actor.id if actor else None,
            code=code,
        )
    )
    detail: dict[str, str | int] = {"concern": row.concern, "version": row.version}
    if code:
        detail["code"] = code
    await record(
        work,
        actor or System(),
        what=f"escalation:{what}",
        about=f"escalation:{row.id}",
        detail=detail,
    )
    work.announce(EscalationChanged(row.id, row.version, what))
