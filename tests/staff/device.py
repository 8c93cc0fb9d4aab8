"""A person's device in software: makes passkeys and answers with them, rightly or wrongly."""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes

PRESENT, VERIFIED, HOLDS_KEY = 0x01, 0x04, 0x40


def written(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class Device:
    """One authenticator with one passkey. What it claims can be bent for a test."""

    origin: str = "http://localhost:8000"
    name: str = "localhost"
    verifies: bool = True
    count: int = 0
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    handle: bytes = b""
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def make(self, asked: dict[str, Any]) -> dict[str, Any]:
        """A new passkey for what was asked."""
        self.handle = base64url_to_bytes(asked["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: _wide(numbers.x), -3: _wide(numbers.y)}
        credential = bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential
        data = self._data(HOLDS_KEY) + credential + cbor2.dumps(public)
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(
            {
                "clientDataJSON": written(self._client("webauthn.create", asked)),
                "attestationObject": written(attested),
            }
        )

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        """The passkey's answer."""
        data, client = self._data(0), self._client("webauthn.get", asked)
        signed = self.key.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            {
                "clientDataJSON": written(client),
                "authenticatorData": written(data),
                "signature": written(signed),
                "userHandle": written(self.handle),
            }
        )

    def _answer(self, response: dict[str, str]) -> dict[str, Any]:
        known = written(self.credential)
        return {"id": known, "rawId": known, "type": "public-key", "response": response}

    def _data(self, flags: int) -> bytes:
        self.count += 1
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        return sha256(self.name.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, asked: dict[str, Any]) -> bytes:
        told = {"type": kind, "challenge": asked["challenge"], "origin": self.origin}
        return json.dumps(told).encode()


def _wide(number: int) -> bytes:
    return number.to_bytes(32, "big")
