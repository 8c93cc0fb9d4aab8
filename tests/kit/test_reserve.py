"""Room that is kept back on the disk: laid in, given once, laid in again."""

from __future__ import annotations

from pathlib import Path

from holdfast.kit.reserve import Reserve
from town import StillClock


def test_it_is_given_when_the_disk_is_full_and_laid_in_again(tmp_path: Path) -> None:
    clock = StillClock()
    kept = Reserve(tmp_path / "reserve", clock, 8192)
    assert not kept.give(), "there was nothing to give yet"
    clock.pass_time(seconds=6)
    kept.look()
    assert (tmp_path / "reserve").stat().st_blocks * 512 >= 8192
    assert kept.give()
    assert kept.is_given
    assert not (tmp_path / "reserve").exists()
    assert not kept.give(), "it is given once"
    assert kept.is_given
    kept.look()
    assert kept.is_given, "it looks once a second"
    clock.pass_time(seconds=1)
    kept.look()
    assert not kept.is_given
    assert (tmp_path / "reserve").stat().st_size == 8192


def test_without_room_for_it_nothing_is_left_behind(tmp_path: Path) -> None:
    clock = StillClock()
    kept = Reserve(tmp_path / "reserve", clock, 2**60)
    clock.pass_time(seconds=6)
    kept.look()
    assert not (tmp_path / "reserve").exists()
    assert not kept.give()
    assert not kept.is_given


def test_a_place_that_only_just_opened_lays_in_nothing(tmp_path: Path) -> None:
    Reserve(tmp_path / "reserve", StillClock()).look()
    assert not (tmp_path / "reserve").exists()
