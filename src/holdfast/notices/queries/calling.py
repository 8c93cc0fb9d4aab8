"""Reading pages and the ways to call people."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import or_, select

from holdfast.kit.ids import PageId, StaffId
from holdfast.kit.work import Work
from holdfast.notices.rules import Outcome
from holdfast.notices.rules.climbing import LONGEST_WAIT
from holdfast.notices.tables import ChainRow, ContactRow, PageRow, PageTryRow

OPEN = PageRow.acknowledged_at.is_(None)


async def due_pages(work: Work, now: datetime) -> list[PageId]:
    """The pages on which somebody is to be called by now, the oldest first.

    One that would be due much later was written by another clock: see `was_clock_ahead`.
    """
    by_now = or_(PageRow.next_at <= now, PageRow.next_at > now + LONGEST_WAIT)
    due = select(PageRow.id).where(OPEN, by_now)
    return list(await work.db.scalars(due.order_by(PageRow.raised_at, PageRow.id)))


async def climbing_pages(work: Work) -> bool:
    """Whether there is a page that is still to climb."""
    ahead = select(PageRow.id).where(OPEN, PageRow.next_at.is_not(None)).limit(1)
    return await work.db.scalar(ahead) is not None


async def open_pages(work: Work) -> Sequence[PageRow]:
    """The pages that nobody answered yet, the oldest first."""
    return (await work.db.scalars(select(PageRow).where(OPEN).order_by(PageRow.raised_at))).all()


async def page_about(work: Work, about: str) -> PageRow | None:
    """The newest page about something, answered or not."""
    named = select(PageRow).where(PageRow.about == about).order_by(PageRow.id.desc()).limit(1)
    found: PageRow | None = await work.db.scalar(named)
    return found


async def due_retries(work: Work, now: datetime) -> Sequence[PageTryRow]:
    """The calls to make once more: of open pages only."""
    due = (
        select(PageTryRow)
        .join(PageRow, PageRow.id == PageTryRow.page_id)
        .where(OPEN, PageTryRow.again_at <= now)
    )
    return (await work.db.scalars(due.order_by(PageTryRow.id))).all()


async def troubles_since(work: Work, since: datetime) -> Sequence[PageTryRow]:
    """The calls that did not get through, the newest first; for the desk."""
    lost = PageTryRow.outcome != Outcome.REACHED, PageTryRow.at >= since
    return (
        await work.db.scalars(select(PageTryRow).where(*lost).order_by(PageTryRow.id.desc()))
    ).all()


async def called_for(work: Work, page_id: PageId) -> set[StaffId]:
    """Everyone who was called for a page, reached or not."""
    its = select(PageTryRow.staff_id).where(PageTryRow.page_id == page_id)
    return {staff_id for staff_id in await work.db.scalars(its) if staff_id is not None}


async def chain(work: Work) -> list[StaffId]:
    """The chain in its order, as a steward set it; empty until then."""
    return list(await work.db.scalars(select(ChainRow.staff_id).order_by(ChainRow.place)))


async def contacts_of(
    work: Work, people: Collection[StaffId] | None = None
) -> Sequence[ContactRow]:
    """The ways to call these people that still work, oldest first; everyone's without names."""
    ways = select(ContactRow).where(ContactRow.gone_at.is_(None)).order_by(ContactRow.id)
    if people is not None:
        ways = ways.where(ContactRow.staff_id.in_(people))
    return (await work.db.scalars(ways)).all()


async def ways_of(work: Work, staff_id: StaffId) -> Sequence[ContactRow]:
    """All ways to call one person, those that work no more as well."""
    theirs = select(ContactRow).where(ContactRow.staff_id == staff_id)
    return (await work.db.scalars(theirs.order_by(ContactRow.id))).all()
