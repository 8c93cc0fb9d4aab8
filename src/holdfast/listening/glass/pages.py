"""What I was told of words of mine that staff opened, and how I object."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from starlette.responses import Response

from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.forms import RowNumber
from holdfast.kit.house import InHouse
from holdfast.kit.looks import Looks
from holdfast.kit.pages import clock_of, day_of, looks_of, render
from holdfast.kit.words import N_, NP_, say
from holdfast.listening.glass.actions import object_to_opening
from holdfast.listening.glass.queries import tellings_of
from holdfast.listening.glass.rules import Why
from holdfast.listening.glass.tables import GlassRequestRow, GlassTellingRow
from holdfast.rights.api import CurrentMember

HERE = "/me/opened"
router = APIRouter(prefix=HERE, include_in_schema=False)
WHYS = {
    Why.DANGER: NP_("safety", "Two of the staff thought that somebody may be in danger."),
    Why.CHILD: NP_("safety", "Two of the staff thought that a child may be in danger."),
    Why.HARM: NP_("safety", "Two of the staff thought that one of you may be harming the other."),
    Why.LAW: N_("The law asked us to."),
}


@router.get("")
async def get_opened(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """Each time, newest first: when, why, how much."""
    looks = looks_of(request)
    async with house.workshop.reading() as work:
        found = await tellings_of(work, member.id)
    items = [_shown(telling, opening, looks) for telling, opening in found]
    saved = request.query_params.get("saved", "") == "objected"
    return render(request, "listening/opened.html", items=items, saved=saved)


def _shown(telling: GlassTellingRow, opening: GlassRequestRow, looks: Looks) -> dict[str, Any]:
    opened = opening.opened_at or opening.asked_at
    return {
        "id": telling.id,
        "day": day_of(opened, looks),
        "clock": clock_of(opened, looks),
        "since": day_of(opening.since, looks),
        "until": day_of(opening.until, looks),
        "why": say(looks.locale, WHYS[opening.why]),
        "minutes": opening.minutes,
        "pages": opening.shown,
        "later": opening.untold_by is not None,
        "objected": telling.objected_at is not None,
        "answered": telling.answered_at is not None,
        "was_right": telling.was_right,
    }


@router.post("/{telling}/object")
async def post_object(house: InHouse, member: CurrentMember, telling: RowNumber) -> Response:
    """I think that this should not have been."""
    async with house.workshop.work() as work:
        await object_to_opening(work, member, telling_id=telling)
    return go_to(f"{HERE}?saved=objected#saved")
