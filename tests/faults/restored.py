"""A place that is backed up under load, dies, and is restored by the commands people type."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from faults.history import (
    Accepted,
    Entered,
    Entry,
    Erased,
    Final,
    Heard,
    History,
    Live,
    Reset,
    Sent,
)
from faults.load import Load
from faults.served import Served
from holdfast.app.backing.pairs import new_pair

PROGRAM = Path(sys.executable).with_name("holdfast")
Heads = dict[str, int]
CHANGES = "SELECT rooms.slug, changes.seq FROM changes JOIN rooms ON rooms.id = changes.room_id"


@dataclass
class Vault:
    """Where the backups of one place lie, and who may open them."""

    folder: Path
    public: str = ""

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True)
        self.public, secret = new_pair()
        self.identity.write_text(secret)

    @property
    def identity(self) -> Path:
        return self.folder / "identity"

    async def back_up(self, server: Served) -> None:
        """`holdfast backup`, beside the server that runs."""
        await _typed(server, self.public, "backup", "--data", server.data, "--to", self.folder)

    async def restore(self, dead: Served, into: Served) -> None:
        """`holdfast restore` of the newest backup, for a server that is not started yet."""
        data, keys = (sorted(self.folder.glob(f"holdfast-{w}-*"))[-1] for w in ("data", "keys"))
        await _typed(
            into, self.public, "restore", data, keys, "--identity", self.identity,
            "--data", into.data, "--root-key", dead.data / "root.key",
            "--erasures", dead.data / "keys" / "erasures.db",
        )  # fmt: skip

    @property
    def size(self) -> int:
        """Bytes of all backups."""
        return sum(file.stat().st_size for file in self.folder.glob("holdfast-*.age"))


async def _typed(server: Served, public: str, *words: object) -> None:
    environment = server.environment | {"HOLDFAST_BACKUP_TO": public}
    await asyncio.to_thread(_type, [str(PROGRAM), *map(str, words)], environment)


def _type(words: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


# ---------------------------------------------------------------- what a history says of it


def without_the_window(history: History, heads: Heads, killed_at: float) -> History:
    """The history as it would be if nothing had been accepted since the backup.

    Only one thing stays of what is taken out: that words were erased. Those must be gone.
    """
    sent = {entry.nonce: entry for entry in history if isinstance(entry, Sent)}
    kept: History = []
    for entry in history:
        if not _is_in_the_window(entry, heads, killed_at):
            kept.append(entry)
        elif isinstance(entry, Accepted):
            asked = sent[entry.nonce]
            if asked.what == "remove" and asked.of <= heads[entry.room]:
                kept.append(Erased(entry.at, entry.room, (asked.of,)))
    return kept


def with_changes(history: History, changes: Sequence[tuple[str, int]]) -> History:
    """The history, where the log says all: what a start tells, nobody hears who loads anew."""
    seqs: dict[str, list[int]] = {}
    for room, seq in changes:
        seqs.setdefault(room, []).append(seq)
    return [
        replace(entry, changes=tuple(sorted(seqs.get(entry.room, ()))))
        if isinstance(entry, Final)
        else entry
        for entry in history
    ]


def _is_in_the_window(entry: Entry, heads: Heads, killed_at: float) -> bool:
    match entry:
        case Accepted() | Heard():
            return entry.at < killed_at and entry.seq > heads[entry.room]
        case Live() | Reset():
            return entry.at < killed_at and entry.head > heads[entry.room]
        case Entered():
            return entry.at < killed_at and entry.since > heads[entry.room]
        case _:
            return False


def erased_in_the_window(history: History) -> int:
    return sum(isinstance(entry, Erased) for entry in history)


def accepted_in_the_window(history: History, heads: Heads, killed_at: float) -> list[Accepted]:
    """What was accepted, and is not in the backup."""
    return [
        entry
        for entry in history
        if isinstance(entry, Accepted) and _is_in_the_window(entry, heads, killed_at)
    ]


def load_anew(load: Load, heads: Heads) -> None:
    """Everybody forgets what the place has forgotten, as a page that is loaded anew does."""
    for voice in load.voices:
        head = heads[voice.room]
        voice.own = [seq for seq in voice.own if seq <= head]
        voice.waiting = {
            nonce: saying
            for nonce, saying in voice.waiting.items()
            if saying.command.get("seq", 0) <= head
        }
