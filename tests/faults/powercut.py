"""A power cut under real processes: what was not synced is gone. See powercut.c for the model."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

from guards import missing

SOURCE = Path(__file__).with_name("powercut.c")
PAGE = 4096


def build_shim(folder: Path) -> Path:
    """Compile the shim into a folder that every process may read."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        missing("A C compiler", "apt-get install gcc libc6-dev")
    shim = folder / "powercut.so"
    options = ("-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror")
    subprocess.run([compiler, *options, "-o", str(shim), str(SOURCE), "-ldl"], check=True)
    return shim


@dataclass(frozen=True)
class Power:
    """The power supply of one data folder: its shim, its durable image, its faults."""

    shim: Path
    data: Path
    image: Path
    orders: Path

    @classmethod
    def over(cls, data: Path, shim: Path) -> Power:
        """Watch a folder (which exists); what lies in it now counts as durable."""
        data = data.resolve()
        beside = {name: data.with_name(f"{data.name}.{name}") for name in ("image", "orders")}
        power = cls(shim, data, beside["image"], beside["orders"])
        power.orders.mkdir()
        power.orders.chmod(0o777)  # PostgreSQL's own person takes orders away too
        _copy(power.data, power.image)
        return power

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs in its environment to run on this power supply."""
        return {
            "LD_PRELOAD": str(self.shim),
            "POWERCUT_DATA": str(self.data),
            "POWERCUT_IMAGE": str(self.image),
            "POWERCUT_ORDERS": str(self.orders),
        }

    def cut(
        self, *roots: int, keep: float = 0.0, names: bool = False, random: Random | None = None
    ) -> None:
        """Stop every process below the roots at once, kill them, and leave what was durable.

        A disk promises nothing about what was not synced, in either direction: `keep` is the
        share of unsynced pages that reach it all the same, by chance; with `names` the names of
        files that were never synced do, and the files are empty.
        """
        doomed = stop_tree(*roots)
        for process in doomed:
            os.kill(process, signal.SIGKILL)
        wait_until_gone(doomed)
        if keep:
            _keep_some_pages(self, keep, random or Random(0))
        if names:
            _keep_names(self)
        shutil.rmtree(self.data)
        self.image.rename(self.data)
        _copy(self.data, self.image)

    def fill_disk(self) -> None:
        """From now on nothing in the folder may grow."""
        (self.orders / "full").touch()

    def break_syncs(self) -> None:
        """From now on no sync succeeds."""
        (self.orders / "broken").touch()

    def strand(self) -> None:
        """The next sync is done, and whoever asked for it dies before it can say so."""
        (self.orders / "strand").touch()

    @property
    def is_stranded(self) -> bool:
        """The order was carried out."""
        return not (self.orders / "strand").exists()

    def leave_room(self, more: int) -> None:
        """From now on so many bytes more fit into the folder; what goes makes room again."""
        held = sum(file.stat().st_size for file in self.data.iterdir() if file.is_file())
        self._tell("quota", str(held + more))

    def slow_down(self, least: float, most: float = 0.0) -> None:
        """From now on a sync takes so many seconds, by chance between the two."""
        self._tell("slow", f"{least * 1e6:.0f} {most * 1e6:.0f}")

    def _tell(self, order: str, words: str) -> None:
        written = self.orders.with_name(f"{self.orders.name}.new")
        written.write_text(words)
        written.rename(self.orders / order)

    def mend(self) -> None:
        """All is well again."""
        for order in self.orders.iterdir():
            order.unlink()


def _copy(source: Path, target: Path) -> None:
    subprocess.run(["cp", "-a", "--reflink=auto", str(source), str(target)], check=True)


def _keep_some_pages(power: Power, share: float, random: Random) -> None:
    for image in power.image.rglob("*"):
        data = power.data / image.relative_to(power.image)
        if not image.is_file() or not data.is_file():
            continue
        now, then = data.read_bytes(), image.read_bytes()
        if now == then:
            continue
        with image.open("r+b") as out:
            for at in range(0, len(now), PAGE):
                page = now[at : at + PAGE]
                if page != then[at : at + PAGE] and random.random() < share:
                    out.seek(at)
                    out.write(page)


def _keep_names(power: Power) -> None:
    for data in power.data.rglob("*"):
        image = power.image / data.relative_to(power.data)
        if data.is_file() and not image.exists():
            image.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            image.touch(mode=data.stat().st_mode & 0o777)
            shutil.chown(image, data.stat().st_uid, data.stat().st_gid)


# ---------------------------------------------------------------- processes


def stop_tree(*roots: int) -> list[int]:
    """Freeze processes and all their descendants, parents first, so that none escapes."""
    stopped: list[int] = []
    found = list(roots)
    while found:
        for process in found:
            try:
                os.kill(process, signal.SIGSTOP)
            except ProcessLookupError:
                continue
            stopped.append(process)
        parents = _parents()
        found = [p for p, parent in parents.items() if parent in stopped and p not in stopped]
    return stopped


def wait_until_gone(processes: list[int], seconds: float = 10.0) -> None:
    """Wait for killed processes, whoever's children they are."""
    deadline = time.monotonic() + seconds
    while alive := [process for process in processes if is_running(process)]:
        assert time.monotonic() < deadline, f"still there: {alive}"
        time.sleep(0.002)


def is_running(process: int) -> bool:
    """Whether a process could still write something; one that nobody buried yet could not."""
    return _state(process) not in "ZX"


def _parents() -> dict[int, int]:
    found: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            found[int(entry.name)] = int(fields[1])
    return found


def _state(process: int) -> str:
    fields = _stat(process)
    return fields[0] if fields else "X"


def _stat(process: int) -> list[str]:
    """State, parent and so on; what stands before them is a name that may hold anything."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
