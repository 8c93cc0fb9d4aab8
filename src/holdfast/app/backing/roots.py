"""The root key: never in a backup, yet needed to restore one. A sealed copy may be kept apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyrage
from msgspec import Struct

from holdfast.app.backing.pairs import public_keys
from holdfast.app.backing.refusals import Refused
from holdfast.app.backing.sealed import AGE
from holdfast.app.preparing import root_files
from holdfast.app.unlocking import PLACE
from holdfast.kit.cipher import KEY_BYTES, RootKey, WrongKey
from holdfast.kit.disk import put_in_place
from holdfast.kit.roots import CLOSED, KmsAway, Transit
from holdfast.sealing.alone import secret_of
from holdfast.sealing.keystore import KeptKey
from holdfast.settings import Settings


class Root(Struct, frozen=True):
    """The root key of a place, with the secret of the place, and how its file says it."""

    key: RootKey
    written: bytes
    file: Path

    def refuse_unless_it_opens(self, kept: KeptKey) -> None:
        """Raises `Refused` where another root key wrapped this key."""
        try:
            secret_of(self.key, kept)
        except WrongKey:
            raise Refused("wrong_root_key", file=self.file) from None

    def keep(self, settings: Settings) -> None:
        """Put it where the place will look for it, unless it lies there. Never over another."""
        to = settings.root_key_file
        if to.exists():
            if to.read_bytes().strip() != self.written.strip():
                raise Refused("root_key_there", file=to)
            return
        put_in_place(to, self.written)


def root_for(
    settings: Settings,
    given: Path | None,
    identities: Sequence[pyrage.x25519.Identity],
    secrets: Mapping[str, bytes],
) -> Root:
    """The root key of the place with these secrets. Raises `Refused` where it is not there."""
    file = given or settings.root_key_file
    written = _written_in(file, identities)
    try:
        key = RootKey(_key_from(settings, written))
        if given is None:
            key.look_again = root_files(settings).look_again  # while keys are wrapped anew
        key.place = key.unwrap_secret(secrets[PLACE], PLACE.encode())
    except (WrongKey, KeyError):
        raise Refused("wrong_root_key", file=file) from None
    return Root(key, written, file)


def _written_in(file: Path, identities: Sequence[pyrage.x25519.Identity]) -> bytes:
    try:
        written = file.read_bytes()
    except OSError:
        raise Refused("no_root_key", file=file) from None
    if not written.startswith(AGE):
        return written
    try:
        return bytes(pyrage.decrypt(written, list(identities)))
    except pyrage.DecryptError:
        raise Refused("wrong_identity", file=file) from None


def _key_from(settings: Settings, written: bytes) -> bytes:
    """The key that such a file holds. Raises `WrongKey` where it holds none."""
    try:
        text = written.decode("ascii").strip()
        key = _opened(settings, text) if text.startswith(CLOSED) else bytes.fromhex(text)
    except KmsAway as no:
        raise Refused("kms_away", error=no) from None
    except ValueError:
        raise WrongKey from None
    if len(key) != KEY_BYTES:
        raise WrongKey
    return key


def _opened(settings: Settings, closed: str) -> bytes:
    """What only the KMS of the place opens."""
    if not settings.kms_url or settings.kms_token is None:
        raise WrongKey
    return Transit(settings.kms_url, settings.kms_key, settings.kms_token).open(closed)


def seal_root_key(settings: Settings, to: Path) -> None:
    """Write a copy of the root key, sealed to the public key of the backups."""
    recipients, file = public_keys(settings), settings.root_key_file
    try:
        written = file.read_bytes()
        _key_from(settings, written)
    except (OSError, WrongKey):
        raise Refused("no_root_key", file=file) from None
    if to.exists():
        raise Refused("file_there", file=to)
    try:
        put_in_place(to, pyrage.encrypt(written, recipients))
    except OSError as no:
        raise Refused("not_written", folder=to.parent, error=no.strerror) from None
