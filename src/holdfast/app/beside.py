"""The reading rules, compiled by a process of their own while the server is still being loaded.

It takes a fifth of a second of the start away, and the memory that compiling leaves behind.
"""

from __future__ import annotations

import os
import pickle
from contextlib import suppress
from threading import Lock
from typing import IO

from holdfast.screening.scanning import Rules, ask_first, rules


class Beside:
    """What another process compiles, until somebody asks for it."""

    def __init__(self, child: int, written: IO[bytes]) -> None:
        self._child, self._written = child, written
        self._lock = Lock()  # at the start a thread asks, and perhaps the first text does
        self._found: Rules | None = None

    def found(self) -> Rules | None:
        """What that process made; nothing where it did not get so far."""
        with self._lock:
            if not self._written.closed:
                self._found = self._read()
            return self._found

    def _read(self) -> Rules | None:
        with self._written as written:
            with suppress(ChildProcessError):  # whoever started us lets nobody wait for children
                os.waitpid(self._child, 0)  # it has ended then as well
            written.seek(0)
            try:
                found: Rules = pickle.load(written)  # noqa: S301 - our own child wrote it just now
            except (pickle.UnpicklingError, EOFError):
                return None
            return found


def begin() -> None:
    """Let another process compile the rules; on one core, or without Linux, it does nothing.

    To be called before there is a thread. Nobody waits for it before the rules are asked for.
    """
    if not hasattr(os, "memfd_create") or len(os.sched_getaffinity(0)) < 2:
        return
    with suppress(OSError):  # no more processes, or no memory: it goes without
        written = os.fdopen(os.memfd_create("rules"), "w+b")
        child = os.fork()
        if child == 0:
            try:
                _compile(written)
            finally:
                os._exit(0)  # nothing of the parent's is put in order a second time
        ask_first(Beside(child, written).found)


def _compile(written: IO[bytes]) -> None:
    try:
        pickle.dump(rules(), written, pickle.HIGHEST_PROTOCOL)
        written.flush()
    except BaseException:  # whoever asks finds out for itself what is wrong, and says so
        os.truncate(written.fileno(), 0)
