"""Two places whose backups lie in one folder leave each other's alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from backing.places import Backed, silent
from holdfast.app.backing.drilling import Asking, Drilled, drill_restore
from holdfast.app.backing.folder import DATA, KEYS, kept_in, mark_of, name_of, newest_in, throw_away
from holdfast.app.backing.pairs import identities_in
from holdfast.app.backing.refusals import Refused
from holdfast.app.backing.sealed import DRAFT
from holdfast.app.opening import open_house
from town import StillClock, on_sqlite

OURS, THEIRS = mark_of("our place"), mark_of("their place")


async def drilled(backed: Backed) -> Drilled:
    asking = Asking(identities_in(backed.identity))
    return await drill_restore(backed.settings, backed.where, asking, backed.clock, silent)


@pytest.fixture
async def theirs(backed: Backed, tmp_path: Path) -> Backed:
    """Another place, with the same folder and the same pair of keys."""
    other = backed.settings.model_copy(update={"data": tmp_path / "theirs"})
    async with open_house(other, StillClock()):
        pass
    return replace(backed, settings=other)


@pytest.mark.full
@on_sqlite
async def test_each_place_drills_its_own_newest_backup(backed: Backed, theirs: Backed) -> None:
    await backed.town.say(backed.town.ash, "here")
    ours = await backed.back_up()
    backed.clock.pass_time(hours=1)
    other = await theirs.back_up()
    assert [kept.file for kept in kept_in(backed.folder, DATA)] == [ours.data, other.data]
    done, elsewhere = await drilled(backed), await drilled(theirs)
    assert (done.age, done.opened) == (3600, 1)
    assert (elsewhere.age, elsewhere.opened) == (0, 0)


@pytest.mark.full
@on_sqlite
async def test_each_place_throws_only_its_own_away_and_no_draft_of_another(
    backed: Backed, theirs: Backed
) -> None:
    other = await theirs.back_up()
    first = await backed.back_up()
    assert first.data != other.data, "of the same second"
    draft = other.keys.with_name(other.keys.name + DRAFT)
    left = first.keys.with_name(first.keys.name + DRAFT)
    for file in (draft, left):
        file.write_bytes(b"something")
    backed.clock.pass_time(days=8)
    second = await backed.back_up()
    assert second.thrown_away == (first.keys,)
    assert (other.keys.exists(), draft.exists(), left.exists()) == (True, True, False)
    assert (await theirs.back_up()).thrown_away == (other.keys,)
    assert not draft.exists()


@pytest.mark.full
@on_sqlite
async def test_the_mark_of_a_place_stays_and_says_nothing(backed: Backed) -> None:
    one = await backed.back_up()
    backed.clock.pass_time(hours=1)
    two = await backed.back_up()
    marks = {kept.mark for what in (DATA, KEYS) for kept in kept_in(one.data.parent, what)}
    marks |= {kept.mark for kept in kept_in(two.keys.parent, KEYS)}
    assert len(marks) == 1
    assert len(OURS) == 8
    assert OURS != THEIRS


# ---------------------------------------------------------------- names of before


def made(folder: Path, *names: str) -> list[Path]:
    files = [folder / name for name in names]
    for file in files:
        file.touch()
    return files


@pytest.mark.parametrize("what", [DATA, KEYS])
def test_a_backup_with_a_name_of_before_is_read_until_there_is_one_with_a_mark(
    what: str, tmp_path: Path, clock: StillClock
) -> None:
    now, hour = clock.now(), timedelta(hours=1)
    [their] = made(tmp_path, name_of(what, now + hour, THEIRS))
    with pytest.raises(Refused, match=r"\(no_backup_here\)"):
        newest_in(tmp_path, what, OURS)
    _, old = made(tmp_path, name_of(what, now - hour), name_of(what, now))
    assert newest_in(tmp_path, what, OURS) == old
    [new] = made(tmp_path, name_of(what, now, OURS))
    assert newest_in(tmp_path, what, OURS) == new
    assert newest_in(tmp_path, what, THEIRS) == their


@pytest.mark.parametrize(("what", "days"), [(DATA, 35), (KEYS, 7)])
def test_a_backup_with_a_name_of_before_goes_when_it_is_too_old(
    what: str, days: int, tmp_path: Path, clock: StillClock
) -> None:
    now, late = clock.now(), timedelta(days=days, seconds=1)
    young, old = made(
        tmp_path, name_of(what, now - timedelta(days=days)), name_of(what, now - late)
    )
    writing = tmp_path / (name_of(what, now) + DRAFT)
    killed = tmp_path / (name_of(what, now - timedelta(days=2)) + DRAFT)
    for file in (writing, killed):
        file.touch()
    assert throw_away(tmp_path, what, now, OURS) == [old]
    assert [file.exists() for file in (young, old, writing, killed)] == [True, False, True, False]
