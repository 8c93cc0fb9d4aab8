"""The first page: what this is, who can read what, and who is awake now."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from holdfast.kit.cookies import go_to, set_cookie
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError
from holdfast.kit.forms import filled
from holdfast.kit.house import House, InHouse, house_of
from holdfast.kit.pages import LANGUAGE_COOKIE, offered_languages, render
from holdfast.members.actions import choose_looks
from holdfast.members.pages.wording import names_of
from holdfast.members.rules import promises
from holdfast.rights.api import CurrentActor
from holdfast.rights.rules import Member, Staff
from holdfast.staff.queries import count_on_shift

router = APIRouter()
TOLD_FROM = 5
SHOWN_PROMISES = 3
WITH_A_PICKER = ("/", "/come-in", "/sign-in")


@router.get("/")
async def landing(request: Request, house: InHouse, actor: CurrentActor) -> Response:
    """What this is, for anyone."""
    return render(
        request,
        "members/landing.html",
        here=told(people_here(request)),
        awake=await people_awake(house),
        promises=promises.PROMISES[:SHOWN_PROMISES],
        more=len(promises.PROMISES) - SHOWN_PROMISES,
        is_member=isinstance(actor, Member),
        is_staff=isinstance(actor, Staff),
        speaks=names_of(offered_languages(request)),
        desk=house.settings.desk_origin,
    )


async def people_awake(house: House) -> int | None:
    """How many from here are on shift; nothing where that cannot be looked up just now."""
    try:
        return await count_on_shift(house.workshop.glances, house.workshop.clock.now())
    except HoldfastError:
        return None


def people_here(request: Request) -> int:
    """How many members have a room open; once each, in however many rooms."""
    topics = house_of(request).floor.hub.topics.values()
    owners = [listeners for topic in topics for listeners in topic.owners.values()]
    return len({listeners[0].seat.actor.id for listeners in owners})


def told(count: int) -> int | None:
    """The number as it is told: none below five, so that nobody is picked out."""
    return count if count >= TOLD_FROM else None


@router.post("/language")
async def post_language(request: Request, house: InHouse, actor: CurrentActor) -> Response:
    """Read these pages in another language; a member's choice is kept, a guest's ends soon."""
    form = await filled(request)
    back = form["back"] if form["back"] in WITH_A_PICKER else "/"
    language = form["language"]
    if language not in offered_languages(request):
        return go_to(back)
    if isinstance(actor, Member):
        async with house.workshop.work() as work:
            await choose_looks(work, actor, language=language)
    return set_cookie(go_to(back), request, LANGUAGE_COOKIE, language)
