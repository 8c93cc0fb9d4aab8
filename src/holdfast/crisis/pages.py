"""What a member can say about the care they get, with plain forms."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Form, Request
from starlette.responses import Response

from holdfast.crisis.access import my_escalation
from holdfast.crisis.actions import ask_for_company, say_safe, see_packet
from holdfast.crisis.queries import packet_of
from holdfast.crisis.queries.packets import opened_packet, waits_for_a_yes
from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.house import House, InHouse
from holdfast.kit.pages import render
from holdfast.messages.queries import Reader
from holdfast.rights.api import CurrentMember
from holdfast.rights.rules import Member
from holdfast.rooms.access import Seat

router = APIRouter(include_in_schema=False)


async def fitted(house: House, seat: Seat) -> dict[str, Any]:
    """For a side space: whether a handover waits there for its member's yes."""
    if not isinstance(seat.actor, Member):
        return {}
    async with house.workshop.reading() as work:
        return {"handover": await waits_for_a_yes(work, seat.actor.id, seat.room_id)}


@router.post("/rooms/{slug}/safe")
async def post_safe(house: InHouse, member: CurrentMember, slug: str) -> Response:
    """I’m safe, it came out wrong: the same person is told, and nothing is lowered by it."""
    async with house.workshop.work() as work:
        await say_safe(work, member, slug=slug)
    return go_to(f"/rooms/{slug}?told=safe")


@router.post("/rooms/{slug}/company")
async def post_company(house: InHouse, member: CurrentMember, slug: str) -> Response:
    """Sit with me: on to my side space."""
    async with house.workshop.work() as work:
        side = await ask_for_company(work, member, slug=slug)
    return go_to(f"/rooms/{side}")


@router.get("/rooms/{slug}/handover")
async def get_handover(
    request: Request, house: InHouse, member: CurrentMember, slug: str
) -> Response:
    """What would go along if I were handed over to help outside."""
    async with house.workshop.reading() as work:
        row = await my_escalation(work, member, slug)
        made = await packet_of(work, row.id)
        packet = None
        if made is not None and made.unseen_why is None:
            packet = await opened_packet(work, Reader(house.ledger.keyring, member), row)
    return render(
        request, "crisis/handover.html", slug=slug, packet=packet, made=made if packet else None
    )


@router.post("/rooms/{slug}/handover")
async def post_handover(
    house: InHouse, member: CurrentMember, slug: str, agree: Annotated[str, Form()] = ""
) -> Response:
    """I have read it; and, where I say so, it may go."""
    async with house.workshop.work() as work:
        await see_packet(work, member, slug=slug, agree=agree == "yes")
    return go_to(f"/rooms/{slug}/handover")
