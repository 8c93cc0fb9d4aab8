"""What the tests of erasing share: saying, taking back, waiting a while, and hunting for bytes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from holdfast.erasing.jobs import Erasing
from holdfast.kit.house import House
from holdfast.kit.ids import KeyId
from holdfast.messages.actions import remove_message
from holdfast.messages.queries import messages_before
from holdfast.messages.tables import MessageRow
from holdfast.sealing.keystore import KeptKey
from sealing.test_on_disk import bytes_below, shapes
from town import NIGHT, Person, StillClock, Town

WORDS = "Nachtkerze blooms at three-seventeen"
NOTE = "a note about Meadowsweet"


@dataclass(frozen=True)
class Said:
    """One message as it lay on disk before it was erased."""

    seq: int
    id: bytes
    text: bytes
    note: bytes | None
    key: KeptKey


async def as_it_lies(house: House, seq: int) -> Said:
    """A message's sealed bytes, and the key that opens them as the keystore has it."""
    async with house.workshop.reading() as work:
        row = (await work.db.scalars(select(MessageRow).where(MessageRow.seq == seq))).one()
    assert row.text is not None
    (key,) = await house.ledger.keyring.store.named([row.key_id])
    return Said(seq, row.id, row.text, row.note, key)


async def take_back(town: Town, person: Person, seq: int, slug: str = NIGHT) -> None:
    await remove_message(
        town.house.ledger, await town.seat(person, slug), seq=seq, nonce=f"take-back-{seq}"
    )


def erasing_of(house: House) -> Erasing:
    """Whoever sees erasures through, without the seconds of grace: nobody else is here."""
    erasing: Erasing = house.erasing
    erasing._grace = erasing.anew.grace = 0
    return erasing


async def two_minutes_later(town: Town, clock: StillClock) -> None:
    """The clock has looked, and what was taken back until now is gone for good."""
    erasing = erasing_of(town.house)
    await erasing.look()
    clock.pass_time(seconds=119)
    await erasing.look()


async def words_in(town: Town, person: Person, slug: str = NIGHT) -> list[tuple[str, str | None]]:
    room = (await town.seat(person, slug)).room_id
    async with town.house.workshop.reading() as work:
        said = await messages_before(work, town.reader(person), room, None, 200)
    return [(message.text, message.removed) for message in said]


async def keys_left(house: House, *keys: KeyId) -> list[KeptKey]:
    found: list[KeptKey] = await house.ledger.keyring.store.named(keys)
    return found


def plain_in(folder: Path, *words: str) -> list[str]:
    """In which shapes any of these words lie in the files of a folder."""
    kept = bytes_below(folder)
    return [
        f"{one}: {shape}"
        for one in words
        for shape, sought in shapes(one).items()
        if sought in kept
    ]
