"""Wishing, being asked, and whom one does not want to meet."""

from __future__ import annotations

from fastapi import Response

from holdfast.circles.actions.proposing import say_no, say_yes
from holdfast.circles.actions.wishing import (
    Wishing,
    allow_again,
    keep_apart,
    wish_for_circle,
    withdraw_wish,
)
from holdfast.circles.api.shapes import (
    Apart,
    Person,
    WishBody,
    WishShown,
    Yes,
)
from holdfast.circles.queries.proposals import aparts_of, own_words, proposal_to
from holdfast.circles.queries.wishes import own_wish
from holdfast.circles.tables import WishRow
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import NotFound
from holdfast.kit.forms import RowNumber
from holdfast.kit.house import InHouse
from holdfast.rights.api import CurrentMember

router = APIRouter(prefix="/api/v1/circles", tags=["circles"])


@router.put("/wish", response_model_exclude_none=True)
async def put_wish(house: InHouse, member: CurrentMember, body: WishBody) -> WishShown:
    """Wait for a circle; or for another one than before, with the time already waited."""
    wishing = Wishing(
        languages=tuple(body.languages), zone=body.zone, times=tuple(body.times),
        themes=tuple(body.themes), stage=body.stage, cultures=tuple(body.cultures),
        pace=body.pace, manner=body.manner, closer=body.closer, words=body.words,
    )  # fmt: skip
    wished = await wish_for_circle(house.ledger, member, wishing)
    shown = _wish(wished.row, body.words)
    return shown.model_copy(update={"help": "/help" if wished.help else None})


@router.get("/wish", response_model_exclude_none=True)
async def get_wish(house: InHouse, member: CurrentMember) -> WishShown:
    """What I wait for, with my own words."""
    async with house.workshop.reading() as work:
        row = await own_wish(work, member.id)
        words = await own_words(work, house.root, member.id)
        asked = await proposal_to(work, member.id)
    if row is None:
        raise NotFound
    return _wish(row, words).model_copy(update={"asked": asked[0].id if asked else None})


def _wish(row: WishRow, words: str) -> WishShown:
    return WishShown(
        languages=row.languages.split(), themes=row.themes.split(), stage=row.stage,
        cultures=row.cultures.split(), pace=row.pace, manner=row.manner,
        times=row.times.split(), zone=row.zone, closer=row.closer, words=words,
        wished_at=row.wished_at, until=row.until,
    )  # fmt: skip


@router.delete("/wish", status_code=204)
async def delete_wish(house: InHouse, member: CurrentMember) -> Response:
    """Take it back, with its words."""
    async with house.workshop.work() as work:
        await withdraw_wish(work, member)
    return Response(status_code=204)


@router.post("/asked/{number}/yes", status_code=204)
async def post_yes(house: InHouse, member: CurrentMember, number: RowNumber, body: Yes) -> Response:
    """Say yes to what is proposed."""
    async with house.workshop.work() as work:
        await say_yes(work, member, number=number, promises=body.promises, weeks=body.weeks)
    return Response(status_code=204)


@router.post("/asked/{number}/no", status_code=204)
async def post_no(house: InHouse, member: CurrentMember, number: RowNumber) -> Response:
    """Not these, or not now."""
    async with house.workshop.work() as work:
        await say_no(work, member, number=number)
    return Response(status_code=204)


@router.get("/apart")
async def get_apart(house: InHouse, member: CurrentMember) -> list[Apart]:
    """Whom I do not want to be in a circle with."""
    async with house.workshop.reading() as work:
        rows = await aparts_of(work, member.id)
    return [Apart(number=row.seat_id, pseudonym=row.pseudonym, at=row.at) for row in rows]


@router.post("/apart", status_code=201)
async def post_apart(house: InHouse, member: CurrentMember, body: Person) -> Apart:
    """Not with this person."""
    async with house.workshop.work() as work:
        row = await keep_apart(work, member, slug=body.room, handle=body.seat)
    return Apart(number=row.seat_id, pseudonym=row.pseudonym, at=row.at)


@router.delete("/apart/{number}", status_code=204)
async def delete_apart(house: InHouse, member: CurrentMember, number: RowNumber) -> Response:
    """They may be with me again."""
    async with house.workshop.work() as work:
        await allow_again(work, member, seat_id=number)
    return Response(status_code=204)
