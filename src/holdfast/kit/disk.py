"""Files that are there whole or not at all, also after a power cut."""

from __future__ import annotations

import os
from pathlib import Path


def put_in_place(file: Path, data: bytes) -> None:
    """A small file for its owner alone, in the place of what was there."""
    draft = _drafted(file, data)
    draft.replace(file)
    make_last(file.parent)


def put_beside(file: Path, data: bytes) -> None:
    """A small file for its owner alone. Raises `FileExistsError` rather than replace one."""
    draft = _drafted(file, data)
    try:
        os.link(draft, file)
    finally:
        draft.unlink()
    make_last(file.parent)


def make_last(path: Path) -> None:
    """A file's bytes, or what was renamed in a folder, are on the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _drafted(file: Path, data: bytes) -> Path:
    """Written out beside it, under a name that no other process uses."""
    draft = file.with_name(f"{file.name}.{os.getpid()}.new")
    draft.unlink(missing_ok=True)
    opened = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    return draft
