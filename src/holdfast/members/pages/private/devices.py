"""Another device: words and a picture on the one that is in, and a yes there for the new one."""

from __future__ import annotations

import segno
from fastapi import Request
from markupsafe import Markup
from starlette.responses import Response

from holdfast.kit.cookies import clear_cookie, cookie, go_to, set_cookie, set_session
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import Conflict, HoldfastError, NotFound, NotKept, TooFast
from holdfast.kit.forms import EMPTY, Filled, filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.pages import render
from holdfast.members.access import link_of_mine, link_that_claims
from holdfast.members.actions.devices import (
    CLAIMS,
    LINKS,
    WrongWords,
    answer_link,
    claim_link,
    come_in_by_link,
    make_device_link,
    stop_device_link,
)
from holdfast.members.pages.private.shown import HERE, private_page, with_wait
from holdfast.members.rules.staying import sign_of
from holdfast.rights.api import CurrentActor, CurrentMember
from holdfast.rights.rules import Member
from holdfast.staff.pages.doors import address_of

router = APIRouter()
WANTS, OTHER = "holdfast-wants", "/other-device"
ENDED = f"{OTHER}?after=wait"
SHARED, OWN = "shared", "own"


@router.post(f"{HERE}/device")
async def post_device(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """Six words and a picture of them, shown once: loading again makes other ones."""
    try:
        house.limits.take(("device link", member.id), LINKS)
    except TooFast as refused:
        return await private_page(request, house, member, refused)
    async with house.workshop.work() as work:
        words = await make_device_link(work, member, root=house.root)
    # After the sign no browser sends it on: the words are in no address that a server sees.
    address = f"{address_of(request)}{OTHER}#{'-'.join(words.split())}"
    drawn = segno.make(address, error="m").svg_inline(
        border=3, dark="#000", light="#fff", omitsize=True
    )
    picture = Markup(drawn)  # noqa: S704 - drawn here
    return render(request, "members/device.html", words=words.split(), picture=picture, asks="")


@router.get(f"{HERE}/device")
async def get_device(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """Whether another device asks to come in, and by which sign I know it."""
    return await asking(request, house, member)


async def asking(
    request: Request, house: House, member: Member, refused: HoldfastError | None = None
) -> Response:
    """The question of the device that asks now; `refused` says why the answer did not count."""
    async with house.workshop.reading() as work:
        link = await link_of_mine(work, member)
    if link is None or link.said_yes:
        return go_to(f"{HERE}#devices")
    asks = sign_of(link.claim) if link.claim else ""
    status, words = (refused.status, refused.words) if refused else (200, "")
    return render(
        request, "members/device.html", status, words=(), picture="", asks=asks, refused=words
    )


@router.post(f"{HERE}/device/answer")
async def post_answer(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """Yes, that is mine; or no, and nobody comes in by these words."""
    form = await filled(request)
    try:
        async with house.workshop.work() as work:
            if form["yes"] != "yes":
                await stop_device_link(work, member)
                return go_to(f"{HERE}?saved=stopped#saved")
            await answer_link(work, member, sign=form["sign"])
    except Conflict as refused:
        return await asking(request, house, member, refused)
    return go_to(f"{HERE}?saved=device#saved")


@router.get(OTHER)
async def get_other(request: Request, actor: CurrentActor) -> Response:
    """Six words from the device that is in already, please."""
    if isinstance(actor, Member):
        return go_to("/rooms")
    was_ended = request.query_params.get("after", "") == "wait"
    return other_page(request, EMPTY, was_ended=was_ended)


def other_page(
    request: Request,
    form: Filled,
    status: int = 200,
    *,
    refused: str = "",
    was_ended: bool = False,
) -> Response:
    told = {"refused": refused, "was_ended": was_ended}
    return render(request, "members/other-device.html", status, form=form, **told)


@router.post(OTHER)
async def post_other(request: Request, house: InHouse, actor: CurrentActor) -> Response:
    """This device wants in. It holds a key of its own until there is a yes."""
    form = await filled(request)
    try:
        house.limits.take("device claims", CLAIMS)
        async with house.workshop.work() as work:
            claimed = await claim_link(work, actor, root=house.root, typed=form["words"])
    except (WrongWords, TooFast, NotKept) as refused:
        status = 422 if isinstance(refused, WrongWords) else refused.status
        page = other_page(request, form, status, refused=refused.words)
        return with_wait(page, refused)
    kept = f"{SHARED if form['shared'] == 'yes' else OWN}.{claimed.key}"
    return set_cookie(go_to(f"{OTHER}/wait"), request, WANTS, kept)


@router.get(f"{OTHER}/wait")
async def get_wait(request: Request, house: InHouse) -> Response:
    """Waits for a yes, and goes on with it. It looks again by itself."""
    key = wanting(request)[1]
    async with house.workshop.reading() as work:
        link = await link_that_claims(work, key) if key else None
    if link is None or link.claim is None:
        return clear_cookie(go_to(ENDED if key else OTHER), request, WANTS)
    sign, may_come = sign_of(link.claim), link.said_yes
    return render(request, "members/other-wait.html", sign=sign, may_come=may_come)


@router.post(f"{OTHER}/wait")
async def post_wait(request: Request, house: InHouse, actor: CurrentActor) -> Response:
    """Comes in after the yes. Who was in before in this browser is so no longer."""
    how, key = wanting(request)
    try:
        async with house.workshop.work() as work:
            token = await come_in_by_link(work, actor, key=key, shared=how == SHARED)
    except NotFound:
        return clear_cookie(go_to(ENDED), request, WANTS)
    return clear_cookie(set_session(go_to("/rooms"), request, token), request, WANTS)


def wanting(request: Request) -> tuple[str, str]:
    """How this device wants in, and the key that it holds until then."""
    how, _, key = cookie(request, WANTS).partition(".")
    return how, key
