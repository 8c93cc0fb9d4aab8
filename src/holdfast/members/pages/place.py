"""Keeping a place with seven words, or being here just for this visit."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from holdfast.kit.cookies import go_to, set_session
from holdfast.kit.doors import APIRouter
from holdfast.kit.house import InHouse
from holdfast.kit.pages import render
from holdfast.members.access import myself
from holdfast.members.actions import keep_place, stay_for_this_visit
from holdfast.members.actions.locking import turn_token
from holdfast.rights.api import CurrentMember

router = APIRouter()


@router.get("/come-in/place")
async def get_place(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """Keep my place with seven words, or just this visit?"""
    async with house.workshop.reading() as work:
        is_kept = (await myself(work, member)).phrase_lookup is not None
    return go_to("/rooms") if is_kept else render(request, "members/place.html")


@router.post("/come-in/words")
async def post_words(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """Seven words, shown once and therefore not behind an address: loading again makes new ones."""
    return await words_page(request, house, member, on="/rooms")


@router.post("/me/words")
async def post_my_words(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """Other words than before, or the first ones; shown once, too."""
    return await words_page(request, house, member, on="/me")


async def words_page(
    request: Request, house: InHouse, member: CurrentMember, *, on: str
) -> Response:
    async with house.workshop.work() as work:
        phrase = await keep_place(work, member, root=house.root)
        token = await turn_token(work, member)
    page = render(request, "members/words.html", words=phrase.split(), on=on)
    return set_session(page, request, token)


@router.post("/come-in/visit")
async def post_visit(house: InHouse, member: CurrentMember) -> Response:
    """No words, then: this place is for one visit."""
    async with house.workshop.work() as work:
        await stay_for_this_visit(work, member)
    return go_to("/rooms")
