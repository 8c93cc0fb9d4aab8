"""Holdfast as it would be if it sealed nothing: what sealing costs is the difference.

Only the bench can start it: no setting of Holdfast leads here, and this is no part of the package.
"""

from __future__ import annotations

from collections.abc import Iterable

from holdfast.cli import main
from holdfast.kit.ids import KeyId, SeatId
from holdfast.rights.rules import Actor
from holdfast.screening.reading import Read
from holdfast.sealing.seam import Keyring, Place, Sealed

NO_KEY = KeyId(bytes(16))


class Open(Keyring):
    """Words lie on disk as they were said, and no key is made for them."""

    def holds(self, seat: SeatId, day: int) -> bool:
        del seat, day
        return True

    async def fetch(self, seat: SeatId, day: int) -> None:
        del seat, day

    async def in_hand(self, ids: Iterable[KeyId], reader: Actor | None = None) -> None:
        del ids, reader

    def seal(self, words: Read, place: Place, day: int) -> Sealed:
        del day
        return Sealed(words.text.encode(), NO_KEY, place)

    def open(self, sealed: Sealed, reader: Actor) -> str:
        del reader
        return sealed.data.decode()

    def mac(self, key: KeyId, meaning: str, speaker: Actor | None = None) -> bytes:
        del key, meaning, speaker
        return bytes(16)


def unseal() -> None:
    """From now on the keyring of this process seals nothing."""
    for name in ("holds", "fetch", "in_hand", "seal", "open", "mac"):
        setattr(Keyring, name, vars(Open)[name])


if __name__ == "__main__":
    unseal()
    main()
