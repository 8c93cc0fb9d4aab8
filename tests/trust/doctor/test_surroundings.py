"""The doctor and the machine: each thing is seen to be well, and seen to be not."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from holdfast.app.doctor import Level, Machine
from holdfast.app.doctor.surroundings import (
    clock_is_set,
    disk_has_room,
    enough_files_may_be_open,
    no_core_is_dumped,
    nobody_serves_as_root,
    swap_is_unreadable,
)
from holdfast.app.falling import leave_no_core
from trust.doctor.conftest import GIB, MadeUp, is_green, levels, red

SWAPS = "Filename Type Size Used Priority\n"
LIMITS = (
    "Limit                     Soft Limit           Hard Limit           Units     \n"
    "Max core file size        {core:<20} {core:<20} bytes     \n"
    "Max open files            {files:<20} 1048576              files     \n"
)


def swap_on(made_up: MadeUp, name: str) -> None:
    made_up.put("proc/swaps", f"{SWAPS}{name} partition 1024 0 -2\n")


async def test_no_swap_is_well(examine: Any) -> None:
    assert is_green(await examine(swap_is_unreadable))


async def test_swap_on_a_plain_partition_is_unsafe(examine: Any, made_up: MadeUp) -> None:
    swap_on(made_up, "/dev/sda2")
    made_up.put("sys/class/block/sda2/partition", "2\n")
    found = red(await examine(swap_is_unreadable))
    assert (found.level, "/dev/sda2" in found.what) == (Level.UNSAFE, True)


async def test_swap_that_is_encrypted_or_in_memory_is_well(examine: Any, made_up: MadeUp) -> None:
    swap_on(made_up, "/dev/zram0")
    assert is_green(await examine(swap_is_unreadable))
    swap_on(made_up, "/dev/dm-1")
    made_up.put("sys/class/block/dm-1/dm/uuid", "LVM-swap\n")
    assert red(await examine(swap_is_unreadable)).level is not Level.FINE
    made_up.put("sys/class/block/dm-1/slaves/dm-0", "")  # a volume on an encrypted disk
    made_up.put("sys/class/block/dm-0/dm/uuid", "CRYPT-LUKS2-0123\n")
    assert is_green(await examine(swap_is_unreadable))


async def test_a_swap_file_is_as_safe_as_the_disk_it_lies_on(examine: Any, made_up: MadeUp) -> None:
    made_up.put("proc/swaps", f"{SWAPS}/var/swapfile file 1024 0 -2\n")
    line = "36 25 {numbers} / {place} rw - ext4 /dev/{device} rw\n"
    root = line.format(numbers="8:1", place="/", device="sda1")
    made_up.put("proc/self/mountinfo", root)
    assert red(await examine(swap_is_unreadable)).level is not Level.FINE
    var = line.format(numbers="253:0", place="/var", device="dm-0")
    made_up.put("proc/self/mountinfo", root + var)
    made_up.put("sys/class/block/dm-0/dm/uuid", "CRYPT-PLAIN-var\n")
    assert is_green(await examine(swap_is_unreadable))


async def test_what_the_kernel_does_not_say_is_not_guessed(examine: Any, made_up: MadeUp) -> None:
    made_up.root.joinpath("proc/swaps").unlink()
    assert levels(await examine(swap_is_unreadable)) == [Level.UNSEEN]
    unknown = made_up.machine(clock_is_kept=lambda: None)
    assert levels(await examine(clock_is_set, machine=unknown)) == [Level.UNSEEN]


async def test_a_clock_that_nothing_keeps_wants_care(examine: Any, made_up: MadeUp) -> None:
    assert is_green(await examine(clock_is_set))
    adrift = made_up.machine(clock_is_kept=lambda: False)
    assert red(await examine(clock_is_set, machine=adrift)).level is Level.CARE


def test_this_machine_answers_about_itself() -> None:
    """Not what it answers, which is its own affair: that each question can be asked."""
    machine = Machine()
    assert machine.clock_is_kept() in {True, False, None}
    assert machine.read("proc/self/limits")
    assert "Max open files" in machine.limits_of(int(Path("/proc/self").readlink().name))
    assert machine.device_at("/") is None or machine.device_at("/").startswith("/dev/")  # type: ignore[union-attr]
    assert machine.open_files() != 0


# ---------------------------------------------------------------- the server that runs


def serves(made_up: MadeUp, data: Path, *, core: str, files: str = "65536", user: int = 5) -> None:
    data.mkdir(exist_ok=True)
    (data / "lease").write_text("4321")
    made_up.put("proc/4321/limits", LIMITS.format(core=core, files=files))
    made_up.put("proc/4321/status", f"Name:\tpython\nUid:\t{user}\t{user}\t{user}\t{user}\n")


async def test_a_server_that_may_leave_a_core_is_unsafe(
    examine: Any, made_up: MadeUp, tmp_path: Path
) -> None:
    assert is_green(await examine(no_core_is_dumped))  # none runs: it will turn them off
    for core in ("0", "1"):
        serves(made_up, tmp_path / "data", core=core)
        assert is_green(await examine(no_core_is_dumped))
    serves(made_up, tmp_path / "data", core="unlimited")
    assert red(await examine(no_core_is_dumped)).level is Level.UNSAFE


@pytest.mark.full
def test_a_server_turns_core_dumps_off_when_it_starts() -> None:
    """In a program of its own: a limit that was lowered stays low."""
    code = (
        "import resource as r; from holdfast.app.falling import leave_no_core;"
        "leave_no_core(); print(r.getrlimit(r.RLIMIT_CORE))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    assert said.strip() == ("(0, 0)" if hard == 0 else "(1, 1)")
    assert leave_no_core.__doc__


@pytest.mark.parametrize(("files", "well"), [("65536", True), ("unlimited", True), ("1024", False)])
async def test_a_server_that_may_open_few_files_wants_care(
    examine: Any, made_up: MadeUp, tmp_path: Path, files: str, well: bool
) -> None:
    serves(made_up, tmp_path / "data", core="0", files=files)
    found = await examine(enough_files_may_be_open)
    assert is_green(found) if well else red(found).level is Level.CARE


async def test_where_none_runs_this_sessions_own_limit_counts(
    examine: Any, made_up: MadeUp
) -> None:
    assert is_green(await examine(enough_files_may_be_open))
    few = made_up.machine(open_files=lambda: 256)
    assert "256" in red(await examine(enough_files_may_be_open, machine=few)).what


async def test_a_server_that_runs_as_root_wants_care(
    examine: Any, made_up: MadeUp, tmp_path: Path
) -> None:
    serves(made_up, tmp_path / "data", core="0")
    assert is_green(await examine(nobody_serves_as_root))
    serves(made_up, tmp_path / "data", core="0", user=0)
    assert red(await examine(nobody_serves_as_root)).level is not Level.FINE
    (tmp_path / "data" / "lease").unlink()
    assert is_green(await examine(nobody_serves_as_root))
    owned = made_up.machine(owner_of=lambda _: 0)
    assert red(await examine(nobody_serves_as_root, machine=owned)).level is Level.CARE


@pytest.mark.parametrize(
    ("free", "level"),
    [(90 * GIB, Level.FINE), (5 * GIB, Level.CARE), (GIB, Level.UNSAFE)],
)
async def test_a_disk_that_fills_up_is_told_in_time(
    examine: Any, made_up: MadeUp, free: int, level: Level
) -> None:
    machine = made_up.machine(room_at=lambda _: (free, 100 * GIB))
    assert levels(await examine(disk_has_room, machine=machine)) == [level]
