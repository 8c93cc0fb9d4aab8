"""Whom I do not want to be in a circle with: adding somebody I met, and taking them off again."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

from fastapi import Form, Request
from starlette.responses import Response

from holdfast.circles.actions.wishing import allow_again, keep_apart
from holdfast.circles.queries.proposals import aparts_of
from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import NotFound
from holdfast.kit.forms import RowNumber
from holdfast.kit.house import InHouse
from holdfast.kit.pages import looks_of, render
from holdfast.members.pages.wording import days_for
from holdfast.rights.api import CurrentMember

router = APIRouter()
HERE = "/circles/apart"
Short = Annotated[str, Form(max_length=64)]


@router.get(HERE)
async def get_apart(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """My list. Nobody else sees it."""
    day = days_for(looks_of(request))
    async with house.workshop.reading() as work:
        rows = await aparts_of(work, member.id)
    people = [{"seat": row.seat_id, "pseudonym": row.pseudonym, "day": day(row.at)} for row in rows]
    return render(request, "circles/apart.html", people=people)


@router.post(HERE)
async def post_apart(house: InHouse, member: CurrentMember, slug: Short, handle: Short) -> Response:
    """Not with this person, whom I met in that room."""
    async with house.workshop.work() as work:
        await keep_apart(work, member, slug=slug, handle=handle)
    return go_to(HERE)


@router.post(f"{HERE}/{{seat}}/again")
async def post_again(house: InHouse, member: CurrentMember, seat: RowNumber) -> Response:
    """They may be with me again; pressed twice is once."""
    with suppress(NotFound):
        async with house.workshop.work() as work:
            await allow_again(work, member, seat_id=seat)
    return go_to(HERE)
