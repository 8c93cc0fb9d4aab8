"""What is done for those who care: their reading is counted, cover is found, talks are booked."""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as insert_on_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_on_sqlite

from holdfast.kit.errors import Conflict
from holdfast.kit.ids import DebriefId, ReliefId, StaffId
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.notices.actions import acknowledge, call_others, page_people
from holdfast.notices.rules import Urgency
from holdfast.rights.rules import Actor, Staff, System
from holdfast.staff.actions.shifts import note_talk_booked, note_talk_shown
from holdfast.wellbeing.access import at_work, debrief_to_answer, relief_to_give
from holdfast.wellbeing.events import ReliefChanged
from holdfast.wellbeing.queries.caring import (
    is_alone_at_the_limit,
    may_rest,
    people_to_talk_with,
    running_relief,
)
from holdfast.wellbeing.rules.caring import (
    BREAK,
    DEBRIEF_WITHIN,
    DEBRIEFS_KEPT_FOR,
    KEPT_FOR,
    DebriefState,
    points_for,
    who_debriefs,
)
from holdfast.wellbeing.tables import DebriefRow, ExposureRow, ReliefRow

NOBODY_ELSE = N_(
    "Nobody else is here for what you do. Ask for cover, and rest when somebody has come."
)


async def note_exposure(
    work: Work,
    actor: Actor,
    *,
    staff_id: StaffId,
    concern: int,
    about: str,
    says_how: bool = False,
) -> None:
    """Somebody read hard words. The same twice counts once, by what is gravest about it.

    Who has had enough and is alone with it gets somebody called, who can cover.
    """
    points, now = points_for(concern, says_how=says_how), work.clock.now()
    of_mine = ExposureRow.staff_id == staff_id, ExposureRow.about == about
    graver = (
        update(ExposureRow)
        .where(*of_mine, ExposureRow.points < points)
        .values(points=points, concern=int(concern))
    )
    await work.db.execute(graver)
    row = {"staff_id": staff_id, "about": about, "concern": int(concern)}
    is_sqlite = work.db.get_bind().dialect.name == "sqlite"
    insert = insert_on_sqlite if is_sqlite else insert_on_postgresql
    added = insert(ExposureRow).values(**row, points=points, at=now).on_conflict_do_nothing()
    await work.db.execute(added)
    if await is_alone_at_the_limit(work, staff_id):
        await _ask(work, actor, staff_id)


async def take_break(work: Work, actor: Actor) -> ReliefRow:
    """Rest for ten minutes. Doing it twice is one break.

    Raises `NotPermitted` for who is not on shift, `Conflict` where nobody else is there: then one
    asks for cover, and rests when somebody has come.
    """
    me = await at_work(work, actor)
    running = await running_relief(work, me.id)
    if running is not None and running.until is not None:
        return running
    if not await may_rest(work, me):
        raise Conflict(NOBODY_ELSE, code="nobody_else")
    row = running or ReliefRow(staff_id=me.id, asked_at=work.clock.now())
    row.until = work.clock.now() + BREAK
    work.db.add(row)
    await work.db.flush()
    await acknowledge(work, actor, about=f"relief:{row.id}")
    work.announce(ReliefChanged(row.id))
    return row


async def ask_for_relief(work: Work, actor: Actor) -> ReliefRow:
    """Ask that somebody come for a while. Others on the rota are called until one does."""
    me = await at_work(work, actor)
    return await _ask(work, actor, me.id)


async def _ask(work: Work, actor: Actor, staff_id: StaffId) -> ReliefRow:
    running = await running_relief(work, staff_id)
    if running is not None:
        return running
    row = ReliefRow(staff_id=staff_id, asked_at=work.clock.now())
    work.db.add(row)
    await work.db.flush()
    about = f"relief:{row.id}"
    page_id = await page_people(work, actor, about=about, urgency=Urgency.RELIEF)
    await call_others(work, actor, page_id=page_id, staff_id=staff_id)
    work.announce(ReliefChanged(row.id))
    return row


async def relieve(work: Work, actor: Actor, *, relief_id: ReliefId) -> ReliefRow:
    """Cover for somebody: their break begins. Raises `NotFound`, and `Conflict` once another does.

    What they have in their hands is handed over by the storey above, in the same work.
    """
    row = await relief_to_give(work, actor, relief_id)
    now = work.clock.now()
    assert isinstance(actor, Staff)  # noqa: S101 - the door let nobody else through
    row.relieved_by, row.relieved_at, row.until = actor.id, now, now + BREAK
    await acknowledge(work, actor, about=f"relief:{row.id}")
    work.announce(ReliefChanged(row.id))
    return row


async def end_break(work: Work, actor: Actor) -> None:
    """I am back, or need no cover any more. Doing it twice does nothing more."""
    me = await at_work(work, actor)
    running = await running_relief(work, me.id)
    if running is not None:
        running.ended_at = work.clock.now()
        await acknowledge(work, actor, about=f"relief:{running.id}")
        work.announce(ReliefChanged(running.id))


async def book_debrief(work: Work, actor: System, *, staff_id: StaffId, about: str) -> None:
    """Book a talk within 24 hours for somebody who was there for something hard; once."""
    del actor
    booked = DebriefRow.staff_id == staff_id, DebriefRow.about == about
    if await work.db.scalar(select(DebriefRow.id).where(*booked)) is not None:
        return
    now = work.clock.now()
    people, ahead = await people_to_talk_with(work)
    row = DebriefRow(
        staff_id=staff_id,
        about=about,
        booked_at=now,
        due_at=now + DEBRIEF_WITHIN,
        with_id=who_debriefs(staff_id, people, ahead),
    )
    work.db.add(row)
    await work.db.flush()
    await note_talk_booked(work, System(), staff_id=staff_id)


async def show_debriefs(work: Work, actor: Staff) -> None:
    """The talks booked for me stand before my eyes now."""
    mine = DebriefRow.staff_id == actor.id, DebriefRow.shown_at.is_(None)
    await work.db.execute(update(DebriefRow).where(*mine).values(shown_at=work.clock.now()))
    await note_talk_shown(work, actor)


async def answer_debrief(
    work: Work, actor: Actor, *, debrief_id: DebriefId, state: DebriefState
) -> None:
    """Say yes to a talk, or not now, or that it was held. Raises `NotFound` for another's.

    Who has such talks may note for others that it was held, and nothing else.
    """
    row = await debrief_to_answer(work, actor, debrief_id, state)
    row.state, row.answered_at = state, work.clock.now()


async def forget_old_care(work: Work, actor: System) -> None:
    """What weighs nothing any more is gone; so are talks and breaks of long ago."""
    del actor
    now = work.clock.now()
    await work.db.execute(delete(ExposureRow).where(ExposureRow.at < now - KEPT_FOR))
    await work.db.execute(delete(DebriefRow).where(DebriefRow.due_at < now - DEBRIEFS_KEPT_FOR))
    await work.db.execute(delete(ReliefRow).where(ReliefRow.asked_at < now - KEPT_FOR))
