"""What happened to keys, told to every process that may have them in hand."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.kit.ids import KeyId
from holdfast.kit.work import Event


@dataclass(frozen=True)
class KeysRenewed(Event):
    """Other keys take the place of these: nothing new is sealed with them."""

    ids: tuple[KeyId, ...]


@dataclass(frozen=True)
class RootKeyTurned(Event):
    """Keys are wrapped by another root key from now on, known by this."""

    check: bytes


@dataclass(frozen=True)
class KeysGone(Event):
    """These keys are gone from the keystore: they leave every memory."""

    ids: tuple[KeyId, ...]
