"""The keys of a batch's words, where another process may have made the key of a day first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from holdfast.kit.ids import KeyId, SeatId
from holdfast.messages.ledger.entries import Edit, Post, Waiting
from holdfast.sealing.seam import Keyring, Place


def fresh_keys(batch: Sequence[Waiting], keyring: Keyring) -> dict[KeyId, tuple[SeatId, int]]:
    """The keys that this batch would be the first to keep, with their seats and days."""
    worded = (entry.key_id for entry in batch if isinstance(entry, Post | Edit))
    return {key: keyring.fresh[key] for key in worded if key in keyring.fresh}


def seal_anew(batch: Sequence[Waiting], keyring: Keyring) -> None:
    """Words sealed with a key that will never be kept are sealed with the one that is."""
    if not keyring.instead:
        return
    for entry in batch:
        if isinstance(entry, Post | Edit) and entry.key_id in keyring.instead:
            _seal_anew(entry, keyring)


def _seal_anew(entry: Post | Edit, keyring: Keyring) -> None:
    assert entry.message_id is not None  # noqa: S101 - whoever seals knows for which message
    old, place = entry.key_id, Place(entry.seat.room_id, entry.message_id, entry.seat.id)
    entry.text = keyring.seal_anew(entry.text, place, old)
    if entry.note is not None:
        entry.note = keyring.seal_anew(entry.note, replace(place, part=b"n"), old)
    entry.key_id = keyring.instead[old]
    entry.mac = keyring.mac(entry.key_id, entry.meaning)
