"""What was decided about me: what, why, until when, and the way to a second look."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Form, Path, Request
from starlette.responses import Response

from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError, NotFound
from holdfast.kit.house import House, InHouse
from holdfast.kit.looks import Looks
from holdfast.kit.pages import clock_of, day_of, looks_of, render
from holdfast.kit.words import say
from holdfast.messages.ledger.entries import Kept
from holdfast.messages.queries import Reader
from holdfast.moderation.actions.anew import say_anew
from holdfast.moderation.actions.asking import ask_for_second_look
from holdfast.moderation.queries.mine import MyMeasure, measures_about
from holdfast.moderation.rules.appeals import LONGEST_APPEAL
from holdfast.moderation.rules.measures import TITLES, MeasureKind
from holdfast.rights.api import CurrentMember
from holdfast.rights.rules import Member
from holdfast.rooms.queries import name_of
from holdfast.rooms.queries.sides import my_side_space
from holdfast.rooms.rules.stops import RULES

router = APIRouter(prefix="/me/measures")
Id = Annotated[int, Path(ge=1, le=2**53 - 1)]
Words = Annotated[str, Form(max_length=16_000)]
SAVED = ("asked", "heard", "kept")
OUT = frozenset({MeasureKind.PAUSE, MeasureKind.REMOVE})


@router.get("")
async def get_measures(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """Everything that was decided about me, the newest first; open also while I am paused."""
    saved = request.query_params.get("saved", "")
    return await _page(request, house, member, saved=saved if saved in SAVED else "")


@router.post("/{measure_id}/appeal")
async def post_appeal(
    request: Request, house: InHouse, member: CurrentMember, measure_id: Id, words: Words = ""
) -> Response:
    """I ask for a second look; on a refusal my words come back with the page."""
    text = words.replace("\r\n", "\n")
    try:
        _, heard = await ask_for_second_look(house.ledger, member, measure_id=measure_id, text=text)
    except NotFound:
        raise
    except HoldfastError as refused:
        draft = {"id": measure_id, "words": text}
        return await _page(request, house, member, draft=draft, refused=refused)
    return go_to(f"/me/measures?saved={'heard' if heard else 'asked'}#saved")


@router.post("/{measure_id}/anew")
async def post_anew(
    request: Request, house: InHouse, member: CurrentMember, measure_id: Id
) -> Response:
    """I say it as it was offered: with one tap it is in the room again."""
    try:
        done = await say_anew(house.ledger, member, house.floor, measure_id=measure_id)
    except NotFound:
        raise
    except HoldfastError as refused:
        return await _page(request, house, member, refused=refused)
    if isinstance(done, Kept):
        return go_to("/me/measures?saved=kept#saved")
    async with house.workshop.reading() as work:
        found = await measures_about(work, Reader(house.ledger.keyring, member), member.id)
    slug = next(one.slug for one in found if one.id == measure_id)
    return go_to(f"/rooms/{slug}#m{done.seq}")


async def _page(
    request: Request,
    house: House,
    member: Member,
    *,
    saved: str = "",
    draft: dict[str, Any] | None = None,
    refused: HoldfastError | None = None,
) -> Response:
    async with house.workshop.reading() as work:
        found = await measures_about(work, Reader(house.ledger.keyring, member), member.id)
        side = await my_side_space(work, member.id)
    looks = looks_of(request)
    return render(
        request,
        "moderation/measures.html",
        refused.status if refused is not None else 200,
        measures=[shown(one, looks) for one in found],
        out=any(one.in_force and one.kind in OUT for one in found),
        side="" if side is None else side.slug,
        saved=saved,
        draft=draft or {"id": 0, "words": ""},
        refusal=say(looks.locale, refused.words, **refused.facts) if refused else "",
        longest=LONGEST_APPEAL,
    )


def shown(one: MyMeasure, looks: Looks) -> dict[str, Any]:
    """A measure as the member's page shows it."""
    appeal = one.appeal
    return {
        "id": one.id,
        "title": say(looks.locale, TITLES[one.kind]),
        "why": say(looks.locale, RULES.get(one.rule, one.rule)),
        "room": "" if one.kind in OUT else name_of(one.room_name, looks.locale),
        "said": one.said,
        "note": one.note,
        "rewrite": one.rewrite if one.may_say_anew else "",
        "day": _when(one.at, looks),
        "until": _when(one.until, looks) if one.in_force else "",
        "for_good": one.kind is MeasureKind.REMOVE and one.in_force,
        "ended": one.ended_how.value if one.ended_how else "",
        "ended_day": _when(one.ended_at, looks),
        "may_appeal": one.may_appeal,
        "appeal": None
        if appeal is None
        else {
            "state": appeal.state.value,
            "words": appeal.words,
            "due": _when(appeal.due_at, looks),
            "answer": appeal.answer,
        },
    }


def _when(moment: datetime | None, looks: Looks) -> str:
    return f"{day_of(moment, looks)}, {clock_of(moment, looks)}" if moment is not None else ""
