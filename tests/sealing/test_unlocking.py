"""A place and its keystore: keys of before there was one are carried over, and none is mistaken."""

from __future__ import annotations

import shutil
import sqlite3
from typing import Any

import pytest
from sqlalchemy import func, select, text

from holdfast.app.opening import open_house
from holdfast.app.schema import Unfit
from holdfast.app.unlocking import KNOWN, PLACE, unlock
from holdfast.kit.facts import set_fact
from holdfast.kit.house import House
from holdfast.members.actions import sign_in
from holdfast.messages.queries import messages_before
from holdfast.rights.rules import Guest
from holdfast.sealing.keystore import KeptKey
from holdfast.sealing.keystore.sqlite import SqliteKeystore
from holdfast.sealing.seam import Keyring
from holdfast.sealing.tables import DataKeyRow
from holdfast.settings import Settings
from town import StillClock, Town, mostly_on_sqlite, on_sqlite, settle_in

WORDS = "said before there was a keystore"


@pytest.fixture
def stage() -> str:
    """An empty place, of no age yet."""
    return "migrated"


@pytest.fixture
async def town_before(
    settings: Settings, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> Town:
    """A place as an older release left it: its keys in the database, and no keystore."""

    async def as_it_was(*given: Any, is_new: bool) -> None:
        del is_new  # what is derived for good was derived from the root key itself
        await unlock(*given, is_new=False)

    with monkeypatch.context() as patched:
        patched.setattr("holdfast.app.preparing.unlock", as_it_was)
        async with open_house(settings, clock) as house:
            town = await settle_in(house)
            await town.say(town.ash, WORDS)
            await town.say(town.birch, "and an answer")
            keys = [key async for key in house.ledger.keyring.store.all_keys()]
            async with house.workshop.work() as work:
                await set_fact(work, KNOWN, None)
                work.db.add_all(
                    DataKeyRow(id=key.id, seat_id=key.seat, day=key.day, wrapped=key.wrapped)
                    for key in keys
                )
    shutil.rmtree(settings.keys_folder)
    return town


async def keys_in_data(house: House) -> int:
    async with house.workshop.reading() as work:
        count = select(func.count()).select_from(DataKeyRow)
        return (await work.db.execute(count)).scalar_one()


async def words_in(house: House, town: Town) -> list[str]:
    people = Town(**{**vars(town), "house": house})
    async with house.workshop.reading() as work:
        room = (await people.seat(people.ash)).room_id
        said = await messages_before(work, people.reader(people.ash), room, None, 9)
        return [one.text for one in said]


async def every(house: House) -> list[KeptKey]:
    return [key async for key in house.ledger.keyring.store.all_keys()]


@pytest.mark.full
async def test_the_keys_of_an_older_place_are_carried_over_and_its_words_are_read(
    town_before: Town, settings: Settings, clock: StillClock
) -> None:
    for _ in range(2):
        async with open_house(settings, clock) as house:
            assert await keys_in_data(house) == 0
            assert len(await every(house)) == 2
            assert await words_in(house, town_before) == [WORDS, "and an answer"]


@pytest.mark.full
async def test_nobody_s_recovery_phrase_is_lost_by_it(
    town_before: Town, settings: Settings, clock: StillClock
) -> None:
    async with open_house(settings, clock) as house, house.workshop.work() as work:
        came = await sign_in(work, Guest(), root=house.root, phrase=town_before.ash.phrase)
        assert came is not None
    before = house.root.lookup("seven words")
    async with open_house(settings, clock) as again:
        assert again.root.lookup("seven words") == before


@pytest.mark.full
@on_sqlite
async def test_no_byte_of_them_stays_in_the_data_or_in_a_copy_made_before_a_migration(
    town_before: Town, settings: Settings, clock: StillClock
) -> None:
    copy = settings.data / "backups" / "holdfast-0015.db"
    copy.parent.mkdir(exist_ok=True)
    shutil.copy(settings.database_file, copy)
    with sqlite3.connect(settings.database_file) as data:
        wrapped = [row[0] for row in data.execute("SELECT wrapped FROM data_keys")]
    assert len(wrapped) == 2
    for folder in (settings.data, copy.parent):
        assert all(key in bytes_in(folder) for key in wrapped)
    async with open_house(settings, clock) as house:
        assert len(await every(house)) == 2
    for folder in (settings.data, copy.parent):
        assert [key for key in wrapped if key in bytes_in(folder)] == []
    with sqlite3.connect(copy) as kept:
        assert kept.execute("SELECT count(*) FROM messages").fetchone() == (2,)


def bytes_in(folder: Any) -> bytes:
    """Everything right in a folder, and not below it."""
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())


