"""One server for all the processes of a test run: the first starts it, the last takes it away."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from contract.server import Server
from postgres import SHARED


def folder_of_this_run() -> Path:
    """The folder all processes of this run know; it is thrown away when the run ends."""
    return Path(os.environ[SHARED], "servers")


class Shared:
    """A server that several processes use; counted, so that the last one stops it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.note = folder / "served.json"
        folder.mkdir(parents=True, exist_ok=True)

    def borrow(self, begin: Callable[[Path], Server]) -> Server:
        """The server that runs already, or the one that `begin` starts in the folder."""
        with self._alone():
            if self.note.exists():
                found = json.loads(self.note.read_text())
                server = Server.running(self.folder, found)
            else:
                server = begin(self.folder)
                found = {"token": server.steward(), **server.known}
            self.note.write_text(json.dumps({**found, "users": found.get("users", 0) + 1}))
        return server

    def give_back(self, server: Server) -> None:
        """Use it no more."""
        with self._alone():
            found = json.loads(self.note.read_text())
            found["users"] -= 1
            if found["users"]:
                self.note.write_text(json.dumps(found))
            else:
                self.note.unlink()
                server.kill()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
