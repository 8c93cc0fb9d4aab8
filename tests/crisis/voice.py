"""Words of the kind that must be heard, and saying them as every door does."""

from __future__ import annotations

from typing import Any

from holdfast.messages.actions import heard_out, post_message
from holdfast.messages.ledger.entries import Accepted, Kept
from holdfast.messages.rules import drafted
from town import Person, Town

GOODBYE = "This is my goodbye. I am going to kill myself tonight, I have everything ready."
HIGH = "I want to die. I keep thinking about killing myself."


async def speak(town: Town, person: Person, text: str, **more: Any) -> Accepted | Kept:
    """As every door does it: read, and heard out where it is refused."""
    ledger, nonce = town.house.ledger, more.pop("nonce", "nonce-0000-0001")
    async with heard_out(ledger, person.actor, text=text, nonce=nonce):
        seat = await town.seat(person)
        return await post_message(ledger, seat, drafted(nonce, text, **more))
