"""The machine as the doctor sees it: small questions, each of which a test can answer itself."""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx
from msgspec import Struct

TIME_ERROR = 5  # what adjtimex says of a clock that nothing keeps
ROOM_FOR_TIMEX = 512
PATIENCE = 5.0  # seconds


class Answer(Struct, frozen=True):
    """What a web server said."""

    status: int
    headers: dict[str, str]


def clock_is_kept() -> bool | None:
    """Whether something keeps this machine's clock; None where the kernel does not say."""
    try:
        said = ctypes.CDLL(None, use_errno=True).adjtimex(
            ctypes.create_string_buffer(ROOM_FOR_TIMEX)
        )
    except (OSError, AttributeError):
        return None
    return None if said < 0 else said != TIME_ERROR


def ask(url: str) -> Answer | None:
    """One request from here, as anybody would make it; None where nobody answers."""
    try:
        said = httpx.get(url, timeout=PATIENCE, follow_redirects=False)
    except (httpx.HTTPError, httpx.InvalidURL, OSError):
        return None
    return Answer(said.status_code, {name.lower(): value for name, value in said.headers.items()})


def room_at(path: Path) -> tuple[int, int]:
    """Bytes that are free there, and bytes in all."""
    used = shutil.disk_usage(path)
    return used.free, used.total


def disk_of(path: Path) -> int:
    """Which disk this lies on."""
    return path.stat().st_dev


class Machine(Struct, frozen=True):
    """Where the doctor looks. `root` is the folder that holds `proc` and `sys`."""

    root: Path = Path("/")
    clock_is_kept: Callable[[], bool | None] = clock_is_kept
    ask: Callable[[str], Answer | None] = ask
    room_at: Callable[[Path], tuple[int, int]] = room_at
    disk_of: Callable[[Path], int] = disk_of
    user: Callable[[], int] = os.geteuid
    owner_of: Callable[[Path], int] = lambda path: path.stat().st_uid
    open_files: Callable[[], int] = lambda: resource.getrlimit(resource.RLIMIT_NOFILE)[0]

    def read(self, path: str) -> str | None:
        """What stands in a file of the kernel's; None where it does not say."""
        with suppress(OSError, UnicodeDecodeError):
            return (self.root / path).read_text()
        return None

    def limits_of(self, process: int) -> dict[str, str]:
        """The soft limits of a process that runs, by the names the kernel gives them."""
        found = {}
        for line in (self.read(f"proc/{process}/limits") or "").splitlines()[1:]:
            name, rest = line[:26].strip(), line[26:].split()
            if rest:
                found[name] = rest[0]
        return found

    def is_encrypted(self, device: str) -> bool:
        """Whether a block device, or everything it is made of, is encrypted (dm-crypt)."""
        block = self.root / "sys/class/block" / device
        with suppress(OSError):
            if (block / "dm/uuid").read_text().startswith("CRYPT-"):
                return True
        below = sorted(path.name for path in block.glob("slaves/*"))
        parent = self._whole_disk(device)
        return (bool(below) and all(map(self.is_encrypted, below))) or (
            parent is not None and self.is_encrypted(parent)
        )

    def _whole_disk(self, device: str) -> str | None:
        """The disk that a partition is part of."""
        block = self.root / "sys/class/block" / device
        if not (block / "partition").exists():
            return None
        return block.resolve().parent.name

    def device_at(self, path: str) -> str | None:
        """The block device that a file lies on."""
        found: tuple[int, str] | None = None
        for line in (self.read("proc/self/mountinfo") or "").splitlines():
            parts = line.split()
            place, source = parts[4], parts[parts.index("-") + 2]
            inside = path == place or path.startswith(place.rstrip("/") + "/")
            if inside and source.startswith("/dev/") and (not found or len(place) > found[0]):
                found = len(place), source
        return found[1] if found else None

    def name_of(self, device: str) -> str:
        """A device's own name: `/dev/mapper/swap` is a link to `/dev/dm-1`."""
        path = self.root / device.lstrip("/")
        return path.resolve().name
