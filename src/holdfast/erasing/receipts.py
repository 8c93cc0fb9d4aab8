"""Receipts: what a member erased, when, and what is still held; signed, so that we know them again.

A receipt names no words and nobody. Its number finds the erasure it is of, so whoever checks one
also hears how far it is by now.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import orjson
from msgspec import Struct

from holdfast.erasing.queries import numbered
from holdfast.erasing.rules import BACKUPS_OF_KEYS, Kind
from holdfast.erasing.tables import ErasureRow
from holdfast.kit.cipher import RootKey
from holdfast.kit.clock import stamp
from holdfast.kit.work import Work

VERSION = 1
SIGNS = 43  # of 256 bits


class Receipt(Struct, frozen=True):
    """What is said to whoever erased something."""

    number: str
    kind: Kind
    at: datetime
    counts: dict[str, int]
    held: bool
    held_until: datetime | None
    copies_until: datetime  # after that, no backup of ours opens what went
    done: bool

    def as_fields(self) -> dict[str, object]:
        """As the API says it. What may still change is no part of what is signed."""
        held = stamp(self.held_until) if self.held_until else None
        return {
            "version": VERSION,
            "number": self.number,
            "what": self.kind.value,
            "at": stamp(self.at),
            "counts": self.counts,
            "held": self.held,
            "held_until": held,
            "copies_until": stamp(self.copies_until),
        }


def number_of(row: ErasureRow) -> str:
    """The number on a receipt: 128 random bits as letters."""
    return urlsafe_b64encode(row.number).rstrip(b"=").decode("ascii")


def receipt_of(row: ErasureRow) -> Receipt:
    """What may be said of an erasure."""
    return Receipt(
        number=number_of(row),
        kind=row.kind,
        at=row.at,
        counts=orjson.loads(row.counts),
        held=row.held,
        held_until=row.held_until,
        copies_until=row.at + BACKUPS_OF_KEYS + timedelta(minutes=2),
        done=row.done_at is not None,
    )


def receipt_of_freeze(number: bytes, at: datetime) -> Receipt:
    """What may be said of a wish that everything is kept and not used: nothing goes."""
    letters = urlsafe_b64encode(number).rstrip(b"=").decode("ascii")
    return Receipt(letters, Kind.FREEZE, at, {}, False, None, at, done=True)


def signed(root: RootKey, receipt: Receipt) -> str:
    """A receipt as one line of letters: what it says, and our signature."""
    said = urlsafe_b64encode(orjson.dumps(receipt.as_fields())).rstrip(b"=").decode("ascii")
    return f"{said}.{_signature(root, said)}"


def checked(root: RootKey, given: str) -> dict[str, object] | None:
    """What a receipt of ours says; nothing where it is not ours, or was changed."""
    said, _, signature = "".join(given.split()).partition(".")
    if not said.isascii() or not signature.isascii() or len(signature) != SIGNS:
        return None
    if not hmac.compare_digest(signature, _signature(root, said)):
        return None
    padded = said + "=" * (-len(said) % 4)
    fields: dict[str, object] = orjson.loads(urlsafe_b64decode(padded))
    return fields


async def how_it_stands(work: Work, root: RootKey, given: str) -> Receipt | None:
    """What a receipt of ours says, with how far its erasure is now; nothing for any other."""
    said = checked(root, given)
    if said is None:
        return None
    row = await numbered(work, _number_in(str(said["number"])))
    if row is not None:
        return receipt_of(row)
    return _as_it_was(said)


def _number_in(number: str) -> bytes:
    return urlsafe_b64decode(number + "=" * (-len(number) % 4))


def _as_it_was(said: dict[str, Any]) -> Receipt:
    """A receipt whose erasure is not known any more: what it says is all we can say."""
    held_until = said["held_until"]
    return Receipt(
        number=said["number"],
        kind=Kind(said["what"]),
        at=datetime.fromisoformat(said["at"]),
        counts=said["counts"],
        held=said["held"],
        held_until=datetime.fromisoformat(held_until) if held_until else None,
        copies_until=datetime.fromisoformat(said["copies_until"]),
        done=True,
    )


def _signature(root: RootKey, said: str) -> str:
    digest = hmac.digest(root.derive(b"erasure receipts"), said.encode(), sha256)
    return urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
