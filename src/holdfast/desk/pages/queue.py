"""The desk itself: the queue, who is here, and one escalation beside it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Query, Request
from starlette.responses import Response

from holdfast.audit.actions import record_covered_words, record_reading
from holdfast.crisis.access import escalation_to_read
from holdfast.crisis.queries import (
    Card,
    escalation_card,
    escalation_of_side_space,
)
from holdfast.desk.pages.beside import beside
from holdfast.desk.pages.doors import AtTheDesk
from holdfast.desk.pages.packs import duties_for
from holdfast.desk.pages.shown import card_shown
from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError, NotFound
from holdfast.kit.house import House, InHouse
from holdfast.kit.pages import looks_of, render
from holdfast.kit.words import say
from holdfast.kit.work import Work
from holdfast.members.queries import can_come_back, has_gone_for_good
from holdfast.messages.queries import Reader
from holdfast.rights.rules import Staff
from holdfast.rooms.access import seat_in

router = APIRouter(include_in_schema=False)
Id = Annotated[int, Path(ge=1, le=2**53 - 1)]
At = Annotated[str, Query(max_length=40)]  # which line of the queue is open beside it
Shown = Annotated[int | None, Query(ge=0, le=1_000)]


@router.get("/desk")
async def get_desk(request: Request, house: InHouse, staff: AtTheDesk) -> Response:
    """What waits, the gravest first."""
    around = await beside(request, house, staff)
    return render(request, "desk/desk.html", **around, card=None, at="")


@router.get("/desk/fragments/queue")
async def get_queue(request: Request, house: InHouse, staff: AtTheDesk, at: At = "") -> Response:
    """The rooms and the queue alone, to be put in the place of the old ones."""
    context = await beside(request, house, staff)
    return render(request, "desk/pieces.html", **context, at=at)


@router.get("/desk/side/{slug}")
async def get_card_of_side_space(
    house: InHouse, staff: AtTheDesk, slug: Annotated[str, Path(max_length=80)]
) -> Response:
    """From a side space back to its card."""
    async with house.workshop.reading() as work:
        seat = await seat_in(work, staff, slug)
        found = await escalation_of_side_space(work, seat.room_id)
    if found is None:
        raise NotFound
    return go_to(f"/desk/escalations/{found.id}")


@router.get("/desk/escalations/{escalation_id}")
async def get_card(
    request: Request, house: InHouse, staff: AtTheDesk, escalation_id: Id, show: Shown = None
) -> Response:
    """One escalation beside the queue. `show` uncovers one message, which is written down."""
    return await desk_with(request, house, staff, escalation_id, show=show)


@router.get("/desk/fragments/escalations/{escalation_id}")
async def get_card_part(
    request: Request, house: InHouse, staff: AtTheDesk, escalation_id: Id
) -> Response:
    """One escalation alone, as it is now."""
    card = await card_of(request, house, staff, escalation_id, None)
    return render(request, "desk/card.html", card=card, refusal="")


async def desk_with(
    request: Request,
    house: House,
    staff: Staff,
    escalation_id: int,
    *,
    show: int | None = None,
    refused: HoldfastError | None = None,
) -> Response:
    """The desk with one escalation, and why something could not be done."""
    card = await card_of(request, house, staff, escalation_id, show)
    locale = looks_of(request).locale
    return render(
        request,
        "desk/desk.html",
        refused.status if refused is not None else 200,
        **await beside(request, house, staff),
        card=card,
        at=card["key"],
        refusal=say(locale, refused.words, **refused.facts) if refused else "",
    )


async def card_of(
    request: Request, house: House, staff: Staff, escalation_id: int, show: int | None
) -> dict[str, Any]:
    """The card, with what staff read of it in the record before it is shown."""
    looks = looks_of(request)
    async with house.workshop.work() as work:
        row = await escalation_to_read(work, staff, escalation_id)
        card = await escalation_card(work, Reader(house.ledger.keyring, staff), row.id)
        await note_what_is_read(work, staff, card, show)
        member_id = card.summary.member_id
        gone = member_id is None or await has_gone_for_good(work, member_id)
        way_back = member_id is not None and await can_come_back(work, member_id)
    uncovered = frozenset() if show is None else frozenset({show})
    country = request.query_params.get("country", "") or house.community.country
    return {
        **card_shown(card, looks, house.workshop.clock.now(), staff, uncovered),
        "duties": duties_for(card.summary.tracks, looks.locale, country),
        "visit_only": not gone and not way_back,
        "gone": gone,
    }


async def note_what_is_read(work: Work, staff: Staff, card: Card, show: int | None) -> None:
    """One row for the talk before; one for each message that is uncovered."""
    seqs = [line.seq for line in card.before if line.seq is not None]
    if seqs and card.room_id is not None:
        await record_reading(
            work, staff, room=card.room_id, first_seq=min(seqs), last_seq=max(seqs)
        )
    if show is None:
        return
    if show >= len(card.signs):
        raise NotFound
    sign = card.signs[show]
    if (line := sign.line) is not None:
        await record_covered_words(
            work,
            staff,
            person=line.owner,
            room=sign.room_id,
            seq=line.seq or 0,
            why="escalation",
        )