@pytest.mark.full
async def test_a_stop_while_they_are_carried_over_loses_none(
    town_before: Town, settings: Settings, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stop(Exception):
        pass

    def stop(*_: object) -> None:
        raise Stop

    with monkeypatch.context() as patched:
        patched.setattr("holdfast.app.unlocking.text", stop)
        with pytest.raises(Stop):
            async with open_house(settings, clock):
                pass
    async with open_house(settings, clock) as house:
        assert await keys_in_data(house) == 0
        assert await words_in(house, town_before) == [WORDS, "and an answer"]


@on_sqlite
async def test_an_empty_keystore_is_none(settings: Settings, clock: StillClock) -> None:
    async with open_house(settings, clock):
        pass
    shutil.rmtree(settings.keys_folder)
    await SqliteKeystore(settings.keys_folder).close()
    with pytest.raises(Unfit, match="not there, or empty"):
        async with open_house(settings, clock):
            pass


@pytest.mark.full
@mostly_on_sqlite
async def test_without_its_keystore_a_place_does_not_open_and_says_what_to_do(
    settings: Settings, clock: StillClock
) -> None:
    async with open_house(settings, clock):
        pass
    away = settings.keys_folder.rename(settings.data / "away")
    with pytest.raises(Unfit, match=r"is not there\..*Nothing was changed"):
        async with open_house(settings, clock):
            pass
    assert not settings.keys_folder.exists(), "nothing was changed"
    away.rename(settings.keys_folder)
    async with open_house(settings, clock):
        pass


@pytest.mark.full
@on_sqlite
async def test_the_keystore_of_another_place_is_refused(
    settings: Settings, clock: StillClock, tmp_path: Any
) -> None:
    theirs = Settings(data=tmp_path / "theirs")
    for each in (settings, theirs):
        async with open_house(each, clock) as house:
            await settle_in(house)
    mixed = settings.model_copy(update={"keys": theirs.keys_folder})
    with pytest.raises(Unfit, match="another one"):
        async with open_house(mixed, clock):
            pass


@pytest.mark.full
@on_sqlite
async def test_a_new_place_takes_no_keystore_that_has_keys(
    settings: Settings, clock: StillClock, tmp_path: Any
) -> None:
    async with open_house(settings, clock) as house:
        town = await settle_in(house)
        await town.say(town.ash, WORDS)
    shared = {"keys": settings.keys_folder, "root_key": settings.root_key_file}
    new = settings.model_copy(update={"data": tmp_path / "new", **shared})
    with pytest.raises(Unfit, match="another place"):
        async with open_house(new, clock):
            pass


async def test_the_secret_of_a_new_place_is_made_by_chance_and_kept(
    settings: Settings, clock: StillClock
) -> None:
    from holdfast.app.unlocking import keystore_at
    from holdfast.kit.roots import read_root_key

    async with open_house(settings, clock) as house:
        secret = house.root.place
    bare = read_root_key(settings.root_key_file)
    assert bare is not None
    assert bare.place != secret
    async with keystore_at(settings) as store:
        kept = await store.secret(PLACE)
        assert kept is not None
        assert secret not in kept
        assert bare.unwrap_secret(kept, PLACE.encode()) == secret


@pytest.mark.full
@on_sqlite
async def test_a_key_of_the_keystore_is_never_asked_of_the_database(
    settings: Settings, clock: StillClock
) -> None:
    async with open_house(settings, clock) as house:
        town = await settle_in(house)
        await town.say(town.ash, WORDS)
        ring: Keyring = house.ledger.keyring
        ring.forget_all()
        async with house.workshop.work() as work:
            await work.db.execute(text("DROP TABLE data_keys"))
        assert await words_in(house, town) == [WORDS]
