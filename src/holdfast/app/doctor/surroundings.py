"""What the doctor asks of the machine: swap, clock, core dumps, room, open files, who serves."""

from __future__ import annotations

from holdfast.app.doctor.findings import Finding, Level, Look, fine, unseen

GIB = 1 << 30
LITTLE, HARDLY_ANY = 0.10, 0.02  # of the disk
ENOUGH_FILES = 8_192
NO_CORE = {"0", "1"}  # 1 also stops a program that takes cores instead of a file


async def swap_is_unreadable(look: Look) -> list[Finding]:
    """What was in memory must not lie on a disk that somebody can carry away."""
    said = look.machine.read("proc/swaps")
    if said is None:
        return unseen("swap", "Whether this machine swaps could not be seen.")
    used = [line.split()[0] for line in said.splitlines()[1:] if line.strip()]
    plain = [name for name in used if not _is_safe(look, name)]
    if not plain:
        return fine("swap", "Swap is encrypted." if used else "There is no swap.")
    return [
        Finding(
            "swap",
            Level.UNSAFE,
            f"Swap lies on a disk in plain: {', '.join(plain)}.",
            "Words and keys that are in memory can be written there, and stay when this is off.",
            "`swapoff -a` and take its line out of /etc/fstab, or use zram or an encrypted one.",
        )
    ]


def _is_safe(look: Look, name: str) -> bool:
    machine = look.machine
    if name.startswith("/dev/"):
        device = machine.name_of(name)
        return device.startswith("zram") or machine.is_encrypted(device)
    below = machine.device_at(name)
    return below is not None and machine.is_encrypted(machine.name_of(below))


async def clock_is_set(look: Look) -> list[Finding]:
    """Shifts, codes, keys by day and the time of erasing all hang on the clock."""
    kept = look.machine.clock_is_kept()
    if kept is None:
        return unseen("clock", "Whether something keeps the clock could not be seen.")
    if kept:
        return fine("clock", "Something keeps the clock.")
    return [
        Finding(
            "clock",
            Level.CARE,
            "Nothing keeps this machine’s clock.",
            "Shifts begin late, codes of staff are refused and words are erased at the wrong time.",
            "Install chrony or turn on systemd-timesyncd: `timedatectl set-ntp true`.",
        )
    ]


async def no_core_is_dumped(look: Look) -> list[Finding]:
    """A core dump is all of memory, in a file."""
    process = serving(look)
    if process is None:
        return fine("core dumps", "The server turns core dumps off when it starts.")
    limit = look.machine.limits_of(process).get("Max core file size")
    if limit is None:
        return unseen("core dumps", "The limits of the server that runs could not be seen.")
    if limit in NO_CORE:
        return fine("core dumps", "The server that runs dumps no core.")
    return [
        Finding(
            "core dumps",
            Level.UNSAFE,
            "The server that runs may leave a core dump.",
            "Were it to crash, everything it had in memory, words and keys, would be in a file.",
            "Start it again with this version, which turns them off; in the unit: LimitCORE=0.",
        )
    ]


async def enough_files_may_be_open(look: Look) -> list[Finding]:
    """Every line of a member is an open file."""
    process = serving(look)
    said = look.machine.limits_of(process).get("Max open files") if process else None
    most = _number(said) if said else look.machine.open_files()
    if most < 0 or most >= ENOUGH_FILES:
        return fine("open files", "Enough files may be open at once.")
    return [
        Finding(
            "open files",
            Level.CARE,
            f"Only {most} files may be open at once.",
            "Each person who is here takes one: when there are no more, nobody else comes in.",
            "`ulimit -n 65536` before it is started; in the unit: LimitNOFILE=65536.",
        )
    ]


def _number(said: str) -> int:
    return int(said) if said.isdigit() else -1


async def disk_has_room(look: Look) -> list[Finding]:
    """A full disk is a silence."""
    data = look.settings.data.absolute()
    folder = next(one for one in (data, *data.parents) if one.exists())
    free, of = look.machine.room_at(folder)
    part = free / max(of, 1)
    if part >= LITTLE or free > 10 * GIB:
        return fine("room", f"{free / GIB:.1f} GiB are free where the data lie.")
    return [
        Finding(
            "room",
            Level.UNSAFE if part < HARDLY_ANY else Level.CARE,
            f"Only {free / GIB:.1f} GiB are free where the data lie.",
            "When the disk is full nothing that is said can be kept, and everybody is told so.",
            "Make room, or move the data to a larger disk. Look in `backups` first.",
        )
    ]


async def nobody_serves_as_root(look: Look) -> list[Finding]:
    """Whoever gets into a server that runs as root has the machine."""
    data = look.settings.data
    if not data.exists():
        return unseen("root", "There is no data folder yet.")
    process = serving(look)
    if look.machine.owner_of(data) != 0 and (process is None or not _is_root(look, process)):
        return fine("root", "The server does not run as root.")
    return [
        Finding(
            "root",
            Level.CARE,
            "The server runs as root, or did: root owns the data folder.",
            "Whoever finds a hole in the server then has the whole machine.",
            "Make an account for it, give it the data folder (`chown -R holdfast`) and use the "
            "units in deploy/systemd.",
        )
    ]


def _is_root(look: Look, process: int) -> bool:
    said = look.machine.read(f"proc/{process}/status") or ""
    uids = [line.split()[2] for line in said.splitlines() if line.startswith("Uid:")]
    return uids == ["0"]


def serving(look: Look) -> int | None:
    """The process that serves this data folder now, as its lease says."""
    try:
        said = (look.settings.data / "lease").read_text().strip()
    except OSError:
        return None
    if not said.isdigit() or look.machine.read(f"proc/{said}/limits") is None:
        return None
    return int(said)
