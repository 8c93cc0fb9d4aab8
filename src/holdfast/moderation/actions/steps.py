"""Writing down a step with a case: in its own log, in the record, and told to the desk."""

from __future__ import annotations

from holdfast.audit.actions import record
from holdfast.kit.work import Work
from holdfast.moderation.events import CaseChanged
from holdfast.moderation.tables import CaseRow, CaseStepRow
from holdfast.rights.rules import Staff, System


async def note_step(
    work: Work, actor: Staff | None, row: CaseRow, what: str, *, code: str = ""
) -> None:
    """One step with a case, which is a new version of it. Its time is this work's."""
    row.version += 1
    step = CaseStepRow(
        case_id=row.id,
        what=what,
        at=work.clock.now(),
        by=actor.id if actor else None,
        code=code,
    )
    work.db.add(step)
    detail: dict[str, str | int] = {"version": row.version}
    if code:
        detail["code"] = code
    about = f"case:{row.id}"
    await record(work, actor or System(), what=f"case:{what}", about=about, detail=detail)
    work.announce(CaseChanged(row.id, row.version, what))
