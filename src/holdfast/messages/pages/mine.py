"""Erasing everything about me."""

from __future__ import annotations

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from holdfast.kit.house import InHouse
from holdfast.kit.pages import render
from holdfast.messages.actions import erase_with_words
from holdfast.messages.pages.erased import receipt_shown
from holdfast.rights.api import CurrentMember

router = APIRouter(include_in_schema=False)
CLEAR = {"clear-site-data": '"cache", "cookies", "storage"'}


@router.get("/me/erase")
async def get_erase(request: Request, member: CurrentMember) -> Response:
    """What erasing means, before it is done."""
    del member
    return render(request, "messages/erase.html", error="")


@router.post("/me/erase")
async def post_erase(
    request: Request, house: InHouse, member: CurrentMember, sure: str = Form("", max_length=10)
) -> Response:
    """Erase me, if I ticked that I am sure."""
    if sure != "yes":
        return render(request, "messages/erase.html", 409, error="sure")
    receipt = await erase_with_words(house.ledger, member)
    shown = receipt_shown(request, house, receipt)
    answer = render(request, "messages/erased.html", receipt=shown)
    answer.headers.update(CLEAR)
    return answer
