"""What a place remembers of its backups, drills and restores: facts, each told as JSON.

`backed up`: `at`, `data` and `keys` (the files' names), `size` in bytes, `seconds`.
`drilled`: `at`, `seconds` until it would have been open, `age` of what was restored in seconds,
`opened` words of `tried`, and `root_key`: `copy`, where one that is kept elsewhere was used, or
`own`; `check` is that of the root key. Or `at` and `failed`, where it did not come to its end.
`copy tried`: `at` and `check`, of the last copy of the root key in force that opened words.
`restored`: `at`, `taken_at`, `lost` words. Times are milliseconds since 1970.
"""

from __future__ import annotations

import json
from typing import Any

from holdfast.kit.facts import fact, set_fact
from holdfast.kit.work import Work

BACKED_UP, DRILLED, COPY_TRIED, RESTORED = "backed up", "drilled", "copy tried", "restored"


async def noted(work: Work, name: str) -> dict[str, Any] | None:
    """What was noted last, if anything ever was."""
    found = await fact(work, name)
    return None if found is None else dict(json.loads(found))


async def note(work: Work, name: str, **told: object) -> None:
    """Note it, where `holdfast doctor` reads it."""
    await set_fact(work, name, json.dumps(told).encode())
