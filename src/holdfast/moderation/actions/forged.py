"""Noting that somebody tried to report what they cannot have seen, or words of their own making."""

from __future__ import annotations

from holdfast.audit.actions import record_refusal
from holdfast.kit.work import Work
from holdfast.moderation.queries.forged import room_if_forged
from holdfast.rights.rules import Actor, Guest

FORGED = "forged_report"


async def note_forged_report(
    work: Work, actor: Actor, *, slug: str, seq: int | None, has_more: bool = False
) -> None:
    """One row in the record, where it was a real attempt; in a work of its own.

    `has_more`: something came along that a report does not have, such as the words it is about.
    Who tried stands there only where it was somebody on the staff.
    """
    if isinstance(actor, Guest):
        return
    forged, room_id = await room_if_forged(work, actor, slug, seq)
    if not forged and not has_more:
        return
    detail: dict[str, str | int] = {} if seq is None else {"seq": seq}
    about = "room:none" if room_id is None else f"room:{room_id}"
    await record_refusal(work, actor, code=FORGED, about=about, detail=detail or None)
