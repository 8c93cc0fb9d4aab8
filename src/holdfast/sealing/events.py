"""What happened to keys, told to every process that may have them in hand."""

from __future__ import annotations

from holdfast.kit.ids import KeyId
from holdfast.kit.work import Event


class KeysRenewed(Event, frozen=True):
    """Other keys take the place of these: nothing new is sealed with them."""

    ids: tuple[KeyId, ...]


class RootKeyTurned(Event, frozen=True):
    """Keys are wrapped by another root key from now on, known by this."""

    check: bytes


class KeysGone(Event, frozen=True):
    """These keys are gone from the keystore: they leave every memory."""

    ids: tuple[KeyId, ...]
