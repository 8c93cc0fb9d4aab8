"""What lies inside a backup: a head, sections of bytes each with its sum, and a manifest.

    "holdfast backup 1\\n"  head  (section  data…  end)…  manifest

Each part is one letter, four bytes of length, and so many bytes. The manifest comes last, because
only then all sums are known; it carries the head again and a seal, by which this place knows it.
"""

from __future__ import annotations

import hmac
import json
import struct
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyrage
from msgspec import Struct, field, to_builtins

from holdfast.app.backing.refusals import Refused
from holdfast.app.backing.sealed import PIECE, SealedReader, SealedWriter

MAGIC = b"holdfast backup 1\n"
FRAME = struct.Struct(">cI")
MOST = 16 * PIECE  # bytes of one part
PURPOSE = b"backups"  # for which a key is derived that seals manifests
Tell = Callable[[str, int, int], None]  # what is done, how much of it, of how much


class Head(Struct, frozen=True):
    """What a backup is of. `kind` is where it was: `sqlite` or `postgresql`."""

    id: str
    what: str  # `data` or `keys`
    kind: str
    version: str
    migration: str
    epoch: str
    whose: str  # the seal of the root key, by which a place is known
    taken_at: int  # milliseconds since 1970: everything committed before is in it


class Section(Struct, frozen=True):
    """One stretch of bytes, and what they must come to."""

    name: str
    rows: int
    size: int
    sha256: str
    about: dict[str, Any] = field(default_factory=dict)


class Manifest(Struct, frozen=True):
    """What was in a backup when it was made."""

    head: Head
    sections: tuple[Section, ...]
    ended_at: int
    seal: str = ""

    @property
    def size(self) -> int:
        return sum(section.size for section in self.sections)

    @property
    def rows(self) -> int:
        return sum(section.rows for section in self.sections)

    def sealed_by(self, key: bytes) -> Manifest:
        return Manifest(self.head, self.sections, self.ended_at, self._seal(key))

    def is_sealed_by(self, key: bytes) -> bool:
        """Whether a place that has this key made it, and nobody changed it since."""
        return hmac.compare_digest(self.seal, self._seal(key))

    def _seal(self, key: bytes) -> str:
        told = to_builtins(self) | {"seal": ""}
        return hmac.new(key, json.dumps(told, sort_keys=True).encode(), sha256).hexdigest()


class Archive:
    """A backup that is being written."""

    def __init__(self, out: SealedWriter, head: Head) -> None:
        self._out, self.head = out, head
        self._sections: list[Section] = []
        out.write(MAGIC)
        self._part(b"H", to_builtins(head))

    def _part(self, letter: bytes, told: dict[str, Any]) -> None:
        self._frame(letter, json.dumps(told).encode())

    def _frame(self, letter: bytes, data: bytes) -> None:
        self._out.write(FRAME.pack(letter, len(data)))
        self._out.write(data)

    def begin(self, name: str, **about: object) -> None:
        """What is added from now on belongs to this section."""
        self._name, self._about, self.size, self._sum = name, dict(about), 0, sha256()
        self._part(b"S", {"name": name, "about": about})

    def add(self, data: bytes) -> None:
        for at in range(0, len(data), PIECE):
            piece = data[at : at + PIECE]
            self._sum.update(piece)
            self.size += len(piece)
            self._frame(b"D", piece)

    def end(self, rows: int, **about: object) -> None:
        """The section is whole. `about`: what is known of it only now."""
        told = {**self._about, **about}
        done = Section(self._name, rows, self.size, self._sum.hexdigest(), told)
        self._sections.append(done)
        self._part(b"E", to_builtins(done))

    @property
    def rows(self) -> int:
        return sum(section.rows for section in self._sections)

    def close(self, ended_at: int, key: bytes) -> Manifest:
        """Write what it all comes to, and put it on disk under its name."""
        made = Manifest(self.head, tuple(self._sections), ended_at).sealed_by(key)
        self._part(b"M", to_builtins(made))
        self._out.keep()
        return made


class Backup:
    """A backup that is being read: `head` first, then `sections` one after the other."""

    def __init__(self, reader: SealedReader) -> None:
        self._in = reader
        if reader.read(len(MAGIC)) != MAGIC:
            raise Refused("not_a_backup", file=reader.file)
        letter, data = self._next()
        if letter != b"H":
            raise self._damaged("it has no head")
        self.head = Head(**self._told(data))

    def _damaged(self, what: str) -> Refused:
        return Refused("damaged", file=self._in.file, what=what)

    def _next(self) -> tuple[bytes, bytes]:
        head = self._in.read(FRAME.size)
        if len(head) != FRAME.size:
            raise self._damaged("it ends too early")
        letter, size = FRAME.unpack(head)
        if size > MOST:
            raise self._damaged("a part is too long")
        return letter, self._in.read(size)

    def _told(self, data: bytes) -> dict[str, Any]:
        try:
            return dict(json.loads(data))
        except ValueError:
            raise self._damaged("it cannot be read") from None

    def sections(self) -> Iterator[tuple[str, dict[str, Any], Iterator[bytes]]]:
        """Each section: its name, what was told of it, and its bytes, which must all be read.

        Raises `Refused` where they do not come to what was written down of them.
        """
        self.found: list[Section] = []
        while True:
            letter, data = self._next()
            if letter == b"M":
                self.manifest = self._manifest(self._told(data))
                self._in.finish()
                return
            if letter != b"S":
                raise self._damaged("a part is missing")
            told = self._told(data)
            yield told["name"], told["about"], self._bytes(told["name"])

    def _bytes(self, name: str) -> Iterator[bytes]:
        size, found = 0, sha256()
        while True:
            letter, data = self._next()
            if letter == b"E":
                ended = Section(**self._told(data))
                if (ended.name, ended.size, ended.sha256) != (name, size, found.hexdigest()):
                    raise self._damaged(f"“{name}” is not what it was")
                self.found.append(ended)
                return
            if letter != b"D":
                raise self._damaged("a part is missing")
            size += len(data)
            found.update(data)
            yield data

    def _manifest(self, told: dict[str, Any]) -> Manifest:
        sections = tuple(Section(**one) for one in told["sections"])
        found = Manifest(Head(**told["head"]), sections, told["ended_at"], told["seal"])
        if found.head != self.head or list(sections) != self.found:
            raise self._damaged("its manifest is of something else")
        return found


def checked(file: Path, identities: Sequence[pyrage.x25519.Identity], tell: Tell) -> Manifest:
    """Read all of a backup, and compare every sum in it. Changes nothing."""
    with SealedReader(file, identities, lambda done, of: tell("Checking", done, of)) as reader:
        backup = Backup(reader)
        for _, _, data in backup.sections():
            for _ in data:
                pass
        return backup.manifest
