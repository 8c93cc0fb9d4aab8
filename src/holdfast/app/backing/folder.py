"""The folder that backups lie in: what they are called, and which of them are too old."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from holdfast.app.backing.refusals import Refused
from holdfast.app.backing.sealed import DRAFT

DATA, KEYS, ROOT = "data", "keys", "root-key"
KEPT_FOR = {DATA: timedelta(days=35), KEYS: timedelta(days=7)}
STAMP = "%Y%m%dT%H%M%SZ"
MARK_LETTERS = 8
NAMED = re.compile(r"holdfast-(data|keys)-(\d{8}T\d{6}Z)(?:-([0-9a-f]{8}))?\.age")
LONGEST_RUN = timedelta(days=1)
COPIED = re.compile(r"holdfast-\d+\.db")  # made before a migration, unsealed
COPIES_KEPT_FOR = KEPT_FOR[KEYS]  # what was erased must not outlive the keys in such a copy


class Kept(Struct, frozen=True):
    """One backup in a folder."""

    file: Path
    what: str
    at: datetime
    mark: str  # of its place; none in the names of before


def mark_of(whose: str) -> str:
    """A short mark of the place, by which it tells its backups from another's. Nothing secret."""
    return sha256(f"holdfast backups of {whose}".encode()).hexdigest()[:MARK_LETTERS]


def name_of(what: str, at: datetime, mark: str = "") -> str:
    """`mark`: none in names of before there was one."""
    stamp = at.astimezone(UTC).strftime(STAMP)
    return f"holdfast-{what}-{stamp}-{mark}.age" if mark else f"holdfast-{what}-{stamp}.age"


def kept_in(folder: Path, what: str) -> list[Kept]:
    """Every backup of this kind in the folder, of whatever place, oldest first."""
    return _named_in(folder, what, "")


def _named_in(folder: Path, what: str, end: str) -> list[Kept]:
    found = []
    for file in sorted(folder.glob(f"holdfast-*.age{end}")):
        named = NAMED.fullmatch(file.name.removesuffix(end))
        if named and named[1] == what:
            at = datetime.strptime(named[2], STAMP).replace(tzinfo=UTC)
            found.append(Kept(file, what, at, named[3] or ""))
    return sorted(found, key=lambda kept: kept.at)


def newest_in(folder: Path, what: str, mark: str) -> Path:
    """The newest backup of this kind of the place with this mark.

    One without a mark only where there is no other. Raises `Refused` where there is none.
    """
    found = kept_in(folder, what)
    for sought in (mark, ""):
        if of_it := [kept.file for kept in found if kept.mark == sought]:
            return of_it[-1]
    raise Refused("no_backup_here", folder=folder)


def throw_away(folder: Path, what: str, now: datetime, mark: str) -> list[Path]:
    """Take away what is older than backups of this kind may become, and drafts of killed runs.

    Only this place's, and those without a mark: those may be another's, which may be writing one.
    """
    ours = [kept for kept in kept_in(folder, what) if kept.mark in {mark, ""}]
    old = [kept.file for kept in ours if now - kept.at > KEPT_FOR[what]]
    drafts = [
        kept.file
        for kept in _named_in(folder, what, DRAFT)
        if kept.mark == mark or (not kept.mark and now - kept.at > LONGEST_RUN)
    ]
    for file in [*old, *drafts]:
        file.unlink(missing_ok=True)
    return old


def throw_copies_away(folder: Path, now: datetime) -> list[Path]:
    """Take away old copies of the database that migrations made before they began."""
    last = (now - COPIES_KEPT_FOR).timestamp()
    named = (file for file in sorted(folder.glob("holdfast-*.db")) if COPIED.fullmatch(file.name))
    old = [file for file in named if file.stat().st_mtime < last]
    for file in old:
        file.unlink(missing_ok=True)
    return old


@contextmanager
def one_at_a_time(data: Path) -> Iterator[None]:
    """Only one backup of a place is made at a time. Raises `Refused` for a second one."""
    try:
        lock = os.open(data / "backing", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as no:
        raise Refused("not_written", folder=data, error=no.strerror) from None
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Refused("under_way") from None
        yield
    finally:
        os.close(lock)


def made_ready(folder: Path) -> Path:
    """The folder, for its owner alone. Raises `Refused` where that cannot be."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as no:
        raise Refused("not_written", folder=folder, error=no.strerror) from None
    return folder
