"""The only door to the record for people: whose rows, and how much of each."""

from __future__ import annotations

from msgspec.structs import replace

from holdfast.audit.queries import Record, recent
from holdfast.kit.errors import NotFound
from holdfast.kit.ids import StaffId
from holdfast.kit.work import Work
from holdfast.rights.rules import Actor, Permission, Staff, may


async def records_to_see(
    work: Work,
    actor: Actor,
    *,
    about: str | None = None,
    what: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[Record]:
    """The rows this actor may see, newest first. Raises `NotFound` where there is nothing for them.

    Lead and auditor see all; a steward sees that something was done, when and in which role, but
    neither about whom nor by whom, besides the own acts; everybody else on the staff sees what
    they did themselves.
    """
    if not isinstance(actor, Staff) or not may(actor, Permission.AUDIT_READ_OWN):
        raise NotFound
    if may(actor, Permission.AUDIT_READ):
        return await recent(work, about=about, what=what, before=before, limit=limit)
    if may(actor, Permission.AUDIT_READ_META) and about is None:
        found = await recent(work, what=what, before=before, limit=limit)
        return [_outline(row, actor.id) for row in found]
    return await recent(work, staff_id=actor.id, about=about, what=what, before=before, limit=limit)


def _outline(row: Record, mine: StaffId) -> Record:
    if row.staff_id == mine:
        return row
    return replace(row, staff_id=None, about=None, why=None, detail={})
