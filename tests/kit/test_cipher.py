"""Sealing: only the right key, in the right place, opens what was sealed."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.kit.cipher import RootKey, WrongKey
from holdfast.kit.roots import read_root_key, write_root_key

SCOPE, PLACE = b"7|20000", b"here"
ROOT = RootKey(bytes(range(32)))


@given(st.binary(max_size=2_000))
def test_what_was_sealed_opens_again_in_its_place(plain: bytes) -> None:
    key = ROOT.make_data_key(SCOPE)
    sealed = key.seal(plain, PLACE)
    assert key.open(sealed, PLACE) == plain
    assert len(plain) < 8 or plain not in sealed


def test_the_same_words_never_look_the_same_sealed() -> None:
    key = ROOT.make_data_key(SCOPE)
    assert key.seal(b"awake", PLACE) != key.seal(b"awake", PLACE)


def test_another_key_does_not_open_it() -> None:
    sealed = ROOT.make_data_key(SCOPE).seal(b"awake", PLACE)
    with pytest.raises(WrongKey):
        ROOT.make_data_key(SCOPE).open(sealed, PLACE)


def test_moved_to_another_place_it_does_not_open() -> None:
    key = ROOT.make_data_key(SCOPE)
    with pytest.raises(WrongKey):
        key.open(key.seal(b"awake", PLACE), b"elsewhere")


@pytest.mark.parametrize("at", [0, 1, 12, 13, 20, -1])
def test_one_changed_byte_anywhere_is_noticed(at: int) -> None:
    key = ROOT.make_data_key(SCOPE)
    changed = bytearray(key.seal(b"awake again", PLACE))
    changed[at] ^= 1
    with pytest.raises(WrongKey):
        key.open(bytes(changed), PLACE)


@pytest.mark.parametrize("length", [0, 1, 12, 13, 28])
def test_bytes_that_are_too_short_to_be_sealed_are_a_wrong_key_and_nothing_worse(
    length: int,
) -> None:
    key = ROOT.make_data_key(SCOPE)
    with pytest.raises(WrongKey):
        key.open(key.seal(b"", PLACE)[:length], PLACE)


def test_sealed_bytes_begin_with_the_suite_byte() -> None:
    assert ROOT.make_data_key(SCOPE).seal(b"x", PLACE)[0] == 1


def test_a_wrapped_key_is_the_same_key_again() -> None:
    key = ROOT.make_data_key(SCOPE)
    again = ROOT.unwrap(key.id, key.wrapped, SCOPE)
    assert again.open(key.seal(b"awake", PLACE), PLACE) == b"awake"
    assert again.mac(b"awake") == key.mac(b"awake")


def test_a_key_wrapped_by_another_root_key_or_for_another_scope_does_not_unwrap() -> None:
    key, other = ROOT.make_data_key(SCOPE), RootKey(b"o" * 32)
    other_id = other.make_data_key(SCOPE).id
    for root, key_id, scope in (
        (other, key.id, SCOPE),
        (ROOT, other_id, SCOPE),
        (ROOT, key.id, b"8|20000"),
    ):
        with pytest.raises(WrongKey):
            root.unwrap(key_id, key.wrapped, scope)


def test_the_mac_tells_the_same_words_from_others_under_one_key_only() -> None:
    key = ROOT.make_data_key(SCOPE)
    assert key.mac(b"a") == key.mac(b"a")
    assert key.mac(b"a") != key.mac(b"b")
    assert key.mac(b"a") != ROOT.make_data_key(SCOPE).mac(b"a")


def test_lookups_depend_on_the_root_key_and_on_nothing_else() -> None:
    assert ROOT.lookup("seven words") == RootKey(bytes(range(32))).lookup("seven words")
    assert ROOT.lookup("seven words") != RootKey(b"o" * 32).lookup("seven words")
    assert ROOT.check() != RootKey(b"o" * 32).check()


# ---------------------------------------------------------------- the root key's file


def test_a_root_key_is_readable_by_its_owner_alone_and_the_same_when_read(tmp_path: Path) -> None:
    file = tmp_path / "root.key"
    made = write_root_key(file)
    read = read_root_key(file)
    assert read is not None
    assert read.check() == made.check()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_root_key_is_never_written_over(tmp_path: Path) -> None:
    file = tmp_path / "root.key"
    write_root_key(file)
    before = file.read_bytes()
    with pytest.raises(FileExistsError):
        write_root_key(file)
    assert file.read_bytes() == before


def test_the_key_and_its_name_are_synced_before_it_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    really = os.fsync

    def watched(file: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{file}").readlink()))
        really(file)

    monkeypatch.setattr(os, "fsync", watched)
    write_root_key(tmp_path / "root.key")
    assert synced == [str(tmp_path / f"root.key.{os.getpid()}.new"), str(tmp_path)]


def test_no_file_is_no_key(tmp_path: Path) -> None:
    assert read_root_key(tmp_path / "root.key") is None


@pytest.mark.parametrize(
    "written", ["", "not hex", "ab", "00" * 31, "00" * 33, "zz" * 32, "ключ"], ids=range(7)
)
def test_a_file_that_holds_no_key_is_a_wrong_key(tmp_path: Path, written: Any) -> None:
    (tmp_path / "root.key").write_text(written)
    with pytest.raises(WrongKey):
        read_root_key(tmp_path / "root.key")
