"""What the two of a talk can do besides writing, with plain forms."""

from __future__ import annotations

from starlette.responses import Response

from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.house import InHouse
from holdfast.listening.actions import (
    go_on,
    lower_hand,
    pause_session,
    raise_hand,
    say_yes_to_earlier,
)
from holdfast.rights.api import CurrentMember

router = APIRouter(prefix="/listening/{slug}")


@router.post("/pause")
async def post_pause(house: InHouse, member: CurrentMember, slug: str) -> Response:
    """A pause: the other one sees it, and the place is kept."""
    async with house.workshop.work() as work:
        await pause_session(work, member, slug=slug)
    return go_to(f"/rooms/{slug}")


@router.post("/go-on")
async def post_go_on(house: InHouse, member: CurrentMember, slug: str) -> Response:
    """The pause is over."""
    async with house.workshop.work() as work:
        await go_on(work, member, slug=slug)
    return go_to(f"/rooms/{slug}")


@router.post("/hand")
async def post_hand(house: InHouse, member: CurrentMember, slug: str) -> Response:
    """Call somebody from here into the talk; either of the two may."""
    async with house.workshop.work() as work:
        await raise_hand(work, member, slug=slug)
    return go_to(f"/rooms/{slug}")


@router.post("/hand/lower")
async def post_lower(house: InHouse, member: CurrentMember, slug: str) -> Response:
    """Nobody need come after all."""
    async with house.workshop.work() as work:
        await lower_hand(work, member, slug=slug)
    return go_to(f"/rooms/{slug}")


@router.post("/earlier")
async def post_earlier(house: InHouse, member: CurrentMember, slug: str) -> Response:
    """Whoever came may read what was said before, too."""
    await say_yes_to_earlier(house.ledger, member, slug=slug)
    return go_to(f"/rooms/{slug}")
