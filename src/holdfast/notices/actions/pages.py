"""Raising pages, letting them climb, answering them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from holdfast.kit.ids import ContactId, PageId, StaffId
from holdfast.kit.work import Work
from holdfast.notices.access import page_to_answer
from holdfast.notices.events import PageAcknowledged, PageRaised
from holdfast.notices.queries import OPEN, page_about
from holdfast.notices.rules import (
    ENDS,
    ON_IT_FOR,
    Climb,
    Outcome,
    Urgency,
    Way,
    Whom,
    after,
    climb,
    is_worse,
    next_rung_at,
    retry_at,
    top,
    was_clock_ahead,
)
from holdfast.notices.tables import ContactRow, PageRow, PageTryRow
from holdfast.rights.rules import Actor, Staff, System

CALLING = timedelta(seconds=15)  # a rung whose calls were cut off by a stop is made again after it


class Call(Struct, frozen=True):
    """A call that was made, and what became of it."""

    staff_id: StaffId | None
    contact_id: ContactId | None
    way: Way | None
    outcome: Outcome
    code: str


async def page_people(
    work: Work, actor: Actor, *, about: str, urgency: Urgency, until_taken: bool = False
) -> PageId:
    """Call people about something until one of them answers.

    Saying it twice pages once. A page that is open already begins to climb anew only when it is
    about something worse by now; one that was answered is followed by another. A gap in the rota
    is told once and for all under its name. With `until_taken` a button holds the calls for two
    minutes only: `acknowledge`, by whoever takes it, ends them.
    """
    now, page = work.clock.now(), await page_about(work, about)
    if page is not None and (page.acknowledged_at is None or urgency in ENDS):
        if page.acknowledged_at is None and is_worse(urgency, page.urgency):
            page.urgency, page.climbing_since = urgency, now
            page.step, page.next_at, page.acknowledged_by = 0, now, None
            work.announce(PageRaised(page.id, urgency))
        return page.id
    page = PageRow(
        about=about,
        urgency=urgency,
        until_taken=until_taken,
        raised_at=now,
        climbing_since=now,
        next_at=now,
    )
    try:
        async with work.db.begin_nested():
            work.db.add(page)
    except IntegrityError:  # somebody else raised it in this very moment
        return await page_people(work, actor, about=about, urgency=urgency, until_taken=until_taken)
    work.announce(PageRaised(page.id, urgency))
    return page.id


async def call_others(work: Work, actor: Actor, *, page_id: PageId, staff_id: StaffId) -> None:
    """The next of the chain is anyone but this person, who asked for somebody else to come."""
    del actor
    its = update(PageRow).where(PageRow.id == page_id)
    await work.db.execute(its.values(asked_by=staff_id))


async def acknowledge(work: Work, actor: Actor, *, about: str) -> None:
    """Somebody took what the pages are about: nobody more is called. Twice is once."""
    by = actor.id if isinstance(actor, Staff) else None
    answered = {"acknowledged_by": by, "acknowledged_at": work.clock.now(), "next_at": None}
    its = update(PageRow).where(PageRow.about == about, OPEN).values(answered).returning(PageRow.id)
    for page_id in (await work.db.scalars(its)).all():
        work.announce(PageAcknowledged(page_id))


async def acknowledge_page(work: Work, actor: Actor, *, page_id: PageId) -> None:
    """Answer a page by hand. Raises `NotPermitted`, `NotFound`.

    Where a person waits, saying so is not yet coming: unless it is taken within two minutes,
    everyone is called.
    """
    page = await page_to_answer(work, actor, page_id)
    if not page.until_taken or page.acknowledged_at is not None:
        await acknowledge(work, actor, about=page.about)
        return
    page.acknowledged_by = actor.id if isinstance(actor, Staff) else None
    page.step, page.next_at = top(page.urgency), work.clock.now() + ON_IT_FOR
    page.climbing_since = page.next_at - after(page.urgency, page.step)
    work.announce(PageAcknowledged(page.id))


async def take_rung(work: Work, actor: System, *, page_id: PageId) -> tuple[PageRow, Climb] | None:
    """Begin the calls of the rung that is due; nothing where somebody answered or else calls."""
    del actor
    now, page = work.clock.now(), await work.db.get(PageRow, page_id, with_for_update=True)
    if page is None or page.acknowledged_at or page.next_at is None:
        return None
    if was_clock_ahead(page.next_at, now):
        page.climbing_since, page.next_at = now - after(page.urgency, page.step), now
    if page.next_at > now:
        return None
    due = climb(page.urgency, page.climbing_since, page.step, now)
    if due is None:
        page.next_at = next_rung_at(page.urgency, page.climbing_since, page.step)
        return None
    page.next_at = now + CALLING
    return page, due


async def note_calls(
    work: Work, actor: System, *, page_id: PageId, done: Climb, calls: Sequence[Call]
) -> bool:
    """Keep what became of a rung's calls. Whether to climb on at once: nobody was reached.

    Where nobody was, the ladder is climbed as if its time had come, so that nobody waits half a
    minute for a phone that is off.
    """
    del actor
    now, page = work.clock.now(), await work.db.get_one(PageRow, page_id, with_for_update=True)
    await _keep(work, page_id, calls)
    if page.acknowledged_at is not None:
        return False
    page.step = done.step
    people = [call for call in calls if call.staff_id is not None]
    reached = any(call.outcome is Outcome.REACHED for call in people)
    if reached or done.whom in {Whom.EVERYONE, Whom.PLANNERS}:
        page.next_at = next_rung_at(page.urgency, page.climbing_since, page.step)
        return False
    page.climbing_since = now - after(page.urgency, done.step)
    page.next_at = now
    return True


async def note_test_calls(work: Work, actor: Staff, *, calls: Sequence[Call]) -> None:
    """Keep what became of the calls somebody made to try their own ways."""
    del actor
    await _keep(work, None, calls)


async def _keep(work: Work, page_id: PageId | None, calls: Sequence[Call]) -> None:
    """One row for each call; one that did not get through is made again a little later."""
    now = work.clock.now()
    for call in calls:
        lost = call.outcome is Outcome.UNREACHED and page_id is not None
        row = PageTryRow(
            page_id=page_id,
            staff_id=call.staff_id,
            contact_id=call.contact_id,
            way=call.way,
            outcome=call.outcome,
            code=call.code,
            at=now,
            again_at=retry_at(1, now) if lost else None,
        )
        work.db.add(row)
        await _remember(work, call, now)


async def take_retry(work: Work, actor: System, *, row: PageTryRow) -> bool:
    """Begin a call once more; nobody else does meanwhile. A stop leaves it to a later look."""
    del actor
    now = work.clock.now()
    its = PageTryRow.id == row.id, PageTryRow.again_at <= now
    taken = update(PageTryRow).where(*its).values(again_at=now + CALLING).returning(PageTryRow.id)
    return (await work.db.scalar(taken)) is not None


async def note_retry(work: Work, actor: System, *, row: PageTryRow, call: Call) -> None:
    """Keep what became of a call that was made once more."""
    del actor
    now, kept = work.clock.now(), await work.db.get_one(PageTryRow, row.id)
    kept.tries += 1
    kept.outcome, kept.code = call.outcome, call.code
    kept.again_at = retry_at(kept.tries, now) if call.outcome is Outcome.UNREACHED else None
    await _remember(work, call, now)


async def _remember(work: Work, call: Call, now: datetime) -> None:
    """A device that is no more is not called again."""
    seen = {Outcome.REACHED: "reached_at", Outcome.GONE: "gone_at"}.get(call.outcome)
    if seen is not None and call.contact_id is not None:
        its = ContactRow.id == call.contact_id
        await work.db.execute(update(ContactRow).where(its).values({seen: now}))
