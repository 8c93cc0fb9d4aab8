"""Opening my own key in this session: talk between two is shut until the seven words are typed."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import NotFound, NotKept, TooFast
from holdfast.kit.forms import filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.pages import render
from holdfast.members.access import myself
from holdfast.members.actions import PHRASES, ensure_own_key, unlock_own_key
from holdfast.members.pages.private.shown import with_wait
from holdfast.members.rules.phrases import hint_for_typos, is_phrase
from holdfast.rights.api import CurrentMember
from holdfast.rights.own import OwnKeyLocked
from holdfast.rights.rules import Member
from holdfast.staff.pages.doors import OURS

router = APIRouter()
OWN_KEY = OwnKeyLocked.way


@router.get(OWN_KEY)
async def get_own_key(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """Your seven words, please: once on this device."""
    return await own_key_page(request, house, member, request.query_params.get("back", ""))


@router.post(OWN_KEY)
async def post_own_key(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """Open it with the seven words; who is here for one visit has no words, and begins one."""
    form = await filled(request)
    back, phrase = form["back"], form["phrase"]
    if is_open(member):
        return go_to(after(back))
    try:
        if phrase:
            house.limits.take("phrases", PHRASES)
        async with house.workshop.work() as work:
            if is_phrase(phrase):
                await unlock_own_key(work, member, root=house.root, phrase=phrase)
            else:
                await ensure_own_key(work, member)
    except (NotFound, OwnKeyLocked):
        return await own_key_page(request, house, member, back, hints=hint_for_typos(phrase))
    except (TooFast, NotKept) as refused:
        page = await own_key_page(request, house, member, back, refused=refused.words)
        return with_wait(page, refused)
    return go_to(after(back))


async def own_key_page(
    request: Request,
    house: House,
    member: Member,
    back: str,
    *,
    hints: tuple[str, ...] = (),
    refused: str = "",
) -> Response:
    """Where it stands, and what opens it."""
    async with house.workshop.reading() as work:
        has_words = (await myself(work, member)).phrase_lookup is not None
    return render(
        request,
        "members/own-key.html",
        422 if hints or refused else 200,
        back=after(back),
        is_open=is_open(member),
        is_there=member.own is not None and member.own.public is not None,
        has_words=has_words,
        hints=hints,
        refused=refused,
    )


def is_open(member: Member) -> bool:
    """Whether talk between two opens in this session."""
    return member.own is not None and member.own.is_open


def after(back: str) -> str:
    """Where to go on when it is open: a page of ours that can be read again."""
    return back if OURS.fullmatch(back) else "/rooms"
