"""The gateway of the house: one signed JSON request a rung, to whatever sends texts or rings."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from hashlib import sha256

import httpx
import orjson
from msgspec import Struct

from holdfast.kit.clock import Clock
from holdfast.notices.rules import NEUTRAL, Urgency
from holdfast.notices.senders.answers import Answer, answer_to

SIGNATURE = "holdfast-signature"


def signature(secret: str, at: int, body: bytes) -> str:
    """What the gateway checks: nobody else could ask it to call, and nobody can ask again later."""
    signed = hmac.new(secret.encode(), f"{at}.".encode() + body, sha256)
    return f"t={at},v1={signed.hexdigest()}"


class WebhookSender(Struct, frozen=True):
    """Asks the gateway to call numbers. Nothing in it says why, or about whom."""

    client: httpx.AsyncClient
    clock: Clock
    address: str
    secret: str

    async def send(self, to: Sequence[str], urgency: Urgency | None) -> Answer:
        """Have these numbers called. `urgency` is none for a call that only tries the way."""
        said = {"words": str(NEUTRAL), "urgency": urgency or "test", "to": list(to)}
        body = orjson.dumps(said)
        at = int(self.clock.now().timestamp())
        headers = {
            "content-type": "application/json",
            SIGNATURE: signature(self.secret, at, body),
        }
        sent = self.client.post(self.address, content=body, headers=headers)
        return await answer_to(sent, gone=False)
