"""What is not as it should be is refused with a code, and nothing is changed by it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from backing.places import Backed, no_larger_than, silent, talk
from holdfast.app.arriving import RESTORING
from holdfast.app.backing import folder, restoring
from holdfast.app.backing.pairs import identities_in, new_pair
from holdfast.app.backing.refusals import Refused
from holdfast.app.backing.taking import Taken, Where, back_up
from holdfast.app.opening import open_house
from holdfast.app.schema import Unfit
from holdfast.kit.roots import write_root_key
from holdfast.settings import Settings
from town import StillClock, on_sqlite


async def refused(backed: Backed, into: Settings, taken: Taken, **more: object) -> str:
    """The code with which a restore is refused; before and after it nothing is there."""
    with pytest.raises(Refused) as no:
        await backed.restored(into, taken, **more)
    assert not into.database_file.exists()
    assert not (into.data / RESTORING).exists()
    assert not into.root_key_file.exists()
    assert str(no.value).endswith(f"({no.value.code})")
    return no.value.code


Spoil = Callable[[bytes], bytes]
SPOILS: dict[str, tuple[Spoil, str]] = {
    "cut off in the middle": (lambda whole: whole[: len(whole) // 2], "damaged"),
    "cut off at its last byte": (lambda whole: whole[:-1], "damaged"),
    "one bit of the words turned": (lambda whole: _turned(whole, len(whole) // 2), "damaged"),
    "one bit of its head turned": (lambda whole: _turned(whole, 150), "damaged"),
    "something added": (lambda whole: whole + b"more", "damaged"),
    "empty": (lambda _: b"", "not_a_backup"),
    "another file": (lambda _: b"a picture of a kettle", "not_a_backup"),
}


def _turned(whole: bytes, at: int) -> bytes:
    return whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]


@pytest.mark.full
@on_sqlite
async def test_a_damaged_file_is_refused_whatever_happened_to_it(
    backed: Backed, empty: Settings
) -> None:
    await talk(backed.town)
    taken = await backed.back_up()
    for file in (taken.data, taken.keys):
        whole = file.read_bytes()
        for what, (spoil, code) in SPOILS.items():
            file.write_bytes(spoil(whole))
            assert await refused(backed, empty, taken) == code, what
        file.write_bytes(whole)
    await backed.restored(empty, taken)


@pytest.mark.full
@on_sqlite
async def test_files_in_the_wrong_order_or_missing_are_refused(
    backed: Backed, empty: Settings, tmp_path: Path
) -> None:
    taken = await backed.back_up()
    assert await refused(backed, empty, taken, data=taken.keys) == "not_data"
    assert await refused(backed, empty, taken, keys=taken.data) == "not_keys"
    assert await refused(backed, empty, taken, data=tmp_path / "none") == "no_file"
    assert await refused(backed, empty, taken, keys=None) == "keystore_empty"
    await backed.restored(empty, taken)


@pytest.mark.full
@on_sqlite
async def test_another_secret_key_opens_nothing(
    backed: Backed, empty: Settings, tmp_path: Path
) -> None:
    taken = await backed.back_up()
    other = tmp_path / "other"
    other.write_text(new_pair()[1])
    assert await refused(backed, empty, taken, identities=identities_in(other)) == "wrong_identity"
    other.write_text("a remark")
    with pytest.raises(Refused, match=r"\(no_identity\)"):
        identities_in(other)
    await backed.restored(empty, taken)


@pytest.mark.full
@on_sqlite
async def test_without_the_root_key_or_with_another_one_nothing_is_restored(
    backed: Backed, empty: Settings, tmp_path: Path
) -> None:
    taken = await backed.back_up()
    assert await refused(backed, empty, taken, root_key=None) == "no_root_key"
    write_root_key(tmp_path / "other.key")
    other = tmp_path / "other.key"
    assert await refused(backed, empty, taken, root_key=other) == "wrong_root_key"
    await backed.restored(empty, taken)
    assert empty.root_key_file.read_bytes() == backed.settings.root_key_file.read_bytes()
    assert empty.root_key_file.stat().st_mode & 0o777 == 0o600


@pytest.mark.full
@on_sqlite
async def test_data_of_another_place_are_refused_though_they_are_sealed_to_the_same_key(
    backed: Backed, empty: Settings, tmp_path: Path
) -> None:
    taken = await backed.back_up()
    other = Settings(data=tmp_path / "other", backup_to=backed.settings.backup_to)
    async with open_house(other, StillClock()):
        theirs = await back_up(other, Where(tmp_path, tmp_path), StillClock(), silent)
    assert await refused(backed, empty, taken, data=theirs.data) == "not_genuine"
    await backed.restored(empty, taken)


@pytest.mark.full
@on_sqlite
async def test_a_backup_of_a_newer_holdfast_is_refused(
    backed: Backed, empty: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = await backed.back_up()
    with monkeypatch.context() as older:
        older.setattr(restoring, "revisions", lambda _: ["0015", "0016"])
        assert await refused(backed, empty, taken) == "newer"
    await backed.restored(empty, taken)


@pytest.mark.full
async def test_a_backup_is_loaded_over_nothing(backed: Backed, empty: Settings) -> None:
    taken = await backed.back_up()
    async with open_house(empty, StillClock()) as house:
        epoch = house.epoch
        if empty.database_url == "":
            with pytest.raises(Refused, match=r"\(served\)"):
                await backed.restored(empty, taken)
    with pytest.raises(Refused, match=r"\(not_empty\)"):
        await backed.restored(empty, taken)
    async with open_house(empty, StillClock()) as house:
        assert house.epoch == epoch


@pytest.mark.full
@on_sqlite
async def test_keys_are_loaded_over_none(backed: Backed, empty: Settings, tmp_path: Path) -> None:
    await talk(backed.town)
    taken = await backed.back_up()
    first = empty.model_copy(update={"keys": tmp_path / "kept"})
    await backed.restored(first, taken)
    second = first.model_copy(update={"data": tmp_path / "second"})
    assert await refused(backed, second, taken) == "keystore_not_empty"
    await backed.restored(second, taken, keys=None)
    async with open_house(second, StillClock()):
        pass


@pytest.mark.full
@on_sqlite
async def test_without_the_list_of_what_was_erased_the_operator_must_say_that_it_is_lost(
    backed: Backed, empty: Settings, tmp_path: Path
) -> None:
    taken = await backed.back_up()
    assert await refused(backed, empty, taken, erasures="") == "no_ledger"
    (tmp_path / "erasures.db").write_text("a shopping list that is long enough to be read as one")
    none = str(tmp_path / "erasures.db")
    assert await refused(backed, empty, taken, erasures=none) == "not_a_ledger"
    await backed.restored(empty, taken, erasures="lost")


@pytest.mark.full
@on_sqlite
async def test_where_a_disk_is_full_a_restore_says_so_and_goes_on_later(
    backed: Backed, empty: Settings
) -> None:
    await talk(backed.town)
    taken = await backed.back_up()
    with no_larger_than(300_000), pytest.raises(Refused, match=r"\(not_taken\)"):
        await backed.restored(empty, taken)
    with pytest.raises(Unfit, match=r"\(half_restored\)"):
        async with open_house(empty, StillClock()):
            pass
    await backed.restored(empty, taken)


# ---------------------------------------------------------------- when a backup is made


@on_sqlite
async def test_no_backup_is_made_for_nobody_or_of_nothing(backed: Backed, tmp_path: Path) -> None:
    for_nobody = backed.settings.model_copy(update={"backup_to": ""})
    with pytest.raises(Refused, match=r"\(no_public_key\)"):
        await back_up(for_nobody, backed.where, backed.clock, silent)
    nothing = backed.settings.model_copy(update={"data": tmp_path / "nothing"})
    with pytest.raises(Refused, match=r"\(no_place\)"):
        await back_up(nothing, backed.where, backed.clock, silent)
    assert not list(backed.folder.rglob("*.age*"))
    await backed.back_up()


@pytest.mark.full
async def test_data_in_which_keys_still_lie_are_not_backed_up(backed: Backed) -> None:
    key = text("INSERT INTO data_keys (id, seat_id, day, wrapped) VALUES (:id, 1, 1, :id)")
    async with backed.town.house.workshop.work() as work:
        await work.db.execute(key, {"id": bytes(16)})
    with pytest.raises(Refused, match=r"\(too_old_to_back_up\)"):
        await backed.back_up()
    async with backed.town.house.workshop.work() as work:
        await work.db.execute(text("DELETE FROM data_keys"))
    await backed.back_up()


async def test_only_one_backup_is_made_at_a_time(backed: Backed) -> None:
    with (
        folder.one_at_a_time(backed.settings.data),
        pytest.raises(Refused, match=r"\(under_way\)"),
    ):
        await backed.back_up()
    await backed.back_up()
