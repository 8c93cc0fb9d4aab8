"""Everything that a place leaves behind on the machine it runs on, by name."""

from __future__ import annotations

import asyncio
import shutil
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyrage

from holdfast.app.backing.pairs import new_pair
from holdfast.app.backing.taking import Where, back_up
from holdfast.kit.clock import WallClock
from holdfast.settings import Settings
from trust.canary.place import Canaried
from trust.canary.searching import Found, Hunt, every_file, rows_of

DATABASE = ("holdfast.db", "holdfast.db-wal", "holdfast.db-shm", "holdfast.db-journal")


def while_it_runs(place: Canaried, hunt: Hunt, aside: Path) -> Iterator[tuple[str, Found]]:
    """What lies there while the server serves; files are copied first, so that they stand still."""
    shutil.copytree(place.server.data, aside)
    yield "rows of the database", hunt.in_bytes(rows_of(aside / "holdfast.db"))
    yield "bytes of the database", hunt.in_files(aside / name for name in DATABASE)
    yield "the keystore", hunt.in_files(every_file(aside / "keys"))
    yield "the rest of the data folder", hunt.in_files(_rest(aside))
    yield "metrics", hunt.in_bytes(place.door.get("/metrics").content)
    yield "readiness", hunt.in_bytes(place.door.get("/readyz").content)
    yield "answers to what fell over", hunt.in_bytes(b"\n".join(place.answers))
    assert place.export.startswith(b"age-encryption.org"), "nobody took anything along"
    yield "an export, sealed", hunt.in_bytes(place.export)
    process = Path(f"/proc/{place.server.pid}")
    yield "the process list", hunt.in_files([process / "cmdline", process / "environ"])


def _rest(folder: Path) -> Iterable[Path]:
    keys = folder / "keys"
    return (
        file
        for file in every_file(folder)
        if file.name not in DATABASE and not file.is_relative_to(keys)
    )


def when_it_stopped(place: Canaried, hunt: Hunt) -> Iterator[tuple[str, Found]]:
    """What lies there when nobody serves any more."""
    yield "the data folder, closed", hunt.in_files(every_file(Path(place.server.data)))
    yield "the server's log", hunt.in_bytes(place.server.log().encode())
    cores = [file for file in every_file(place.server.folder) if file.name.startswith("core")]
    yield "core dumps", hunt.in_files(cores)


def in_its_backups(place: Canaried, hunt: Hunt, aside: Path) -> Iterator[tuple[str, Found]]:
    """Sealed, as they lie somewhere; and unsealed, as somebody has them who found the key."""
    public, secret = new_pair()
    settings = Settings(data=Path(place.server.data), database_url=place.database, backup_to=public)
    where = Where(aside / "data", aside / "keys")
    asyncio.run(back_up(settings, where, WallClock(), lambda *_: None))
    identity = [pyrage.x25519.Identity.from_str(secret)]
    for what in ("data", "keys"):
        [file] = [one for one in every_file(aside / what) if one.suffix == ".age"]
        yield f"a backup of the {what}", hunt.in_files([file])
        plain = zlib.decompress(pyrage.decrypt(file.read_bytes(), identity), 31)
        assert plain.startswith(b"holdfast backup"), "this is no backup"
        yield f"a backup of the {what}, unsealed", hunt.in_bytes(plain)
