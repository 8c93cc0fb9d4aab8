"""Coming back: with the seven words, or by a link that someone was given."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from holdfast.kit.cookies import go_to, set_session
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import NotFound, NotKept, TooFast
from holdfast.kit.forms import EMPTY, Filled, filled
from holdfast.kit.house import InHouse
from holdfast.kit.pages import offered_languages, render
from holdfast.members.access import member_behind_link
from holdfast.members.actions import PHRASES, WrongPhrase, sign_in, sign_in_by_link, sign_out
from holdfast.members.pages.private.shown import with_wait
from holdfast.members.pages.wording import names_of
from holdfast.members.rules.phrases import hint_for_typos, is_phrase
from holdfast.rights.api import CurrentActor
from holdfast.rights.rules import Member
from holdfast.staff.access import staff_behind_link
from holdfast.staff.actions import sign_in_staff_by_link
from holdfast.staff.pages.doors import named_address

router = APIRouter(prefix="/sign-in")
INSIDE = "/rooms"
UNFINISHED = 422


@router.get("")
async def get_sign_in(request: Request, actor: CurrentActor) -> Response:
    """Seven words, please."""
    return go_to(INSIDE) if isinstance(actor, Member) else sign_in_page(request, EMPTY)


@router.post("")
async def post_sign_in(request: Request, house: InHouse, actor: CurrentActor) -> Response:
    """Come back. What is wrong is said by its place; no sentence says the words back."""
    form = await filled(request)
    phrase = form["phrase"]
    try:
        if not is_phrase(phrase):
            raise WrongPhrase
        house.limits.take("phrases", PHRASES)
        async with house.workshop.work() as work:
            shared = form["shared"] == "yes"
            token = await sign_in(work, actor, root=house.root, phrase=phrase, shared=shared)
            await sign_out(work, actor)  # whoever was in before in this browser
    except WrongPhrase:
        return sign_in_page(request, form, UNFINISHED, hints=hint_for_typos(phrase))
    except (TooFast, NotKept) as refused:
        page = sign_in_page(request, form, refused.status, refused=refused.words)
        return with_wait(page, refused)
    return set_session(go_to(INSIDE), request, token)


def sign_in_page(
    request: Request,
    form: Filled,
    status: int = 200,
    *,
    hints: tuple[str, ...] = (),
    refused: str = "",
) -> Response:
    speaks = names_of(offered_languages(request))
    after = request.query_params.get("after", "") if request.method == "GET" else ""
    return render(
        request,
        "members/sign-in.html",
        status,
        form=form,
        speaks=speaks,
        hints=hints,
        named=named_address(request),
        refused=refused,
        after_tries=after == "tries",
    )


@router.get("/{token}")
async def get_link(request: Request, house: InHouse, token: str) -> Response:
    """One button. Opening a link signs nobody in: previews and scanners open links, too."""
    async with house.workshop.reading() as work:
        if not (await member_behind_link(work, token) or await staff_behind_link(work, token)):
            raise NotFound
    return render(request, "members/link.html", token=token)


@router.post("/{token}")
async def post_link(request: Request, house: InHouse, actor: CurrentActor, token: str) -> Response:
    """Sign in as whoever this link was made for, in a session of its own. Raises `NotFound`."""
    async with house.workshop.work() as work:
        visit = await sign_in_by_link(work, actor, key=token)
        duty = None if visit else await sign_in_staff_by_link(work, actor, key=token)
    if opened := visit or duty:
        return set_session(go_to(INSIDE if visit else "/staff"), request, opened)
    raise NotFound
