"""What the tests of backups do again and again: back a place up, restore it, read there."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from holdfast.app.backing.pairs import identities_in
from holdfast.app.backing.restoring import Asked, Restored, restore
from holdfast.app.backing.taking import Taken, Where, back_up
from holdfast.erasing.tombstones import NAME
from holdfast.messages.actions import respond_to_message
from holdfast.messages.rules import Response
from holdfast.settings import Settings
from messages.hearing import loaded
from town import EVENING, StillClock, Town


def silent(what: str, done: int, of: int) -> None:
    """Nobody watches, but the figures make sense."""
    assert what
    assert 0 <= done <= of


@dataclass(frozen=True)
class Backed:
    """A place that is open, and the folder of its backups."""

    settings: Settings
    town: Town
    clock: StillClock
    identity: Path
    folder: Path

    @property
    def where(self) -> Where:
        return Where(self.folder, self.folder / "keys")

    async def back_up(self) -> Taken:
        """A backup of the place as it is now, while it is open."""
        return await back_up(self.settings, self.where, self.clock, silent)

    def asked(self, taken: Taken, **more: object) -> Asked:
        """What is restored: this backup, with all that it needs."""
        asked = Asked(
            taken.data,
            taken.keys,
            identities_in(self.identity),
            self.settings.root_key_file,
            str(self.settings.keys_folder / NAME),
        )
        return replace(asked, **more)

    async def restored(self, into: Settings, taken: Taken, **more: object) -> Restored:
        """Restore a backup into an empty place."""
        return await restore(into, self.asked(taken, **more), self.clock, silent)


async def talk(town: Town) -> None:
    """Something of much: words, a note, a reply, a response."""
    said = await town.say(town.ash, "it was a long night", note="sleep")
    assert said.seq is not None
    await town.say(town.birch, "and the kettle is on", reply_to=said.seq)
    for turn in range(9):
        await town.say(town.ash, f"and again {turn}")
    await town.say(town.cedar, "good evening", EVENING)
    await respond_to_message(
        town.house.ledger, await town.seat(town.birch), seq=said.seq, nonce="nonce-response",
        response=Response.WITH_YOU, on=True,
    )  # fmt: skip


async def seen(town: Town) -> list[object]:
    """All that people read there, in words, and that they are still themselves."""
    ash, cedar = await town.seat(town.ash), await town.seat(town.cedar, EVENING)
    return [await loaded(town.house, ash), await loaded(town.house, cedar)]


@contextmanager
def no_larger_than(size: int) -> Iterator[None]:
    """No file may grow beyond so many bytes, as where a disk is full."""
    kept = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, kept[1]))  # Python ignores its signal
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, kept)
