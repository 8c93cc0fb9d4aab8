"""A hand-over to another listener: written by the listener, read and decided by the member."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError, NotFound
from holdfast.kit.forms import filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.pages import render
from holdfast.listening.actions import approve_hand_over, propose_hand_over, refuse_hand_over
from holdfast.listening.pages.asking import is_covered
from holdfast.listening.pages.fitted import session_shown
from holdfast.listening.queries import talk_in
from holdfast.listening.rules.sessions import LONGEST_SUMMARY, Side
from holdfast.rights.api import CurrentMember
from holdfast.rights.rules import Member
from holdfast.rooms.access import seat_in

router = APIRouter(prefix="/listening/{slug}/hand-over")


@router.get("")
async def get_hand_over(
    request: Request, house: InHouse, member: CurrentMember, slug: str
) -> Response:
    """For the listener: a few lines to write. For the member: to read them first."""
    return await hand_over_page(request, house, member, slug)


async def hand_over_page(
    request: Request,
    house: House,
    member: Member,
    slug: str,
    *,
    words: str | None = None,
    refused: HoldfastError | None = None,
) -> Response:
    """The page itself; `words` and `refused` when they come back."""
    async with house.workshop.reading() as work:
        seat = await seat_in(work, member, slug)
        talk = await talk_in(work, member, house.ledger.keyring, seat.room_id)
        if talk is None or talk.side is None:
            raise NotFound
        s = await session_shown(work, house, member, seat)
    given = talk.summary if words is None else words
    return render(
        request,
        "listening/hand-over.html",
        refused.status if refused else 200,
        slug=slug,
        s=s,
        words=given,
        state=talk.hand_over.value if talk.hand_over else "",
        error=refused.words if refused else "",
        longest=LONGEST_SUMMARY,
    )


@router.post("")
async def post_hand_over(
    request: Request, house: InHouse, member: CurrentMember, slug: str
) -> Response:
    """Show the lines to the member; or, as the member, say yes or no to them."""
    form = await filled(request)
    words = form["words"].replace("\r\n", "\n")
    try:
        if await side_in(house, member, slug) is Side.LISTENER:
            await propose_hand_over(house.ledger, member, slug=slug, text=words)
            return go_to(f"/rooms/{slug}")
        if form["answer"] == "yes":
            covered = is_covered(house)
            await approve_hand_over(house.ledger, member, slug=slug, text=words, covered=covered)
            return go_to("/listening/waiting")
        async with house.workshop.work() as work:
            await refuse_hand_over(work, member, slug=slug)
        return go_to(f"/rooms/{slug}")
    except HoldfastError as no:
        if no.code not in {"malformed", "contact_detail"}:
            raise
        return await hand_over_page(request, house, member, slug, words=words, refused=no)


async def side_in(house: House, member: Member, slug: str) -> Side:
    """Which of the two I am. Raises `NotFound`."""
    async with house.workshop.reading() as work:
        seat = await seat_in(work, member, slug)
        talk = await talk_in(work, member, house.ledger.keyring, seat.room_id)
    if talk is None or talk.side is None:
        raise NotFound
    return talk.side
