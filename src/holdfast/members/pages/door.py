"""Coming in, one decision a page: age, promises, what we all understand, and a plain yes."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from holdfast.kit.cookies import go_to, set_cookie, set_session
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError, NotKept, TooFast
from holdfast.kit.forms import EMPTY, Filled, filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.pages import looks_of, offered_languages, render
from holdfast.kit.words import N_
from holdfast.members.actions import (
    DOOR,
    InvitationNeeded,
    Keys,
    ProofNeeded,
    come_through_the_door,
)
from holdfast.members.actions.proofs import open_wait
from holdfast.members.actions.sharing import share_new_session
from holdfast.members.pages.cookies import OTHER_PAGE, VISIT, is_for_other_page
from holdfast.members.pages.passes import GROWN, UNDERSTOOD, is_pass, make_pass
from holdfast.members.pages.wording import names_of
from holdfast.members.queries import door_now
from holdfast.members.rules import ages, promises
from holdfast.members.rules.door import Door
from holdfast.members.rules.understanding import QUESTIONS, explain
from holdfast.rights.api import CurrentActor
from holdfast.rights.rules import Guest, Member
from holdfast.settings import Switch

router = APIRouter(prefix="/come-in")
YOUNGER = "/come-in/younger"
UNFINISHED = 422


@router.get("")
async def get_age(request: Request, actor: CurrentActor) -> Response:
    """How old are you? Asked before anything else, without a hint at what would be right."""
    if isinstance(actor, Member):
        return go_to("/rooms")
    return go_to(YOUNGER) if is_for_other_page(request) else age_page(request, EMPTY)


@router.post("")
async def post_age(request: Request, house: InHouse) -> Response:
    """An answer to that; nothing of it is kept but, on this device, that it was the other page."""
    if is_for_other_page(request):
        return go_to(YOUNGER)
    form = await filled(request)
    if ages.is_served(form["age"]):
        return go_to(f"/come-in/promises?pass={pass_now(house, GROWN)}")
    if ages.is_band(form["age"]):
        return set_cookie(go_to(YOUNGER), request, VISIT, OTHER_PAGE)
    form.miss("age", N_("Please choose the one that is true for you."))
    return age_page(request, form, UNFINISHED)


def age_page(request: Request, form: Filled, status: int = 200) -> Response:
    return render(
        request,
        "members/age.html",
        status,
        bands=ages.LABELS.items(),
        form=form,
        speaks=names_of(offered_languages(request)),
    )


@router.get("/younger")
async def get_younger(request: Request) -> Response:
    """For people this place is not made for: kind words, and the way to those who are there."""
    return render(request, "members/younger.html")


@router.get("/promises")
async def get_promises(request: Request, house: InHouse) -> Response:
    """What we promise each other, with examples."""
    if away := turned_away(request, house, GROWN):
        return away
    door_pass = pass_now(house, GROWN)
    return render(
        request,
        "members/promises.html",
        promises=promises.PROMISES,
        door_pass=door_pass,
        door=await door_stands(house),
    )


@router.get("/check")
async def get_check(request: Request, house: InHouse) -> Response:
    """Four questions that explain and cannot be failed."""
    if away := turned_away(request, house, GROWN):
        return away
    door_pass = pass_now(house, GROWN)
    return render(
        request,
        "members/check.html",
        questions=QUESTIONS,
        door_pass=door_pass,
        door=await door_stands(house),
    )


@router.post("/check")
async def post_check(request: Request, house: InHouse) -> Response:
    """Say how things are where an answer was another one; then, whatever is answered, go on."""
    form = await filled(request)
    if away := turned_away(request, house, GROWN, form["pass"]):
        return away
    told = explain(form.given)
    if form["explained"] or all(one.is_understood for one in told):
        return go_to(f"/come-in/agree?pass={pass_now(house, UNDERSTOOD)}")
    return render(
        request, "members/explained.html", told=told, form=form, door_pass=pass_now(house, GROWN)
    )


@router.get("/agree")
async def get_agree(request: Request, house: InHouse) -> Response:
    """Each yes by itself, none ticked beforehand."""
    if away := turned_away(request, house, UNDERSTOOD):
        return away
    wait = request.query_params.get("wait", "")
    return await agree_page(request, house, Filled({"wait": wait}))


@router.post("/agree")
async def post_agree(request: Request, house: InHouse, actor: CurrentActor) -> Response:
    """Come in. Sent twice, it lets one person in once."""
    form = await filled(request)
    if isinstance(actor, Member):
        return go_to("/come-in/place")
    if away := turned_away(request, house, UNDERSTOOD, form["pass"]):
        return away
    for consent in promises.CONSENTS:
        if form[consent.kind] != "yes":
            form.miss(consent.kind, consent.title)
    if form.missing:
        return await agree_page(request, house, form, UNFINISHED)
    try:
        token = await let_in(request, house, form)
    except (TooFast, NotKept, ProofNeeded, InvitationNeeded) as refused:
        return await agree_page(request, house, form, refused.status, refused=refused)
    return set_session(go_to("/come-in/place"), request, token)


async def let_in(request: Request, house: House, form: Filled) -> str:
    """Someone is in, for this visit: the token of their session."""
    house.limits.take("door", DOOR)
    async with house.workshop.work() as work:
        came = await come_through_the_door(
            work,
            Guest(),
            root=house.root,
            door=await door_now(work, may_ask=house.settings.proof_of_work is Switch.ON),
            keys=Keys(form["proof"], form["invitation"], form["wait"]),
            age_band=ages.AgeBand.ADULT,
            version=form["version"],
            language=looks_of(request).locale,
            kept=False,
        )
        if form["shared"] == "yes":
            await share_new_session(work, Guest(), token=came.token)
    return came.token


async def door_stands(house: House) -> Door:
    """What the door asks for just now."""
    async with house.workshop.reading() as work:
        return await door_now(work, may_ask=house.settings.proof_of_work is Switch.ON)


async def agree_page(
    request: Request,
    house: House,
    form: Filled,
    status: int = 200,
    refused: HoldfastError | None = None,
) -> Response:
    door, now = await door_stands(house), house.workshop.clock.now()
    return render(
        request,
        "members/agree.html",
        status,
        form=form,
        refused=refused.words if refused else "",
        consents=promises.CONSENTS,
        version=promises.VERSION,
        door_pass=pass_now(house, UNDERSTOOD),
        door=door,
        has_waited=open_wait(house.root, form["wait"], now) is not None,
    )


def turned_away(
    request: Request, house: House, step: str, given: str | None = None
) -> Response | None:
    """Where someone goes instead who has not come this far; nobody, if they have."""
    if is_for_other_page(request):
        return go_to(YOUNGER)
    given = request.query_params.get("pass", "") if given is None else given
    now = house.workshop.clock.now()
    return None if is_pass(house.root, step, given, now) else go_to("/come-in")


def pass_now(house: House, step: str) -> str:
    return make_pass(house.root, step, house.workshop.clock.now())
