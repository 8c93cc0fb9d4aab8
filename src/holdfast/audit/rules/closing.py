"""The row that closes what was rolled off: what it says, and how it is known to be ours. Pure."""

from __future__ import annotations

import hmac
import json
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from msgspec import Struct

from holdfast.audit.rules import ROLLED, Detail, Head, Link

AT_ONCE = 5_000  # rows that go in one transaction, and have one closing row
WEEK = timedelta(days=7)  # so long rows wait for each other, so that few rows close many
YEAR = timedelta(days=365.25)
LEAST = YEAR.days * 86_400_000  # milliseconds: nobody signs that younger rows went
PURPOSE = b"audit closing"


class Closing(Struct, frozen=True):
    """The rows from `first` to `last` were rolled off.

    They stood on `stood`, and what is left stands on `hash`: whoever kept them elsewhere can still
    show that they were those. `until` is when the youngest of them was written.
    """

    first: int
    last: int
    until: int
    stood: bytes
    hash: bytes

    @property
    def about(self) -> str:
        return f"audit:{self.last}"

    def signed(self, key: bytes) -> Detail:
        """As it stands in the record."""
        return {
            "first": self.first,
            "last": self.last,
            "until": self.until,
            "stood": self.stood.hex(),
            "hash": self.hash.hex(),
            "signed": self.signature(key),
        }

    def signature(self, key: bytes) -> str:
        said = f"{self.first}|{self.last}|{self.until}|{self.stood.hex()}|{self.hash.hex()}"
        return hmac.digest(key, said.encode("ascii"), sha256).hex()


def closing_in(link: Link, key: bytes | None) -> Closing | None:
    """What a row of the record closes; nothing where it is no such row, or none of ours.

    Without a `key` it is taken at its word: that the row stands in the chain is all that is known.
    """
    if link.entry.what != ROLLED:
        return None
    try:
        said: dict[str, Any] = json.loads(link.entry.detail or "")
        closing = Closing(
            int(said["first"]),
            int(said["last"]),
            int(said["until"]),
            bytes.fromhex(said["stood"]),
            bytes.fromhex(said["hash"]),
        )
        ours = key is None or hmac.compare_digest(str(said["signed"]), closing.signature(key))
        is_old = link.entry.at - closing.until >= LEAST
    except (ValueError, KeyError, TypeError):
        return None
    return closing if ours and is_old else None


def closes(closing: Closing, begins: Head) -> bool:
    """Whether this is why the record begins here."""
    return (closing.last, closing.hash) == (begins.seq, begins.hash)


def kept_since(now: datetime, years: int) -> datetime:
    """What was recorded before this is rolled off."""
    return now - years * YEAR
