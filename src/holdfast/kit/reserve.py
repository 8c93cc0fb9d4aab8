"""Room that is kept back on the disk, for the hour in which there is none left.

A file of 16 MB lies beside the database. When the disk is full it goes, and what it leaves is for
words of people who may be in danger, and for what follows from them; all else is refused until
there is room to lay it in again.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import structlog

from holdfast.kit.clock import Clock, WallClock

log = structlog.get_logger()
SIZE = 16 * 2**20
LAID_IN_AFTER = 5.0  # seconds: opening is quick, and a process that soon ends needs none
LOOKS_EVERY = 1.0  # seconds


class Reserve:
    """The file, and whether it was given away."""

    def __init__(self, file: Path, clock: Clock | None = None, size: int = SIZE) -> None:
        self._file, self._size = file, size
        self._ticks = (clock or WallClock()).ticks
        self._look_at = self._ticks() + LAID_IN_AFTER
        self._is_laid_in = False
        self.is_given = False

    def look(self) -> None:
        """Lay it in where it is not, if its time has come and there is room."""
        if self._is_laid_in or self._ticks() < self._look_at:
            return
        self._look_at = self._ticks() + LOOKS_EVERY
        self._is_laid_in = self._lay_in()
        if self._is_laid_in and self.is_given:
            self.is_given = False
            log.warning("reserve.laid_in_again")

    def give(self) -> bool:
        """The disk is full: make room. False where there was nothing to give."""
        self._is_laid_in = False
        self._look_at = self._ticks() + LOOKS_EVERY
        try:
            held = self._file.stat().st_size
            self._file.unlink()
        except OSError:
            return False
        if held < self._size:
            return False
        self.is_given = True
        log.error("reserve.given")
        return True

    def _lay_in(self) -> bool:
        file = -1
        try:
            file = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
            os.posix_fallocate(file, 0, self._size)
        except OSError:
            with suppress(OSError):
                self._file.unlink()
            return False
        finally:
            if file >= 0:
                os.close(file)
        return True
