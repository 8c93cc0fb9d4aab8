"""Searching every byte: of files as they lie there, of what is packed in them, of every table."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path

from trust.canary.needles import Needle, needles

GZIP, ZSTD, SQLITE = b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"SQLite format 3\0"
ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
MOST = 1 << 26  # bytes that anything packed may become
LEAST = 16  # bytes below which something unpacked is chance
DEEP = 3  # packed in packed in packed

Found = Counter[str]  # how often, by the canary's name


class Hunt:
    """Looks for canaries, each by its name."""

    def __init__(self, canaries: Mapping[str, str]) -> None:
        self._needles: dict[str, list[Needle]] = {
            name: needles(value) for name, value in canaries.items()
        }
        self.dresses: Counter[tuple[str, str]] = Counter()  # what was found, and in which dress

    def in_bytes(self, heap: bytes) -> Found:
        """How often each canary lies there, in whichever dress, and unpacked."""
        found: Found = Counter()
        for plain in unpacked(heap):
            small = plain.lower()
            for name, known in self._needles.items():
                for needle in known:
                    many = (small if needle.any_case else plain).count(needle.value)
                    found[name] += many
                    self.dresses[name, needle.dress] += many
        return +found

    def in_files(self, files: Iterable[Path]) -> Found:
        """All of these, also what was written into their names."""
        found: Found = Counter()
        for file in files:
            with suppress(FileNotFoundError):  # it went while we looked
                found += self.in_bytes(str(file).encode())
                found += self.in_bytes(file.read_bytes())
        return found


def every_file(folder: Path) -> list[Path]:
    """Each plain file below a folder."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


# ---------------------------------------------------------------- what is packed


def unpacked(heap: bytes, deep: int = DEEP) -> Iterator[bytes]:
    """The bytes themselves, and what lies packed in them."""
    yield heap
    if deep == 0:
        return
    for inside in (*_zlibbed(heap), *_zstandard(heap)):
        if len(inside) >= LEAST:
            yield from unpacked(inside, deep - 1)
    if heap.startswith(SQLITE):
        yield every_value(heap)


def _zlibbed(heap: bytes) -> Iterator[bytes]:
    places = [(found.start(), 15) for found in ZLIB.finditer(heap)]
    at = heap.find(GZIP)
    while at >= 0:
        places.append((at, 31))
        at = heap.find(GZIP, at + 1)
    for place, window in places:
        with suppress(zlib.error):
            yield zlib.decompressobj(window).decompress(heap[place:], MOST)


def _zstandard(heap: bytes) -> Iterator[bytes]:
    program = shutil.which("zstd")
    at = heap.find(ZSTD)
    while at >= 0 and program:
        done = subprocess.run([program, "-dcq"], input=heap[at:], capture_output=True, check=False)
        yield done.stdout[:MOST]
        at = heap.find(ZSTD, at + 1)


def every_value(file: bytes, beside: Mapping[str, bytes] | None = None) -> bytes:
    """Every value of every table of an SQLite file, so that none is cut in two by a page."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.db"
        copy.write_bytes(file)
        for name, more in (beside or {}).items():
            copy.with_name(f"copy.db{name}").write_bytes(more)
        with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(copy)) as opened:
            opened.text_factory = bytes
            return b"\n".join(_values(opened))
    return b""


def _values(opened: sqlite3.Connection) -> Iterator[bytes]:
    tables = opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (name,) in tables:
        quoted = name.decode().replace('"', '""')
        with suppress(sqlite3.DatabaseError):
            for row in opened.execute(f'SELECT * FROM "{quoted}"'):  # noqa: S608 - a table's name
                yield from (one if isinstance(one, bytes) else str(one).encode() for one in row)


# ---------------------------------------------------------------- a server's tables


def rows_of(file: Path) -> bytes:
    """Every value that an SQLite file holds now, with what lies in the log beside it."""
    log = file.with_name(f"{file.name}-wal")
    beside = {"-wal": log.read_bytes()} if log.exists() else {}
    return every_value(file.read_bytes(), beside)
