"""What staff do with the pager, kept in the record."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.audit.actions import record
from holdfast.kit.ids import PageId, StaffId
from holdfast.kit.work import Work
from holdfast.notices.actions import acknowledge_page, order_chain
from holdfast.rights.rules import Actor


async def set_chain(work: Work, actor: Actor, *, people: Sequence[StaffId]) -> None:
    """Say who is called, and in which order. Raises `NotPermitted`."""
    await order_chain(work, actor, people=people)
    await record(work, actor, what="pager:chain_set", detail={"people": len(people)})


async def answer_page(work: Work, actor: Actor, *, page_id: PageId) -> None:
    """Answer a page by hand, so that nobody more is called. Raises `NotPermitted`, `NotFound`."""
    await acknowledge_page(work, actor, page_id=page_id)
    await record(work, actor, what="pager:answered", about=f"page:{page_id}")
