"""Weighing a password: slow on purpose, in threads of its own, and as slow where there is none."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from msgspec import Struct
from sqlalchemy import select

from holdfast.kit.ids import StaffId
from holdfast.kit.work import Workshop
from holdfast.staff.rules.names import name_key
from holdfast.staff.tables import PasswordRow, StaffRow

HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)
AT_ONCE = 2  # each takes 64 MiB and a core for a fifth of a second
Found = TypeVar("Found")
SCALES = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="scales")


class Weighed(Struct, frozen=True):
    """Somebody whose password was right a moment ago. It says nothing about their code."""

    staff_id: StaffId
    hash: str


async def weighed_password(workshop: Workshop, name: str, password: str) -> Weighed | None:
    """Whose password this is, if it is theirs. A name nobody has takes as long as any other."""
    mine = StaffRow.name_key == name_key(name)
    query = select(PasswordRow.staff_id, PasswordRow.hash).join(
        StaffRow, StaffRow.id == PasswordRow.staff_id
    )
    async with workshop.reading() as work:
        found = (await work.db.execute(query.where(mine))).first()
    staff_id, kept = found or (None, "")
    is_right = await _in_a_thread(_is_right, kept, _as_typed(password))
    return Weighed(staff_id, kept) if staff_id is not None and is_right else None


async def hashed_password(password: str) -> str:
    """What is kept of a password."""
    return await _in_a_thread(HASHER.hash, _as_typed(password))


def _as_typed(password: str) -> str:
    """One form for what keyboards write in several, so that it fits on any of them."""
    return unicodedata.normalize("NFKC", password)


async def _in_a_thread(weigh: Callable[..., Found], *given: str) -> Found:
    return await asyncio.get_running_loop().run_in_executor(SCALES, weigh, *given)


@cache
def _nobodys_hash() -> str:
    return HASHER.hash("nobody has this one")


def _is_right(kept: str, password: str) -> bool:
    nobodys = _nobodys_hash()  # looked for every time, whether anybody has the name or not
    try:
        return HASHER.verify(kept or nobodys, password)
    except (VerificationError, InvalidHashError):
        return False
