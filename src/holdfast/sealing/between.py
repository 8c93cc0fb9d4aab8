"""Saying something between two: a key of its own for each message, on disk before it is used."""

from __future__ import annotations

from holdfast.kit.cipher import DataKey
from holdfast.kit.ids import SeatId
from holdfast.rights.own import own_of
from holdfast.rights.rules import Actor
from holdfast.screening.reading import Read
from holdfast.sealing.alone import make_alone
from holdfast.sealing.places import Place, Sealed
from holdfast.sealing.private import Part
from holdfast.sealing.seam import Keyring


async def ready_alone(
    keyring: Keyring, actor: Actor, *, seat: SeatId, day: int, nonce: str, part: Part
) -> DataKey:
    """A key for one message; it lies ready with who is about to say it, under its nonce.

    Raises `NotKept`, `OwnKeyLocked`.
    """
    own = own_of(actor)
    key, kept = make_alone(keyring.root, seat, day, part=part.id, part_key=part.key)
    await keyring.store.keep([kept])
    await keyring.wrap_by_the_one_in_force(kept)
    keyring.keep(kept)
    own.make_ready(seat, nonce, key)
    return key


def seal_alone(key: DataKey, words: Read, place: Place) -> Sealed:
    """Words that were read, sealed with the key of this one message."""
    return Sealed(key.seal(words.text.encode(), place.bound(key.id)), key.id, place)
