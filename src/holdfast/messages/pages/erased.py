"""What I erased, with a receipt for each; and a page that knows a receipt of ours again."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from msgspec import Struct
from starlette.responses import Response

from holdfast.erasing.queries import erased_by
from holdfast.erasing.receipts import Receipt, how_it_stands, receipt_of, signed
from holdfast.erasing.rules import Kind
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import Malformed
from holdfast.kit.forms import filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.pages import looks_of, render
from holdfast.kit.words import N_, say
from holdfast.members.pages.wording import days_for
from holdfast.rights.api import CurrentMember

router = APIRouter(include_in_schema=False)
WHAT = {
    "message": N_("One message"),
    "person": N_("Everything about you"),
    "room": N_("A room"),
    "day": N_("One day of a room"),
    "night": N_("Words that were kept for long enough"),
    "freeze": N_("Nothing: what we hold about you is kept and not used"),
}


class ReceiptShown(Struct, frozen=True):
    """A receipt in plain words, and as letters to keep."""

    what: str
    person: bool
    frozen: bool
    on: str
    messages: int
    held: bool
    held_until: str
    copies_until: str
    done: bool
    letters: str


def receipt_shown(request: Request, house: House, receipt: Receipt) -> ReceiptShown:
    looks = looks_of(request)
    day = days_for(looks)
    return ReceiptShown(
        what=say(looks.locale, WHAT[receipt.kind]),
        person=receipt.kind is Kind.PERSON,
        frozen=receipt.kind is Kind.FREEZE,
        on=day(receipt.at),
        messages=0 if receipt.kind is Kind.MESSAGE else receipt.counts.get("messages", 0),
        held=receipt.held,
        held_until=day(receipt.held_until) if receipt.held_until else "",
        copies_until=day(receipt.copies_until),
        done=receipt.done,
        letters=signed(house.root, receipt),
    )


@router.get("/me/erasures")
async def get_erasures(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """What I erased, newest first."""
    async with house.workshop.reading() as work:
        rows = await erased_by(work, member.id)
    shown = [receipt_shown(request, house, receipt_of(row)) for row in rows]
    return render(request, "messages/erasures.html", receipts=shown)


@router.get("/receipts")
async def get_receipts(request: Request) -> Response:
    """Where anybody may ask whether a receipt is ours."""
    return _page(request)


@router.post("/receipts")
async def post_receipts(request: Request, house: InHouse) -> Response:
    """Whether a receipt is ours and unchanged, and how far that erasure is by now."""
    given = (await filled(request))["receipt"]
    async with house.workshop.reading() as work:
        receipt = await how_it_stands(work, house.root, given)
    if receipt is None:
        return _page(request, Malformed.status, given=given, unknown=True)
    return _page(request, given=given, receipt=receipt_shown(request, house, receipt))


def _page(request: Request, status: int = 200, **context: Any) -> Response:
    nothing = {"given": "", "unknown": False, "receipt": None}
    return render(request, "messages/receipts.html", status, **nothing | context)
