"""How I am doing: what I read, a rest, cover, and talks after something hard. For me alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated, Any

from fastapi import Form, Request
from starlette.responses import Response

from holdfast.crisis.actions.covering import take_over
from holdfast.crisis.queries import open_escalations
from holdfast.desk.pages.bar import bar_for
from holdfast.desk.pages.doors import AtTheDesk
from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError, Malformed, NotFound
from holdfast.kit.forms import RowNumber
from holdfast.kit.house import House, InHouse
from holdfast.kit.ids import DebriefId, ReliefId
from holdfast.kit.pages import clock_of, looks_of, render
from holdfast.kit.words import say
from holdfast.kit.work import Work
from holdfast.members.pages.wording import days_for
from holdfast.resources.pages.wording import (
    country_name,
    facts,
    safety_words,
    shared_facts,
)
from holdfast.resources.queries import checks_file, checks_in, countries, help_in
from holdfast.resources.rules.helplines import WORLD
from holdfast.rights.rules import Permission, Staff, may
from holdfast.staff.queries import shift_of
from holdfast.wellbeing.actions.caring import (
    answer_debrief,
    ask_for_relief,
    end_break,
    relieve,
    show_debriefs,
    take_break,
)
from holdfast.wellbeing.queries.caring import (
    care_for,
    reliefs_asked,
    talks_of,
    talks_to_have,
)
from holdfast.wellbeing.rules.caring import DebriefState

HERE = "/desk/care"
router = APIRouter(prefix=HERE, include_in_schema=False)
SAVED = ("resting", "asked", "back", "covering", "covering-some", "answered")
ANSWERS = {state.value: state for state in DebriefState if state is not DebriefState.OFFERED}
Answer = Annotated[str, Form(max_length=20)]
Act = Callable[[Work, Staff], Awaitable[object]]


@router.get("")
async def get_care(request: Request, house: InHouse, staff: AtTheDesk) -> Response:
    """How I am doing. The talks booked for me stand here, and that I saw them is kept."""
    saved = request.query_params.get("saved", "")
    return await care_page(request, house, staff, saved=saved if saved in SAVED else "")


async def care_page(
    request: Request,
    house: House,
    staff: Staff,
    *,
    refused: HoldfastError | None = None,
    saved: str = "",
) -> Response:
    if not may(staff, Permission.RELIEF_ASK):
        raise NotFound
    looks = looks_of(request)
    async with house.workshop.work() as work:
        shown = await _shown(work, staff)
        await show_debriefs(work, staff)
    return render(
        request,
        "desk/care.html",
        200 if refused is None else refused.status,
        refusal=say(looks.locale, refused.words, **refused.facts) if refused else "",
        saved=saved,
        day=days_for(looks),
        clock=partial(clock_of, looks=looks),
        **bar_for(staff),
        my_id=staff.id,
        **shown,
        **outside_line(request, house),
    )


async def _shown(work: Work, staff: Staff) -> dict[str, Any]:
    holds = may(staff, Permission.DEBRIEF_HOLD)
    asked = await reliefs_asked(work)
    return {
        "care": await care_for(work, staff),
        "on_shift": await shift_of(work, staff.id, work.clock.now()) is not None,
        "held": sum(1 for one in await open_escalations(work) if one.taken_by == staff.id),
        "talks": await talks_of(work, staff.id),
        "reliefs": [one for one in asked if one.staff_id != staff.id],
        "holds_talks": holds,
        "others": [one for one in await talks_to_have(work) if one.staff_id != staff.id]
        if holds
        else [],
    }


def outside_line(request: Request, house: House) -> dict[str, Any]:
    """Somebody to call who has nothing to do with this place, in the country that one chose."""
    locale, today = looks_of(request).locale, house.workshop.clock.now().date()
    chosen = request.query_params.get("country", "").upper()
    home = house.community.country
    country = next((one for one in (chosen, home) if one in {*countries(), WORLD}), WORLD)
    named = [(code, country_name(locale, code)) for code in countries()]
    return {
        "sheet": help_in(country, today, checks=checks_in(checks_file(house.settings.data))),
        "country": country,
        "countries": sorted(named, key=lambda one: one[1].casefold()),
        "world": WORLD,
        "pgettext": safety_words(locale),
        "facts": partial(facts, locale),
        "shared_facts": partial(shared_facts, locale),
    }


@router.post("/rest")
async def post_rest(request: Request, house: InHouse, staff: AtTheDesk) -> Response:
    """Ten minutes for me, while somebody else is here."""
    return await _carry_out(request, house, staff, take_break, saved="resting")


@router.post("/cover")
async def post_cover(request: Request, house: InHouse, staff: AtTheDesk) -> Response:
    """Ask that somebody come."""
    return await _carry_out(request, house, staff, ask_for_relief, saved="asked")


@router.post("/back")
async def post_back(request: Request, house: InHouse, staff: AtTheDesk) -> Response:
    """I am back, or need no cover any more."""
    return await _carry_out(request, house, staff, end_break, saved="back")


async def _carry_out(
    request: Request, house: House, staff: Staff, act: Act, *, saved: str
) -> Response:
    """What I asked for myself, and back to the page; where it cannot be, the page says why."""
    try:
        async with house.workshop.work() as work:
            await act(work, staff)
    except HoldfastError as refused:
        return await care_page(request, house, staff, refused=refused)
    return go_to(f"{HERE}?saved={saved}#saved")


@router.post("/reliefs/{relief_id}")
async def post_cover_for(
    request: Request, house: InHouse, staff: AtTheDesk, relief_id: RowNumber
) -> Response:
    """Cover for somebody: what they hold comes into my hands, and their rest begins."""
    try:
        async with house.workshop.work() as work:
            row = await relieve(work, staff, relief_id=ReliefId(relief_id))
            await take_over(work, staff, from_id=row.staff_id)
            left = [one for one in await open_escalations(work) if one.taken_by == row.staff_id]
    except NotFound:
        raise
    except HoldfastError as refused:
        return await care_page(request, house, staff, refused=refused)
    return go_to(f"{HERE}?saved={'covering-some' if left else 'covering'}#saved")


@router.post("/talks/{debrief_id}")
async def post_talk(
    house: InHouse, staff: AtTheDesk, debrief_id: RowNumber, answer: Answer = ""
) -> Response:
    """Yes to a talk, or not now, or that it was held."""
    if answer not in ANSWERS:
        raise Malformed
    async with house.workshop.work() as work:
        state = ANSWERS[answer]
        await answer_debrief(work, staff, debrief_id=DebriefId(debrief_id), state=state)
    return go_to(f"{HERE}?saved=answered#saved")
