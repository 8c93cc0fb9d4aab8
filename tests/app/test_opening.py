"""Opening the house: the root key, the lease, the epoch; refused in words where it must be."""

from __future__ import annotations

import stat
from pathlib import PosixPath

import pytest
from sqlalchemy import func, select

from holdfast.app.opening import open_house
from holdfast.app.schema import Unfit
from holdfast.kit.database import open_database
from holdfast.kit.facts import FactRow
from holdfast.kit.house import House
from holdfast.messages.queries import messages_before
from holdfast.rooms.queries import open_rooms
from holdfast.settings import Settings
from town import NIGHT, StillClock, mostly_on_sqlite, on_sqlite, settle_in


async def opened(settings: Settings) -> tuple[str, list[str]]:
    """Open the house once; its epoch and its rooms."""
    async with open_house(settings, StillClock()) as house, house.workshop.reading() as work:
        return house.epoch, [room.slug for room in await open_rooms(work)]


@pytest.mark.full
async def test_a_first_start_makes_a_key_an_epoch_and_six_rooms(settings: Settings) -> None:
    epoch, rooms = await opened(settings)
    assert epoch
    assert rooms == ["evening", "anxiety", "low-mood", "recovery", "grief", "night-room"]
    assert stat.S_IMODE((settings.data / "root.key").stat().st_mode) == 0o600


@pytest.mark.full
@mostly_on_sqlite
async def test_a_second_start_keeps_all_of_them(settings: Settings) -> None:
    first = await opened(settings)
    key = (settings.data / "root.key").read_bytes()
    assert await opened(settings) == first
    assert (settings.data / "root.key").read_bytes() == key


@pytest.mark.full
@mostly_on_sqlite
async def test_the_data_folder_is_for_its_owner_alone(settings: Settings) -> None:
    fresh = settings.model_copy(update={"data": settings.data / "within"})
    await opened(fresh)
    assert stat.S_IMODE(fresh.data.stat().st_mode) == 0o700


@mostly_on_sqlite
@pytest.mark.parametrize(
    ("written", "words"),
    [
        (None, "is missing"),
        ("ab" * 32, "is another key"),
        ("not a key at all", "is not a key"),
        ("", "is not a key"),
    ],
    ids=["missing", "another", "garbage", "empty"],
)
async def test_with_a_wrong_root_key_it_refuses_to_start_in_words_that_help(
    settings: Settings, written: str | None, words: str
) -> None:
    await opened(settings)
    file = settings.data / "root.key"
    file.unlink()
    if written is not None:
        file.write_text(written)
    before = await facts(settings)
    with pytest.raises(Unfit, match=words) as no:
        await opened(settings)
    assert "Put back the root.key" in str(no.value)
    assert "Nothing was changed" in str(no.value)
    assert await facts(settings) == before
    assert file.exists() is (written is not None)  # no new key is made over an old place


class Shut(PosixPath):
    """A file that belongs to somebody else, also where tests run as root."""

    def read_text(self, encoding: str | None = None, errors: str | None = None) -> str:
        raise PermissionError(13, "Permission denied")


@on_sqlite
async def test_a_root_key_that_only_another_account_may_read_is_not_called_a_wrong_one(
    settings: Settings,
) -> None:
    """Somebody who tried a command without its rights was sent to look for a backup of the key."""
    await opened(settings)
    shut = settings.model_copy(update={"root_key": Shut(settings.root_key_file)})
    with pytest.raises(Unfit, match="may not be read by this account") as no:
        await opened(shut)
    assert "backup" not in str(no.value)


async def facts(settings: Settings) -> dict[str, bytes]:
    database = open_database(settings.database)
    async with database.reader.connect() as connection:
        rows = await connection.execute(select(FactRow.name, FactRow.value))
        found = {row[0]: row[1] for row in rows}
    await database.close()
    return found


@pytest.mark.full
@mostly_on_sqlite
async def test_put_back_the_right_key_and_it_starts_again(settings: Settings) -> None:
    await opened(settings)
    key = (settings.data / "root.key").read_text()
    (settings.data / "root.key").write_text("ab" * 32)
    with pytest.raises(Unfit):
        await opened(settings)
    (settings.data / "root.key").write_text(key)
    await opened(settings)


@pytest.mark.full
@on_sqlite
async def test_a_damaged_file_is_called_damaged_and_left_alone(settings: Settings) -> None:
    await opened(settings)
    file = settings.data / "holdfast.db"
    torn = file.read_bytes()[100:]
    file.write_bytes(torn)
    with pytest.raises(Unfit, match="is not a Holdfast database, or it is damaged"):
        await opened(settings)
    assert file.read_bytes() == torn


@pytest.mark.full
@on_sqlite
async def test_a_second_server_on_one_data_folder_is_refused_in_words(settings: Settings) -> None:
    async with open_house(settings, StillClock()):
        with pytest.raises(Unfit, match="Another Holdfast is already serving"):
            await opened(settings)
    await opened(settings)


@pytest.mark.full
async def test_what_was_said_yesterday_is_there_after_a_restart(settings: Settings) -> None:
    async with open_house(settings, StillClock()) as house:
        town = await settle_in(house)
        await town.say(town.ash, "Still here")
    async with open_house(settings, StillClock()) as house:
        again = type(town)(**{**vars(town), "house": house})
        async with house.workshop.reading() as work:
            seat = await again.seat(again.birch, NIGHT)
            said = await messages_before(work, again.reader(again.birch), seat.room_id, None, 10)
    assert [message.text for message in said] == ["Still here"]


async def test_closing_leaves_no_connection_behind(house: House) -> None:
    async with house.workshop.reading() as work:
        assert (await work.db.execute(select(func.count()).select_from(FactRow))).scalar_one() >= 2
