"""What I erased, for programs; and whether a receipt is ours."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from holdfast.erasing.queries import erased_by
from holdfast.erasing.receipts import Receipt, how_it_stands, receipt_of, signed
from holdfast.kit.clock import stamp
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import Malformed
from holdfast.kit.house import House, InHouse
from holdfast.messages.actions import erase_with_words
from holdfast.rights.api import CurrentMember

router = APIRouter(prefix="/api/v1", tags=["members"])


class ReceiptBody(BaseModel):
    """What went, when, and what is still held of it. `receipt` is the same, signed."""

    number: str
    what: str
    at: str
    messages: int
    held: bool
    held_until: str | None = None
    copies_until: str
    done: bool
    receipt: str


class GivenBody(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    receipt: str = Field(max_length=2_000)


def body_of(house: House, receipt: Receipt) -> ReceiptBody:
    return ReceiptBody(
        number=receipt.number,
        what=receipt.kind.value,
        at=stamp(receipt.at),
        messages=receipt.counts.get("messages", 0),
        held=receipt.held,
        held_until=stamp(receipt.held_until) if receipt.held_until else None,
        copies_until=stamp(receipt.copies_until),
        done=receipt.done,
        receipt=signed(house.root, receipt),
    )


@router.delete("/me")
async def delete_me(house: InHouse, member: CurrentMember) -> ReceiptBody:
    """Erase me: my words, names, sessions and choices. The receipt is given once."""
    return body_of(house, await erase_with_words(house.ledger, member))


@router.get("/me/erasures")
async def get_erasures(house: InHouse, member: CurrentMember) -> list[ReceiptBody]:
    """What I erased, newest first, with a receipt for each."""
    async with house.workshop.reading() as work:
        return [body_of(house, receipt_of(row)) for row in await erased_by(work, member.id)]


@router.post("/receipts")
async def post_receipt(house: InHouse, body: GivenBody) -> ReceiptBody:
    """What a receipt of ours says, and how far that erasure is by now."""
    async with house.workshop.reading() as work:
        receipt = await how_it_stands(work, house.root, body.receipt)
    if receipt is None:
        raise Malformed
    return body_of(house, receipt)
