"""Listening at the desk: hands that are up, what the guard called for, and who may listen."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from starlette.responses import Response

from holdfast.desk.pages.bar import bar_for
from holdfast.desk.pages.rights import (
    GO_ON,
    ROLES,
    last_day,
    rights_shown,
    role_of,
    why_it_goes_on,
)
from holdfast.desk.pages.steward_doors import days_for, said
from holdfast.desk.pages.weeks import language_name
from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError, Malformed, NotFound
from holdfast.kit.forms import EMPTY, Filled, RowNumber, filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.looks import Looks
from holdfast.kit.pages import looks_of, offered_languages, render
from holdfast.kit.words import N_, NP_, say
from holdfast.listening.access import granting_staff, is_offered, staff_who_answers
from holdfast.listening.actions import (
    answer_hand,
    decide_guard,
    extend_right,
    grant_by_code,
    let_right_go_on,
    take_right_back,
)
from holdfast.listening.queries import GuardCard, HandCard, guard_calls, hands
from holdfast.listening.rules.sessions import GuardOutcome, HandState, Side
from holdfast.rights.rules import Permission, Staff, may
from holdfast.rooms.access import NotOnShift
from holdfast.settings import Switch
from holdfast.staff.pages.doors import CurrentStaff
from holdfast.staff.pages.wording import moments_for

router = APIRouter(prefix="/desk/listening", include_in_schema=False)
HERE = "/desk/listening"
SAVED = frozenset({"granted", "extended", "goes_on", "ended", "decided"})
BY = {
    Side.ASKER: N_("Raised by who asked for a listener"),
    Side.LISTENER: N_("Raised by the listener"),
    None: NP_("safety", "Raised by the house: the listener tried twice to pass on a way out"),
}
OUTCOMES = {
    GuardOutcome.GOES_ON: N_("They go on listening"),
    GuardOutcome.ENDS: N_("They no longer listen"),
}


@router.get("")
async def get_listening(request: Request, house: InHouse, staff: CurrentStaff) -> Response:
    """Everything about listening that staff see. No words of anybody."""
    return await listening_page(request, house, staff_who_answers(staff))


async def listening_page(
    request: Request,
    house: House,
    staff: Staff,
    form: Filled = EMPTY,
    refused: HoldfastError | None = None,
) -> Response:
    looks, grants = looks_of(request), may(staff, Permission.RIGHT_GRANT)
    covered = house.settings.coverage is Switch.ON
    async with house.workshop.reading() as work:
        up, calls = await hands(work), await guard_calls(work)
        rights = await rights_shown(work, request) if grants else []
        offered = await is_offered(work, covered=covered)
    saved = request.query_params.get("saved", "")
    return render(
        request,
        "desk/listening.html",
        200 if refused is None else refused.status,
        **bar_for(staff),
        refused="" if refused is None else said(request, refused),
        off_shift=isinstance(refused, NotOnShift),
        saved=saved if saved in SAVED and refused is None else "",
        offered=offered,
        hands=[_hand(one, looks, house) for one in up],
        calls=[_call(one, looks.locale) for one in calls],
        grants=grants,
        rights=rights,
        roles=[(role.value, say(looks.locale, words)) for role, words in ROLES.items()],
        go_on=[(why.value, say(looks.locale, words)) for why, words in GO_ON.items()],
        outcomes=[(one.value, say(looks.locale, words)) for one, words in OUTCOMES.items()],
        languages=[(tag, language_name(tag, looks)) for tag in offered_languages(request)],
        form=form,
        day=days_for(request),
        moment=moments_for(looks),
    )


def _hand(one: HandCard, looks: Looks, house: House) -> dict[str, Any]:
    waits = house.workshop.clock.now() - one.raised_at
    return {
        "card": one,
        "up": one.state is HandState.RAISED,
        "by": say(looks.locale, BY[one.by]),
        "language": language_name(one.language, looks),
        "seconds": round(waits.total_seconds()),
    }


def _call(one: GuardCard, locale: str) -> dict[str, Any]:
    outcome = None if one.outcome is None else say(locale, OUTCOMES[one.outcome])
    return {"card": one, "outcome": outcome}


@router.post("/hands/{hand}")
async def post_hand(
    request: Request, house: InHouse, staff: CurrentStaff, hand: RowNumber
) -> Response:
    """Come: on to the room, where the two see me."""
    try:
        async with house.workshop.work() as work:
            slug = await answer_hand(work, staff, hand_id=hand)
    except NotFound:
        raise
    except HoldfastError as refused:
        return await listening_page(request, house, staff_who_answers(staff), refused=refused)
    return go_to(f"/rooms/{slug}")


@router.post("/guard/{session}")
async def post_guard(
    request: Request, house: InHouse, staff: CurrentStaff, session: RowNumber
) -> Response:
    """Decide about a listener who tried twice."""
    form = await filled(request)
    try:
        outcome = GuardOutcome(form["outcome"])
    except ValueError:
        raise Malformed from None
    try:
        async with house.workshop.work() as work:
            await decide_guard(work, staff, session_id=session, outcome=outcome)
    except NotFound:
        raise
    except HoldfastError as refused:
        return await listening_page(request, house, staff_who_answers(staff), refused=refused)
    return go_to(f"{HERE}?saved=decided")


@router.post("/rights")
async def post_right(request: Request, house: InHouse, staff: CurrentStaff) -> Response:
    """Let whoever made this code listen, or host a circle, until a day."""
    granting_staff(staff)
    form = await filled(request)
    try:
        role, until = role_of(form["role"]), last_day(form["until"])
        languages = [tag for tag in offered_languages(request) if form[f"language-{tag}"]]
        async with house.workshop.work() as work:
            await grant_by_code(
                work, staff, code=form["code"], role=role, until=until, languages=languages
            )
    except HoldfastError as refused:
        return await listening_page(request, house, staff, form, refused)
    return go_to(f"{HERE}?saved=granted")


@router.post("/rights/{right}/extend")
async def post_extend(
    request: Request, house: InHouse, staff: CurrentStaff, right: RowNumber
) -> Response:
    """Let somebody go on until another day."""
    granting_staff(staff)
    form = await filled(request)
    try:
        async with house.workshop.work() as work:
            await extend_right(work, staff, right_id=right, until=last_day(form["until"]))
    except NotFound:
        raise
    except HoldfastError as refused:
        return await listening_page(request, house, staff, refused=refused)
    return go_to(f"{HERE}?saved=extended#rights")


@router.post("/rights/{right}/go-on")
async def post_go_on(
    request: Request, house: InHouse, staff: CurrentStaff, right: RowNumber
) -> Response:
    """A right that rests holds again, because a person looked at it and says why."""
    granting_staff(staff)
    form = await filled(request)
    try:
        why = why_it_goes_on(form["why"])
        async with house.workshop.work() as work:
            await let_right_go_on(work, staff, right_id=right, why=why)
    except NotFound:
        raise
    except HoldfastError as refused:
        return await listening_page(request, house, staff, refused=refused)
    return go_to(f"{HERE}?saved=goes_on#rights")


@router.post("/rights/{right}/end")
async def post_end(house: InHouse, staff: CurrentStaff, right: RowNumber) -> Response:
    """End a right. Duty ends with it; a talk under way goes on."""
    granting_staff(staff)
    async with house.workshop.work() as work:
        await take_right_back(work, staff, right_id=right)
    return go_to(f"{HERE}?saved=ended")
