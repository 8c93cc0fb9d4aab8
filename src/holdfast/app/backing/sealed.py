"""A stream of bytes that lies on disk compressed, and sealed to a public key (age).

What is written appears under its name only when all of it is on disk. Any tool that knows age and
gzip opens it: `age -d -i key file | gunzip`.
"""

from __future__ import annotations

import errno
import io
import os
import threading
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import pyrage

from holdfast.app.backing.refusals import Refused
from holdfast.kit.disk import make_last

GZIP = 31  # what zlib calls its own format with gzip's head
LEVEL = 1  # most of it is sealed words, which no effort makes smaller
PIECE = 1 << 20
DRAFT = ".draft"
AGE = b"age-encryption.org/v1\n"  # how every sealed file begins
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class _Disk(io.RawIOBase):
    """The draft. Remembers why it could not be written: age only says that it was not."""

    def __init__(self, file: Path) -> None:
        self._number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self.broken: OSError | None = None

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        try:
            return os.write(self._number, data)
        except OSError as no:
            self.broken = no
            raise

    def to_disk(self) -> None:
        os.fsync(self._number)

    def close(self) -> None:
        if not self.closed:
            os.close(self._number)
        super().close()


class SealedWriter:
    """Takes bytes; what lies on disk in the end only the secret half of the key opens."""

    def __init__(self, file: Path, recipients: Sequence[pyrage.x25519.Recipient]) -> None:
        self.file = file
        self._draft = file.with_name(file.name + DRAFT)
        self._to = list(recipients)
        self._disk = self._opened()
        self._zip = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)
        behind, ahead = os.pipe()
        self._pipe = os.fdopen(ahead, "wb", buffering=PIECE)
        self._no: BaseException | None = None
        self._thread = threading.Thread(target=self._seal, args=(behind,), daemon=True)
        self._thread.start()

    def _opened(self) -> _Disk:
        try:
            self._draft.unlink(missing_ok=True)
            return _Disk(self._draft)
        except OSError as no:
            raise self._refusal(no) from None

    def _seal(self, behind: int) -> None:
        try:
            with os.fdopen(behind, "rb", buffering=PIECE) as waiting:
                pyrage.encrypt_io(waiting, self._disk, self._to)
        except BaseException as no:  # told to whoever writes next
            self._no = no

    def write(self, data: bytes) -> None:
        """Raises `Refused` where the disk does not take it."""
        self._on(self._zip.compress(data))

    def _on(self, packed: bytes) -> None:
        try:
            self._pipe.write(packed)
        except BrokenPipeError:
            self._ended()

    def _ended(self) -> None:
        with suppress(BrokenPipeError):
            self._pipe.close()
        self._thread.join()
        if self._no is not None:
            raise self._refusal(self._disk.broken or OSError(str(self._no))) from self._no

    def _refusal(self, no: OSError) -> Refused:
        code = "no_room" if no.errno in FULL else "not_written"
        return Refused(code, folder=self.file.parent, error=no.strerror or no)

    def keep(self) -> None:
        """All of it is on disk, and only now it has its name."""
        self._on(self._zip.flush())
        self._ended()
        try:
            self._disk.to_disk()
            self._disk.close()
            self._draft.replace(self.file)
            make_last(self.file.parent)
        except OSError as no:
            raise self._refusal(no) from None

    def __enter__(self) -> SealedWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, no: BaseException | None, at: TracebackType | None
    ) -> None:
        with suppress(OSError, Refused):
            self._ended()
        with suppress(OSError):
            self._disk.close()
        self._draft.unlink(missing_ok=True)


def tell_nobody(done: int, of: int) -> None:
    """How far it is, where nobody looks."""
    del done, of


class SealedReader:
    """Gives the bytes again. Raises `Refused`: another key's, damaged, or none of ours."""

    def __init__(
        self,
        file: Path,
        identities: Sequence[pyrage.x25519.Identity],
        tell: Callable[[int, int], None] = tell_nobody,
    ) -> None:
        self.file = file
        self._keys = list(identities)
        self._tell = tell
        try:
            self._source = file.open("rb")
        except OSError:
            raise Refused("no_file", file=file) from None
        self._size = os.fstat(self._source.fileno()).st_size
        behind, ahead = os.pipe()
        self._pipe = os.fdopen(behind, "rb", buffering=PIECE)
        self._zip = zlib.decompressobj(GZIP)
        self._no: BaseException | None = None
        self._thread = threading.Thread(target=self._open, args=(ahead,), daemon=True)
        self._thread.start()

    def _open(self, ahead: int) -> None:
        try:
            with os.fdopen(ahead, "wb", buffering=PIECE) as out:
                pyrage.decrypt_io(self._source, out, self._keys)
        except BaseException as no:  # told to whoever reads next
            self._no = no

    def read(self, size: int) -> bytes:
        """Exactly so many bytes. Fewer only at the end."""
        found = bytearray()
        while len(found) < size:
            piece = self._some(size - len(found))
            if not piece:
                break
            found += piece
        return bytes(found)

    def _some(self, most: int) -> bytes:
        while not self._zip.eof:
            packed = self._zip.unconsumed_tail or self._pipe.read(PIECE)
            if not packed:
                self._thread.join()
                raise self._refusal()
            self._tell(min(self._source.tell(), self._size), self._size)
            try:
                plain = self._zip.decompress(packed, most)
            except zlib.error:
                self._thread.join()
                raise self._refusal() from None
            if plain:
                return plain
        return b""

    def _refusal(self) -> Refused:
        said = str(self._no or "")
        if "No matching keys" in said:
            return Refused("wrong_identity", file=self.file)
        with self.file.open("rb") as again:
            if again.read(len(AGE)) != AGE:
                return Refused("not_a_backup", file=self.file)
        return Refused("damaged", file=self.file, what=said or "it ends too early")

    def finish(self) -> None:
        """There is nothing more in it, and what there was is whole."""
        left = self.read(1) or self._zip.unused_data or self._pipe.read(1)
        self._thread.join()
        if left or self._no is not None:
            raise self._refusal()

    def __enter__(self) -> SealedReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, no: BaseException | None, at: TracebackType | None
    ) -> None:
        self._pipe.close()
        self._thread.join()
        self._source.close()
