"""Asking those who would fit whether they want to begin; hearing them; and beginning."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from sqlalchemy import select

from holdfast.circles.access import circle_to_join, may_come_in, proposal_to_answer
from holdfast.circles.actions.joining import join_circle
from holdfast.circles.actions.making import CirclePlan, make_circle, seat_somebody
from holdfast.circles.actions.wishing import end_wish
from holdfast.circles.events import CircleChanged, CircleProposed
from holdfast.circles.queries.circles import Room
from holdfast.circles.queries.proposals import answers_to, proposals_due, unanswered
from holdfast.circles.queries.wishes import wishes_of
from holdfast.circles.rules.agreement import agreed
from holdfast.circles.rules.choices import CULTURES, MANNERS, PACES, STAGES, THEMES
from holdfast.circles.rules.course import (
    ASKED_FOR,
    FEWEST,
    SEAT_HELD_FOR,
    USUAL_WEEKS,
    agreed_weeks,
    weeks_chosen,
)
from holdfast.circles.rules.forming.wishes import Wish, may_be_a_circle
from holdfast.circles.rules.times import as_bits, first_meeting, from_bits
from holdfast.circles.tables import CircleRow, ProposalAnswerRow, ProposalRow, Said, WishRow
from holdfast.kit.ids import MemberId, RoomId
from holdfast.kit.work import Work
from holdfast.meetings.actions.planning import plan_meeting
from holdfast.notices.actions import Told, tell_members
from holdfast.notices.rules.telling import Kind
from holdfast.rights.rules import Member, System
from holdfast.rooms.queries.places import room_named, room_to_change

MEETS_FOR = 60  # minutes
MOST_UNANSWERED = 2
SHARED_BY = 2  # what a circle is about is what at least two of it chose


class Asked(Struct, frozen=True):
    """One person to ask: their wish, why, and how well it would fit them."""

    wish: WishRow
    reasons: str
    fit: float


async def propose_circle(
    work: Work, actor: System, *, people: Sequence[Asked], language: str, slots: frozenset[int]
) -> ProposalRow | None:
    """Ask these whether they want to begin; nothing where one of them waits no more."""
    rows = await _still_waiting(work, [one.wish for one in people])
    if len(rows) < len(people) or not may_be_a_circle(await wishes_of(work, rows)):
        return None
    return await _ask(work, actor, people, language=language, slots=slots)


async def propose_seat(
    work: Work, actor: System, *, somebody: Asked, room: Room, slots: frozenset[int]
) -> ProposalRow | None:
    """Ask one who waits whether they would like a seat in a circle that is there."""
    rows = await _still_waiting(work, [somebody.wish])
    if not rows:
        return None
    return await _ask(work, actor, [somebody], language=room.language, slots=slots, room_id=room.id)


async def _still_waiting(work: Work, wishes: Sequence[WishRow]) -> list[WishRow]:
    """Those of these wishes that wait and are not asked about, held until the work ends."""
    ids = [one.id for one in wishes]
    query = select(WishRow).where(WishRow.id.in_(ids), WishRow.proposal_id.is_(None))
    locked = query.order_by(WishRow.id).with_for_update()
    return list(await work.db.scalars(locked.execution_options(populate_existing=True)))


async def _ask(
    work: Work,
    actor: System,
    people: Sequence[Asked],
    *,
    language: str,
    slots: frozenset[int],
    room_id: RoomId | None = None,
) -> ProposalRow:
    now = work.clock.now()
    row = ProposalRow(
        made_at=now,
        until=now + (ASKED_FOR if room_id is None else SEAT_HELD_FOR),
        age_band=people[0].wish.age_band,
        language=language,
        slots=as_bits(slots),
        room_id=room_id,
        is_seat=room_id is not None,
    )
    work.db.add(row)
    await work.db.flush()
    for one in people:
        wish = await work.db.get_one(WishRow, one.wish.id)
        wish.proposal_id = row.id
        answer = ProposalAnswerRow(
            proposal_id=row.id, member_id=wish.member_id, reasons=one.reasons, fit=one.fit
        )
        work.db.add(answer)
    await work.db.flush()
    members = tuple(one.wish.member_id for one in people)
    await tell_members(
        work, actor, told=[Told(one, Kind.CIRCLE_ASKED, f"proposal:{row.id}") for one in members]
    )
    work.announce(CircleProposed(row.id, members))
    return row


# ---------------------------------------------------------------- hearing them


async def say_yes(
    work: Work, actor: Member, *, number: int, promises: bool, weeks: int = USUAL_WEEKS
) -> CircleRow | None:
    """I would like to begin. The circle, where it begins with this; nothing while others are asked.

    Raises `NotFound`, `AskOver`, `Paused`, `NotAgreed`, `Malformed`, `NoSeat`, `OtherTimes`.
    """
    agreed(promises)
    chosen = weeks_chosen(weeks)
    await may_come_in(work, actor)
    row, answer = await proposal_to_answer(work, actor, number)
    answer.said, answer.said_at, answer.weeks = Said.YES, work.clock.now(), chosen
    await work.db.flush()
    if row.is_seat:
        return await _take_offered_seat(work, actor, row, answer)
    if row.room_id is not None:
        return await _come_after(work, actor, row, answer)
    return await _begin(work, row)


async def _take_offered_seat(
    work: Work, actor: Member, row: ProposalRow, answer: ProposalAnswerRow
) -> CircleRow:
    assert row.room_id is not None  # noqa: S101 - it is a seat somewhere
    room = await room_named(work, row.room_id)
    row.over_at = work.clock.now()
    await _free(work, [actor.id], row)  # else joining would count as a no to it
    return await join_circle(
        work,
        actor,
        slug=room.slug,
        promises=True,
        speaks=frozenset({row.language}),
        slots=from_bits(row.slots),
        fit=answer.fit,
    )


async def _come_after(
    work: Work, actor: Member, row: ProposalRow, answer: ProposalAnswerRow
) -> CircleRow:
    """The others have begun already; their seat was kept. Who came meanwhile is looked at, too."""
    assert row.room_id is not None  # noqa: S101 - it has begun
    room = await room_to_change(work, row.room_id)
    circle = await work.db.get_one(CircleRow, row.room_id)
    if circle.ended_at is None:
        speaks, slots = frozenset({row.language}), from_bits(row.slots)
        await circle_to_join(work, actor, room.slug, speaks=speaks, slots=slots)
        await seat_somebody(work, System(), room_id=room.id, member_id=actor.id)
        await _placed(work, [answer])
        work.announce(CircleChanged(room.id))
    return circle


async def say_no(work: Work, actor: Member, *, number: int) -> None:
    """Not these, or not now: I go on waiting, with the time that I have waited.

    Raises `NotFound`, `AskOver`.
    """
    row, answer = await proposal_to_answer(work, actor, number)
    answer.said, answer.said_at = Said.NO, work.clock.now()
    await _free(work, [actor.id], row)
    answers = await answers_to(work, row.id)
    if sum(one.said is not Said.NO for one in answers) < (1 if row.is_seat else FEWEST):
        await _call_off(work, row)


async def _free(work: Work, members: Sequence[MemberId], row: ProposalRow) -> None:
    """These wait again; an offered seat they did not want is not offered to them anew."""
    mine = WishRow.member_id.in_(members), WishRow.proposal_id == row.id
    for wish in await work.db.scalars(select(WishRow).where(*mine)):
        wish.proposal_id = None
        if row.is_seat:
            wish.refused = " ".join({*wish.refused.split(), str(row.room_id)})
    await work.db.flush()


async def _call_off(work: Work, row: ProposalRow) -> None:
    """Too few are left: all of them go on waiting."""
    row.over_at = work.clock.now()
    await _free(work, [one.member_id for one in await answers_to(work, row.id)], row)


async def _begin(work: Work, row: ProposalRow) -> CircleRow | None:
    """Begin, where enough have said yes and still may sit together."""
    yes = [one for one in await answers_to(work, row.id) if one.said is Said.YES]
    if len(yes) < FEWEST:
        return None
    members = [one.member_id for one in yes]
    query = select(WishRow).where(WishRow.member_id.in_(members), WishRow.proposal_id == row.id)
    rows = (await work.db.scalars(query.order_by(WishRow.id))).all()
    wishes = await wishes_of(work, rows)
    if len(rows) < len(yes) or not may_be_a_circle(wishes):
        return None
    plan = plan_of(row, wishes, [one.weeks or USUAL_WEEKS for one in yes])
    circle = await make_circle(work, System(), plan=plan, people=members)
    row.room_id = circle.room_id
    if all(one.said is not None for one in await answers_to(work, row.id)):
        row.over_at = work.clock.now()
    await _placed(work, yes)
    await plan_first_meetings(work, System(), circle=circle)
    return circle


async def _placed(work: Work, answers: Sequence[ProposalAnswerRow]) -> None:
    """Their wish came true: it is erased."""
    fits = {one.member_id: one.fit for one in answers}
    query = select(WishRow).where(WishRow.member_id.in_(fits))
    for wish in (await work.db.scalars(query)).all():
        await end_wish(work, System(), row=wish, placed=True, fit=fits[wish.member_id])


def plan_of(row: ProposalRow, wishes: Sequence[Wish], weeks: list[int]) -> CirclePlan:
    """What a circle of these people is about: what at least two of them chose."""
    return CirclePlan(
        language=row.language,
        age_band=row.age_band,
        slots=from_bits(row.slots),
        themes=_shared(wishes, "theme", THEMES),
        stage=next(iter(_shared(wishes, "stage", STAGES)), ""),
        cultures=_shared(wishes, "culture", CULTURES),
        pace=next(iter(_shared(wishes, "pace", PACES)), ""),
        manner=next(iter(_shared(wishes, "manner", MANNERS)), ""),
        weeks=agreed_weeks(weeks),
    )


def _shared(wishes: Sequence[Wish], facet: str, of: Iterable[str]) -> tuple[str, ...]:
    """What most of them chose first; never what one alone did."""
    codes = list(of)
    counted = {code: sum(code in wish.chosen(facet) for wish in wishes) for code in codes}
    enough = [code for code in codes if counted[code] >= max(SHARED_BY, len(wishes) / 2)]
    return tuple(sorted(enough, key=lambda code: -counted[code]))


async def plan_first_meetings(work: Work, actor: System, *, circle: CircleRow) -> None:
    """An hour each week, at a time that all of them share; its host may move it."""
    starts = first_meeting(from_bits(circle.slots), work.clock.now())
    await plan_meeting(
        work,
        actor,
        room_id=circle.room_id,
        starts_at=starts,
        minutes=MEETS_FOR,
        until=circle.ends_at.date(),
    )


# ---------------------------------------------------------------- by the clock


async def close_proposals(work: Work, actor: System) -> int:
    """What was asked for long enough is over: a circle begins, or its people wait on. How many."""
    due = await proposals_due(work)
    for number in due:
        row = await work.db.get_one(
            ProposalRow, number, with_for_update=True, populate_existing=True
        )
        if row.over_at is None:
            await _close(work, actor, row)
    return len(due)


async def _close(work: Work, actor: System, row: ProposalRow) -> None:
    if row.room_id is None:
        await _begin(work, row)
    silent = [one.member_id for one in await answers_to(work, row.id) if one.said is None]
    await _call_off(work, row)
    for member_id in silent:
        await _let_rest(work, actor, member_id)


async def _let_rest(work: Work, actor: System, member_id: MemberId) -> None:
    """Who did not answer twice is not looked for any more: they may wish again."""
    wish = await work.db.scalar(select(WishRow).where(WishRow.member_id == member_id))
    if wish is None or await unanswered(work, member_id) < MOST_UNANSWERED:
        return
    await tell_members(work, actor, told=[Told(member_id, Kind.WISH_OVER, f"wish:{wish.id}")])
    await end_wish(work, actor, row=wish, placed=False)
