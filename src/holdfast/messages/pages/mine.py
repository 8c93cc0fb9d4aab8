"""Erasing everything about me."""

from __future__ import annotations

from fastapi import Form, Request
from starlette.responses import Response

from holdfast.kit.doors import APIRouter
from holdfast.kit.house import House, InHouse
from holdfast.kit.pages import render
from holdfast.members.queries import passkeys_of
from holdfast.messages.actions import erase_with_words
from holdfast.messages.pages.erased import receipt_shown
from holdfast.rights.api import CurrentMember
from holdfast.rights.rules import Member

router = APIRouter(include_in_schema=False)
CLEAR = {"clear-site-data": '"cache", "cookies", "storage"'}


@router.get("/me/erase")
async def get_erase(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """What erasing means, before it is done."""
    has_passkeys = await _has_passkeys(house, member)
    return render(request, "messages/erase.html", error="", has_passkeys=has_passkeys)


@router.post("/me/erase")
async def post_erase(
    request: Request, house: InHouse, member: CurrentMember, sure: str = Form("", max_length=10)
) -> Response:
    """Erase me, if I ticked that I am sure."""
    had = await _has_passkeys(house, member)
    if sure != "yes":
        return render(request, "messages/erase.html", 409, error="sure", has_passkeys=had)
    receipt = await erase_with_words(house.ledger, member)
    shown = receipt_shown(request, house, receipt)
    answer = render(request, "messages/erased.html", receipt=shown, had_passkeys=had)
    answer.headers.update(CLEAR)
    return answer


async def _has_passkeys(house: House, member: Member) -> bool:
    """Whether a device of theirs holds one: there it stays when everything here is gone."""
    async with house.workshop.reading() as work:
        return bool(await passkeys_of(work, member.id))
