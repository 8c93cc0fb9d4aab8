"""Where the root key comes from: a file, a systemd credential, or a file that only a KMS opens.

Beside it may lie the next one, while `holdfast keys rotate` wraps every key anew, and the one of
before, until the last is wrapped. Whoever meets a key that the one in hand does not open looks here
again.
"""

from __future__ import annotations

import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

from holdfast.kit.cipher import KEY_BYTES, RootKey, WrongKey
from holdfast.kit.disk import make_last, put_beside

CLOSED = "vault:"  # how the words begin that a KMS made of a key
WITHIN = 10.0  # seconds


class KmsAway(Exception):
    """The KMS does not answer, or does not let us."""


class NotOurs(WrongKey):
    """The file is there, and this account may not read it."""


class Kms(Protocol):
    """Closes a key so that only it can open it again."""

    def close(self, key: bytes) -> str: ...

    def open(self, closed: str) -> bytes: ...


class Transit:
    """The transit engine of Vault (or OpenBao). Raises `KmsAway`, and `WrongKey` for other words.

    `url` is where the engine is mounted: `https://vault.example:8200/v1/transit`.
    """

    def __init__(self, url: str, key: str, token_file: Path) -> None:
        self._url = url.rstrip("/")
        self._key = key
        self._token_file = token_file

    def close(self, key: bytes) -> str:
        closed: str = self._asked("encrypt", plaintext=b64encode(key).decode())["ciphertext"]
        return closed

    def open(self, closed: str) -> bytes:
        return b64decode(self._asked("decrypt", ciphertext=closed)["plaintext"], validate=True)

    def _asked(self, what: str, **body: str) -> dict[str, Any]:
        import httpx  # noqa: PLC0415 - a place without a KMS needs none of it

        try:
            token = self._token_file.read_text("ascii").strip()
            answer = httpx.post(
                f"{self._url}/{what}/{self._key}",
                json=body,
                headers={"X-Vault-Token": token, "X-Vault-Request": "true"},
                timeout=WITHIN,
                follow_redirects=False,
                trust_env=False,
            )
        except (OSError, ValueError, httpx.HTTPError) as no:
            raise KmsAway(type(no).__name__) from no
        if answer.status_code == 400 and what == "decrypt":
            raise WrongKey
        if answer.status_code != 200:
            raise KmsAway(f"status {answer.status_code}")
        try:
            data: dict[str, Any] = answer.json()["data"]
        except (ValueError, KeyError, TypeError) as no:
            raise KmsAway("an answer we do not understand") from no
        return data


class RootFiles:
    """The files of a place's root keys.

    `elsewhere`: a folder for the next one, where its own may not be written to (a credential).
    """

    def __init__(self, file: Path, elsewhere: Path, kms: Kms | None = None) -> None:
        self.file = file
        self.before = file.with_name(f"{file.name}.before")
        self.next = file.with_name(f"{file.name}.next")
        self.next_elsewhere = elsewhere / "root.key.next"
        self._kms = kms
        self._read: dict[tuple[Path, int, int], bytes] = {}

    def read(self, file: Path) -> bytes | None:
        """The key in a file; nothing where there is no such file. Raises `WrongKey`, `KmsAway`."""
        try:
            stat = file.stat()
            mark = (file, stat.st_mtime_ns, stat.st_ino)
            if mark not in self._read:
                self._read[mark] = self._key_in(file.read_text("ascii").strip())
        except FileNotFoundError:
            return None
        except PermissionError:
            raise NotOurs from None
        except (OSError, ValueError):
            raise WrongKey from None
        return self._read[mark]

    def _key_in(self, written: str) -> bytes:
        if not written.startswith(CLOSED):
            key = bytes.fromhex(written)
        elif self._kms is None:
            raise WrongKey
        else:
            key = self._kms.open(written)
        if len(key) != KEY_BYTES:
            raise WrongKey
        return key

    def all(self) -> list[bytes]:
        """Every key there is, the one in its own place first. Raises `WrongKey`, `KmsAway`."""
        files = (self.file, self.next, self.next_elsewhere, self.before)
        return [key for file in files if (key := self.read(file)) is not None]

    def look_again(self) -> Iterable[bytes]:
        """The same for somebody who met a key that is wrapped by another."""
        try:
            return self.all()
        except (WrongKey, KmsAway):
            return ()

    def write(self, file: Path) -> bytes:
        """Make a root key and put it on disk, whole or not at all, before it is used."""
        key = secrets.token_bytes(KEY_BYTES)
        written = key.hex() if self._kms is None else self._kms.close(key)
        put_beside(file, written.encode() + b"\n")
        return key

    def make_next(self) -> bytes:
        """The next root key: the one that was made already, or a new one. Raises `OSError`."""
        for file in (self.next, self.next_elsewhere):
            if (key := self.read(file)) is not None:
                return key
        try:
            return self.write(self.next)
        except OSError:
            return self.write(self.next_elsewhere)

    def put_next_in_place(self) -> Path:
        """The next key takes its place, the old one lies beside it; where the next one is now."""
        if not self.next.exists():
            return self.next_elsewhere if self.next_elsewhere.exists() else self.file
        if self.file.exists() and not self.before.exists():
            self.file.rename(self.before)
        self.next.rename(self.file)
        make_last(self.file.parent)
        return self.file

    def throw_away_before(self) -> None:
        """The key of before opens nothing any more: it is written over, and gone."""
        if self.before.exists():
            with self.before.open("r+b") as file:
                file.write(b"\0" * self.before.stat().st_size)
                os.fsync(file.fileno())
            self.before.unlink()
            make_last(self.before.parent)


def read_root_key(file: Path) -> RootKey | None:
    """The root key in one plain file; nothing where there is no such file. Raises `WrongKey`."""
    key = RootFiles(file, file.parent).read(file)
    return None if key is None else RootKey(key)


def write_root_key(file: Path) -> RootKey:
    """Make a root key and write it into a plain file. Raises `OSError`."""
    return RootKey(RootFiles(file, file.parent).write(file))
