"""Listening at the desk: hands that are up, what the guard called for, and who may listen."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from fastapi import Request
from starlette.responses import Response

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
from holdfast.listening.actions import answer_hand, decide_guard, grant_by_code, take_right_back
from holdfast.listening.queries import GuardCard, HandCard, guard_calls, hands
from holdfast.listening.rules.sessions import GuardOutcome, HandState, Side
from holdfast.rights.queries import standing_rights
from holdfast.rights.rules import Permission, Staff, may
from holdfast.rights.tables import RightRole
from holdfast.rooms.access import NotOnShift
from holdfast.settings import Switch
from holdfast.staff.pages.doors import CurrentStaff
from holdfast.staff.pages.wording import moments_for

router = APIRouter(prefix="/desk/listening", include_in_schema=False)
HERE = "/desk/listening"
SAVED = frozenset({"granted", "ended", "decided"})
BY = {
    Side.ASKER: N_("Raised by who asked for a listener"),
    Side.LISTENER: N_("Raised by the listener"),
    None: NP_("safety", "Raised by the house: the listener tried twice to pass on a way out"),
}
ROLES = {
    RightRole.LISTENER: N_("To listen, one to one"),
    RightRole.HOST: N_("To host a circle"),
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
        rights = await standing_rights(work) if grants else ()
        offered = await is_offered(work, covered=covered)
    saved = request.query_params.get("saved", "")
    return render(
        request,
        "desk/listening.html",
        200 if refused is None else refused.status,
        me=staff.name,
        refused="" if refused is None else said(request, refused),
        off_shift=isinstance(refused, NotOnShift),
        saved=saved if saved in SAVED and refused is None else "",
        offered=offered,
        hands=[_hand(one, looks, house) for one in up],
        calls=[_call(one, looks.locale) for one in calls],
        grants=grants,
        rights=rights,
        roles=[(role.value, say(looks.locale, words)) for role, words in ROLES.items()],
        role_words={role: say(looks.locale, words) for role, words in ROLES.items()},
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
        role, until = _role(form["role"]), _until(form["until"])
        languages = [tag for tag in offered_languages(request) if form[f"language-{tag}"]]
        async with house.workshop.work() as work:
            await grant_by_code(
                work, staff, code=form["code"], role=role, until=until, languages=languages
            )
    except HoldfastError as refused:
        return await listening_page(request, house, staff, form, refused)
    return go_to(f"{HERE}?saved=granted")


def _role(code: str) -> RightRole:
    try:
        return RightRole(code)
    except ValueError:
        raise Malformed from None


def _until(typed: str) -> datetime:
    """The end of the day that was typed."""
    try:
        return datetime.combine(date.fromisoformat(typed), time(23, 59, 59), UTC)
    except ValueError:
        raise Malformed(N_("Please choose the last day.")) from None


@router.post("/rights/{right}/end")
async def post_end(house: InHouse, staff: CurrentStaff, right: RowNumber) -> Response:
    """End a right. Duty ends with it; a talk under way goes on."""
    granting_staff(staff)
    async with house.workshop.work() as work:
        await take_right_back(work, staff, right_id=right)
    return go_to(f"{HERE}?saved=ended")
