"""Web push: a neutral notice, sealed for one browser (RFC 8291) and signed by us (RFC 8292)."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import timedelta
from urllib.parse import urlsplit

import http_ece
import httpx
import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec import Struct
from py_vapid import Vapid02

from holdfast.kit.cipher import RootKey
from holdfast.kit.clock import Clock
from holdfast.notices.rules import NEUTRAL, Outcome
from holdfast.notices.rules.addresses import Subscription, may_call, unpadded
from holdfast.notices.rules.telling import Shown
from holdfast.notices.senders.answers import Answer, answer_to

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256
KEPT_FOR = 600  # seconds a push service keeps a call for a device that is off
TOLD_FOR = 4 * 3_600  # and what a member is told
SIGNED_FOR = timedelta(hours=12)


def signing_key(root: RootKey) -> ec.EllipticCurvePrivateKey:
    """The key push services know this house by: the same wherever its root key is."""
    number = int.from_bytes(root.derive(b"web push"), "big") % (ORDER - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())


class PushSender(Struct, frozen=True):
    """Sends one and the same notice. Nothing in it says why, or about whom."""

    client: httpx.AsyncClient
    clock: Clock
    key: ec.EllipticCurvePrivateKey
    services: Sequence[str]
    home: str  # where this house is found, for the people who run the push service

    @property
    def public_key(self) -> str:
        """Our public key, as browsers want it."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return base64.urlsafe_b64encode(point).rstrip(b"=").decode()

    async def send(self, to: Subscription) -> Answer:
        """Call one browser of the staff."""
        plain = {"title": "Holdfast", "body": str(NEUTRAL)}
        return await self._send(to, plain, {"ttl": str(KEPT_FOR), "urgency": "high"}, "holdfast")

    async def tell(self, to: Subscription, shown: Shown) -> Answer:
        """Tell one browser of a member that something is new."""
        plain = {"title": shown.title, "body": shown.body, "for": "member"}
        urgency = "high" if shown.is_pressing else "normal"
        return await self._send(to, plain, {"ttl": str(TOLD_FOR), "urgency": urgency}, "new")

    async def _send(
        self, to: Subscription, plain: Mapping[str, str], how: Mapping[str, str], topic: str
    ) -> Answer:
        if not may_call(to.endpoint, self.services):
            return Answer(Outcome.NO_WAY, "not_allowed_here")
        headers = {
            "content-encoding": "aes128gcm",
            "content-type": "application/octet-stream",
            "topic": topic,
            **how,
            **self._signed(to.endpoint),
        }
        sent = self.client.post(to.endpoint, content=self._sealed(to, plain), headers=headers)
        return await answer_to(sent, gone=True)

    def _sealed(self, to: Subscription, plain: Mapping[str, str]) -> bytes:
        sealed: bytes = http_ece.encrypt(
            orjson.dumps(plain),
            private_key=ec.generate_private_key(ec.SECP256R1()),  # a new one for each notice
            dh=unpadded(to.p256dh),
            auth_secret=unpadded(to.auth),
            version="aes128gcm",
        )
        return sealed

    def _signed(self, endpoint: str) -> dict[str, str]:
        parts = urlsplit(endpoint)
        home = self.home if self.home.startswith("https://") else "mailto:operator@localhost"
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int((self.clock.now() + SIGNED_FOR).timestamp()),
            "sub": home,
        }
        signed: dict[str, str] = Vapid02(private_key=self.key).sign(claims)
        return signed
