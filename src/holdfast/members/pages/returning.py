"""Coming back: with the seven words, or by a link that someone was given."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from holdfast.kit.errors import NotFound, NotKept, TooFast
from holdfast.kit.house import House, InHouse
from holdfast.kit.pages import offered_languages, render
from holdfast.members.actions import PHRASES, WrongPhrase, sign_in
from holdfast.members.pages.cookies import go_to, set_session
from holdfast.members.pages.forms import EMPTY, Filled, filled
from holdfast.members.pages.wording import names_of
from holdfast.members.rules.phrases import hint_for_typos, is_phrase
from holdfast.rights.api import CurrentActor
from holdfast.rights.rules import Actor, Guest, Member

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
            token = await sign_in(work, actor, root=house.root, phrase=phrase)
    except WrongPhrase:
        return sign_in_page(request, form, UNFINISHED, hints=hint_for_typos(phrase))
    except (TooFast, NotKept) as refused:
        return sign_in_page(request, form, refused.status, refused=refused.words)
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
    return render(
        request,
        "members/sign-in.html",
        status,
        form=form,
        speaks=speaks,
        hints=hints,
        refused=refused,
    )


@router.get("/{token}")
async def get_link(request: Request, token: str) -> Response:
    """One button. Opening a link signs nobody in: previews and scanners open links, too."""
    if isinstance(await actor_with(request, token), Guest):
        raise NotFound
    return render(request, "members/link.html", token=token)


@router.post("/{token}")
async def post_link(request: Request, token: str) -> Response:
    """Sign in as whoever this link was made for. Raises `NotFound`."""
    actor = await actor_with(request, token)
    if isinstance(actor, Guest):
        raise NotFound
    return set_session(go_to(INSIDE if isinstance(actor, Member) else "/"), request, token)


async def actor_with(request: Request, token: str) -> Actor:
    """Whom a token stands for, asked at the same door as every request's own."""
    house: House = request.app.state.house
    bearer = (b"authorization", b"Bearer " + token.encode())
    actor: Actor = await house.find_actor(
        Request({**request.scope, "headers": [bearer], "state": {}})
    )
    return actor
