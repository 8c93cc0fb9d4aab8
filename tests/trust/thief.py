"""A thief with some parts of a place and our own code: what opens, and what lies there in clear."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import delete

from holdfast.app.knowing.gathering import rows_about
from holdfast.app.knowing.opening import words_of
from holdfast.kit.cipher import RootKey
from holdfast.messages.queries import Reader
from holdfast.rights.rules import System
from holdfast.sealing.keystore import Keystore
from holdfast.sealing.seam import Keyring
from holdfast.sealing.tables import DataKeyRow
from sealing.test_on_disk import bytes_below, shapes
from town import Town
from trust.planted import Planted, planted


async def sealed_words_of_ash(town: Town) -> Planted:
    """Sealed words of Ash in each column that words can lie in."""
    async with town.house.workshop.work() as work:
        found = await planted(work, town, town.ash, "ash", told=False)
        await work.db.execute(delete(DataKeyRow))  # where keys lay of old: no place has any there
    assert len(found.words) > 12
    return found


async def opened(town: Town, ash: Planted, root: RootKey, store: Keystore) -> set[str]:
    """Which columns of words our own code opens with these keys."""
    reader, found = Reader(Keyring(root, store), System()), set[str]()
    async with town.house.workshop.reading() as work:
        async for table, rows in rows_about(work, ash.member_id, told=False):
            for row in rows:
                words = await words_of(work, reader, table, row)
                found |= {
                    f"{table.name}.{column}" for column in words if words[column] != ""
                } & set(ash.words)
    return found


def lying_in(folder: Path, ash: Planted) -> list[str]:
    """The words that lie in these files in any shape."""
    kept = bytes_below(folder)
    return [
        f"{column} in {shape}"
        for column, words in ash.words.items()
        for shape, sought in shapes(words).items()
        if sought in kept
    ]


def name_of(town: Town, ash: Planted) -> str:
    """Under which name Ash sits in the night room."""
    with closing(sqlite3.connect(town.house.settings.database_file)) as data:
        asked = "SELECT pseudonym FROM seats WHERE id = ?"
        (name,) = data.execute(asked, [ash.ids["seats"]]).fetchone()
    return str(name)


def sealed_in(town: Town) -> bytes:
    """Some words as they lie sealed in the data: the last of all messages."""
    with closing(sqlite3.connect(town.house.settings.database_file)) as data:
        last = "SELECT text FROM messages WHERE text IS NOT NULL ORDER BY row DESC LIMIT 1"
        (text,) = data.execute(last).fetchone()
    return bytes(text)
