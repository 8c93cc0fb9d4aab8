"""Being asked: would you like to begin with these, or take a free seat? And, later, how are you?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import Request
from starlette.responses import Response

from holdfast.circles.actions.ending import answer_check
from holdfast.circles.actions.proposing import say_no, say_yes
from holdfast.circles.pages.wording import meets, why
from holdfast.circles.queries.circles import sitters_of
from holdfast.circles.queries.proposals import answers_to, checks_of, proposal_to
from holdfast.circles.rules.agreement import PROMISES
from holdfast.circles.rules.course import USUAL_WEEKS, WEEKS
from holdfast.circles.rules.times import first_meeting, from_bits
from holdfast.circles.tables import ProposalAnswerRow, ProposalRow, Said
from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError
from holdfast.kit.forms import RowNumber, filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.looks import Looks
from holdfast.kit.pages import looks_of, render, when_of
from holdfast.kit.words import say
from holdfast.kit.work import Work
from holdfast.meetings.queries import next_meeting
from holdfast.messages.events import avatar_url
from holdfast.rights.api import CurrentMember
from holdfast.rights.rules import Member
from holdfast.rooms.queries import name_of
from holdfast.rooms.queries.places import room_named

router = APIRouter()
HERE = "/circles/asked"
HOW = "/circles/how"


@router.get(HERE)
async def get_asked(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """What I am asked, and why these."""
    return await asked_page(request, house, member)


async def asked_page(
    request: Request, house: House, member: Member, *, refused: HoldfastError | None = None
) -> Response:
    looks = looks_of(request)
    async with house.workshop.reading() as work:
        found = await proposal_to(work, member.id)
        shown = None if found is None else await _shown(work, *found, looks)
    return render(
        request,
        "circles/asked.html",
        200 if refused is None else refused.status,
        asked=shown,
        promises=[say(looks.locale, promise) for promise in PROMISES],
        weeks=WEEKS,
        usual=USUAL_WEEKS,
        refusal=say(looks.locale, refused.words, **refused.facts) if refused else "",
    )


async def _shown(
    work: Work, row: ProposalRow, answer: ProposalAnswerRow, looks: Looks
) -> dict[str, Any]:
    now = work.clock.now()
    people = await answers_to(work, row.id)
    shown: dict[str, Any] = {
        "id": row.id,
        "is_seat": row.is_seat,
        "has_begun": not row.is_seat and row.room_id is not None,
        "others": len(people) - 1,
        "yes": sum(one.said is Said.YES for one in people),
        "said": "" if answer.said is None else answer.said.value,
        "until": when_of(row.until, now, looks),
        "why": why(answer.reasons.split(), looks.locale, seat=row.is_seat),
        "name": "",
        "faces": [],
        **meets(await _meets_at(work, row, now), now, looks),
    }
    if row.room_id is not None:
        room = await room_named(work, row.room_id)
        here = [one for one in await sitters_of(work, room.id) if one.is_one_of_them]
        shown["name"] = name_of(room.name, looks.locale)
        shown["faces"] = [avatar_url(one.avatar) for one in here]
        shown["slug"] = room.slug
    return shown


async def _meets_at(work: Work, row: ProposalRow, now: datetime) -> datetime | None:
    if row.room_id is None:
        return first_meeting(from_bits(row.slots), now)
    meeting = await next_meeting(work, row.room_id)
    return None if meeting is None else meeting.starts_at


@router.post(f"{HERE}/{{number}}/yes")
async def post_yes(
    request: Request, house: InHouse, member: CurrentMember, number: RowNumber
) -> Response:
    """I would like to. On to the circle, where it begins with this."""
    form = await filled(request)
    weeks = int(form["weeks"]) if form["weeks"].isascii() and form["weeks"].isdigit() else 0
    promises = form["promises"] == "yes"
    try:
        async with house.workshop.work() as work:
            circle = await say_yes(
                work, member, number=number, promises=promises, weeks=weeks or USUAL_WEEKS
            )
            slug = "" if circle is None else (await room_named(work, circle.room_id)).slug
    except HoldfastError as no:
        if no.status not in {400, 409}:
            raise
        return await asked_page(request, house, member, refused=no)
    return go_to(f"/circles/{slug}?said=begun" if slug else HERE)


@router.post(f"{HERE}/{{number}}/no")
async def post_no(house: InHouse, member: CurrentMember, number: RowNumber) -> Response:
    """Not these, or not now. I go on waiting."""
    async with house.workshop.work() as work:
        await say_no(work, member, number=number)
    return go_to("/circles?said=no")


# ---------------------------------------------------------------- four weeks later


@router.get(HOW)
async def get_how(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """How are you, four weeks after? Only I see the question; the answer is kept nowhere."""
    return await _how_page(request, house, member)


async def _how_page(
    request: Request, house: House, member: Member, *, answer: str = ""
) -> Response:
    looks = looks_of(request)
    async with house.workshop.reading() as work:
        checks = await checks_of(work, member.id)
        name = ""
        if checks:
            room = await room_named(work, checks[0].room_id)
            name = name_of(room.name, looks.locale)
    number = checks[0].id if checks else 0
    return render(request, "circles/how.html", number=number, name=name, answer=answer)


@router.post(f"{HOW}/{{number}}")
async def post_how(
    request: Request, house: InHouse, member: CurrentMember, number: RowNumber
) -> Response:
    """What might help now, by what I said."""
    form = await filled(request)
    answer = form["answer"] if form["answer"] in {"better", "same", "harder"} else "same"
    async with house.workshop.work() as work:
        await answer_check(work, member, number=number)
    return await _how_page(request, house, member, answer=answer)
