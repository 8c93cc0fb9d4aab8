"""What a backup leaves on disk: two sealed files, nothing that is too old, nothing in clear."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import zlib
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest

from backing.places import Backed, no_larger_than, seen, silent, talk
from holdfast.app.backing.archive import Backup, checked
from holdfast.app.backing.folder import DATA, KEPT_FOR, KEYS, kept_in
from holdfast.app.backing.keys import SECRETS, keys_in
from holdfast.app.backing.pairs import identities_in
from holdfast.app.backing.refusals import Refused
from holdfast.app.backing.sealed import DRAFT, SealedReader, SealedWriter
from holdfast.app.opening import open_house
from holdfast.erasing.tombstones import open_tombstones
from holdfast.kit.house import House
from holdfast.messages.actions import remove_message
from holdfast.settings import Settings
from town import StillClock, Town, mostly_on_sqlite, on_sqlite, unlimited

CANARY = "a kettle that no other place has"


def plain(backed: Backed, file: Path) -> bytes:
    """All that lies in a backup, as `age -d | gunzip` gives it."""
    opened = pyrage.decrypt(file.read_bytes(), identities_in(backed.identity))
    return zlib.decompress(opened, 31)


@pytest.mark.full
async def test_a_backup_is_two_sealed_files_for_their_owner_alone(backed: Backed) -> None:
    await backed.town.say(backed.town.ash, CANARY)
    taken = await backed.back_up()
    assert sorted(backed.folder.rglob("*.*")) == sorted([taken.data, taken.keys])
    for file in (taken.data, taken.keys):
        assert file.stat().st_mode & 0o777 == 0o600
        assert file.read_bytes().startswith(b"age-encryption.org/v1\n-> X25519 ")
        assert CANARY.encode() not in plain(backed, file), "words are sealed in it, too"
    assert not list(backed.settings.data.glob("backing.db*")), "no copy stays behind"


@pytest.mark.full
async def test_keys_and_data_and_the_root_key_never_lie_together(backed: Backed) -> None:
    await talk(backed.town)
    taken = await backed.back_up()
    with SealedReader(taken.keys, identities_in(backed.identity)) as reader:
        keys = [
            key
            for name, _, data in Backup(reader).sections()
            if name != SECRETS or not list(data)
            for some in keys_in(data)
            for key in some
        ]
    assert len(keys) == taken.count == 3
    data, root = plain(backed, taken.data), backed.settings.root_key_file.read_bytes().strip()
    for key in keys:
        assert bytes(key.id) in data, "the words say which key they need"
        assert key.wrapped not in data
    for secret in (root, bytes.fromhex(root.decode())):
        assert secret not in data
        assert secret not in plain(backed, taken.keys)


@pytest.mark.full
async def test_a_backup_lists_what_is_in_it(backed: Backed) -> None:
    await talk(backed.town)
    taken = await backed.back_up()
    manifest = checked(taken.data, identities_in(backed.identity), silent)
    assert manifest.head.epoch == backed.town.house.epoch
    assert manifest.rows == taken.rows
    assert all(len(section.sha256) == 64 for section in manifest.sections)


@pytest.mark.full
@on_sqlite
async def test_the_list_of_what_was_erased_is_in_no_backup(backed: Backed) -> None:
    town = backed.town
    await town.say(town.ash, "please forget this")
    await remove_message(town.house.ledger, await town.seat(town.ash), seq=1, nonce="erase-0001")
    await town.house.erasing.look(now=True)
    tombstones = open_tombstones(backed.settings)
    try:
        marks = list(await tombstones.known())
    finally:
        await tombstones.close()
    assert marks, "it was written down"
    taken = await backed.back_up()
    for file in (taken.data, taken.keys):
        inside = plain(backed, file)
        for mark in marks:
            assert mark.hash not in inside
            assert mark.hash.hex().encode() not in inside


@pytest.mark.full
@unlimited
@mostly_on_sqlite
async def test_while_people_talk_every_backup_is_of_one_moment(
    backed: Backed, empty: Settings, people: Callable[[House], Town]
) -> None:
    town, some = backed.town, asyncio.Event()

    async def talking() -> None:
        for turn in range(10_000):
            await town.say(town.ash, f"word {turn}")
            await town.say(town.birch, f"answer {turn}", reply_to=2 * turn + 1)
            if turn == 3:
                some.set()

    talk_on = asyncio.create_task(talking())
    await some.wait()
    taken = await backed.back_up()
    talk_on.cancel()
    await asyncio.wait([talk_on])
    done = await backed.restored(empty, taken)
    assert done.settled.lost == 0
    async with open_house(empty, StillClock()) as house:
        view = (await seen(people(house)))[0]
    assert isinstance(view, dict)
    assert len(view) >= 6
    assert sorted(view) == list(range(1, len(view) + 1)), "nothing is missing before its end"


# ---------------------------------------------------------------- what is too old


@pytest.mark.full
@on_sqlite
async def test_keys_older_than_a_week_and_data_older_than_five_are_thrown_away(
    backed: Backed,
) -> None:
    first = await backed.back_up()
    backed.clock.pass_time(days=7)
    second = await backed.back_up()
    assert second.thrown_away == ()
    backed.clock.pass_time(seconds=1)
    third = await backed.back_up()
    assert third.thrown_away == (first.keys,)
    backed.clock.pass_time(days=28)
    last = await backed.back_up()
    assert set(last.thrown_away) == {first.data, second.keys, third.keys}
    assert [kept.file for kept in kept_in(backed.folder, DATA)] == [
        second.data, third.data, last.data,
    ]  # fmt: skip
    assert [kept.file for kept in kept_in(backed.where.keys, KEYS)] == [last.keys]
    assert KEPT_FOR[KEYS] == timedelta(days=7)


@on_sqlite
async def test_what_is_not_ours_stays_and_what_a_killed_run_left_goes(backed: Backed) -> None:
    backed.folder.mkdir(parents=True)
    theirs = backed.folder / "holdfast-data-of-last-year.age"
    draft = backed.folder / f"holdfast-data-20200101T000000Z.age{DRAFT}"
    copies = backed.settings.data / "backups"
    copies.mkdir(exist_ok=True)
    old, young = copies / "holdfast-0001.db", copies / "holdfast-0002.db"
    for file in (theirs, draft, old, young):
        file.write_bytes(b"something")
    now = backed.clock.now()
    os.utime(old, times=((now - timedelta(days=8)).timestamp(),) * 2)
    os.utime(young, times=((now - timedelta(days=6)).timestamp(),) * 2)
    await backed.back_up()
    assert [file.exists() for file in (theirs, draft, old, young)] == [True, False, False, True]


@pytest.mark.full
@on_sqlite
async def test_where_there_is_no_room_the_older_ones_stay(backed: Backed) -> None:
    await backed.town.say(backed.town.ash, "before")
    first = await backed.back_up()
    backed.clock.pass_time(days=8)
    with no_larger_than(200_000), pytest.raises(Refused, match=r"\(no_room\)"):
        await backed.back_up()
    assert sorted(backed.folder.rglob("*.age*")) == sorted([first.data, first.keys])
    assert not list(backed.settings.data.glob("backing.db*"))
    assert (await backed.back_up()).thrown_away == (first.keys,)


@pytest.mark.full
@pytest.mark.parametrize("size", [100, 10_000, 1_000_000])
def test_a_sealed_file_that_does_not_fit_is_refused_and_leaves_nothing(
    size: int, tmp_path: Path, pair: tuple[str, str]
) -> None:
    to = [pyrage.x25519.Recipient.from_str(pair[0])]

    def write() -> None:
        with SealedWriter(tmp_path / "file.age", to) as out:
            for _ in range(40):
                out.write(os.urandom(100_000))
            out.keep()

    with no_larger_than(size), pytest.raises(Refused, match=r"\(no_room\)"):
        write()
    assert not list(tmp_path.iterdir())
    write()
    assert [file.name for file in tmp_path.iterdir()] == ["file.age"]


@pytest.mark.full
@on_sqlite
async def test_a_damaged_database_is_not_backed_up(backed: Backed, settings: Settings) -> None:
    await talk(backed.town)
    first = await backed.back_up()
    await backed.town.house.workshop.database.forget_deleted()  # all of it is in the one file
    backed.clock.pass_time(days=8)
    with closing(sqlite3.connect(settings.database_file)) as db:
        asked = "SELECT rootpage FROM sqlite_master WHERE name = 'messages'"
        page, size = db.execute(asked).fetchone()[0], db.execute("PRAGMA page_size").fetchone()[0]
    with settings.database_file.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(bytes(64))
    with pytest.raises(Refused, match=r"\(source_damaged\)"):
        await backed.back_up()
    assert first.keys.exists()
