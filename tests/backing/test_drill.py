"""A drill restores what there is, opens some of it, notes it, and leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from backing.places import Backed, silent, talk
from holdfast.app.backing.drilling import THROWN_AWAY, Asking, Drilled, drill_restore
from holdfast.app.backing.noted import BACKED_UP, COPY_TRIED, DRILLED, noted
from holdfast.app.backing.pairs import identities_in
from holdfast.app.backing.refusals import Refused
from holdfast.app.backing.roots import seal_root_key
from holdfast.app.turning import rotate
from town import mostly_on_sqlite, on_sqlite


async def drilled(backed: Backed, root_key: Path | None = None) -> Drilled:
    asking = Asking(identities_in(backed.identity), root_key)
    return await drill_restore(backed.settings, backed.where, asking, backed.clock, silent)


@pytest.mark.full
@mostly_on_sqlite
async def test_a_drill_opens_words_and_says_what_would_be_lost(backed: Backed) -> None:
    await talk(backed.town)
    await backed.back_up()
    backed.clock.pass_time(minutes=15)
    await backed.town.say(backed.town.ash, "said since")
    done = await drilled(backed)
    assert (done.opened, done.tried) == (13, 13), "twelve messages and a note"
    assert (done.age, done.said_since) == (15 * 60, 1)
    async with backed.town.house.workshop.reading() as work:
        kept, made = await noted(work, DRILLED), await noted(work, BACKED_UP)
    assert kept is not None
    assert made is not None
    assert kept["at"] - made["at"] == 15 * 60 * 1000
    assert (kept["opened"], kept["tried"], kept["root_key"]) == (13, 13, "own")
    assert not list(backed.settings.data.glob(f"{THROWN_AWAY}*"))


@pytest.mark.full
@on_sqlite
async def test_a_drill_with_the_sealed_copy_of_the_root_key_shows_that_it_works(
    backed: Backed, tmp_path: Path
) -> None:
    await talk(backed.town)
    await backed.back_up()
    copy = tmp_path / "root.age"
    seal_root_key(backed.settings, copy)
    assert backed.settings.root_key_file.read_bytes().strip() not in copy.read_bytes()
    assert copy.stat().st_mode & 0o777 == 0o600
    assert (await drilled(backed, copy)).opened == 13
    async with backed.town.house.workshop.reading() as work:
        kept = await noted(work, DRILLED)
    assert kept is not None
    assert kept["root_key"] == "copy"
    with pytest.raises(Refused, match=r"\(file_there\)"):
        seal_root_key(backed.settings, copy)


@on_sqlite
async def test_a_drill_that_does_not_go_well_is_noted_as_that_and_leaves_nothing_behind(
    backed: Backed,
) -> None:
    with pytest.raises(Refused, match=r"\(no_backup_here\)"):
        await drilled(backed)
    taken = await backed.back_up()
    whole = taken.data.read_bytes()
    taken.data.write_bytes(whole[:-1])
    with pytest.raises(Refused, match=r"\(damaged\)"):
        await drilled(backed)
    async with backed.town.house.workshop.reading() as work:
        kept = await noted(work, DRILLED)
        assert kept is not None
        assert kept["failed"] == "damaged"
    assert not list(backed.settings.data.glob(f"{THROWN_AWAY}*"))
    taken.data.write_bytes(whole)
    left = backed.settings.data / f"{THROWN_AWAY}of-a-killed-one"
    left.mkdir()
    await drilled(backed)
    assert not left.exists()


async def copy_tried(backed: Backed) -> str | None:
    """The check of the last copy of the root key in force that opened words."""
    async with backed.town.house.workshop.reading() as work:
        kept = await noted(work, COPY_TRIED)
    return None if kept is None else str(kept["check"])


@pytest.mark.full
@on_sqlite
async def test_only_a_copy_of_the_root_key_in_force_that_opened_words_counts(
    backed: Backed, tmp_path: Path
) -> None:
    of_before = tmp_path / "before.age"
    seal_root_key(backed.settings, of_before)
    await backed.back_up()
    assert (await drilled(backed, of_before)).tried == 0
    assert await copy_tried(backed) is None, "there was nothing to open"
    await talk(backed.town)
    backed.clock.pass_time(minutes=15)
    await backed.back_up()
    await drilled(backed)
    assert await copy_tried(backed) is None, "it was the one in its place"
    await rotate(backed.settings, silent)
    await drilled(backed, of_before)
    assert await copy_tried(backed) is None, "it opens older backups alone"
    copy = tmp_path / "new.age"
    seal_root_key(backed.settings, copy)
    backed.clock.pass_time(minutes=15)
    await backed.back_up()
    done = await drilled(backed, copy)
    assert await copy_tried(backed) == done.check.hex()
    await drilled(backed)
    assert await copy_tried(backed) == done.check.hex(), "it stays true"
