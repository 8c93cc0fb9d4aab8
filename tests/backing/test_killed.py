"""A backup or a restore that is killed leaves nothing that looks whole, and is run again."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import asyncpg
import pytest

from backing.places import Backed, seen, talk
from holdfast.app.arriving import RESTORING
from holdfast.app.backing.into_postgresql import MARKED
from holdfast.app.backing.taking import Taken
from holdfast.app.opening import open_house
from holdfast.app.schema import Unfit
from holdfast.erasing.tombstones import NAME
from holdfast.kit.house import House
from holdfast.settings import Settings
from town import StillClock, Town, unlimited

PROGRAM = Path(sys.executable).with_name("holdfast")
KILLS = 12
pytestmark = [pytest.mark.slow, unlimited]


async def typed(settings: Settings, *words: object) -> asyncio.subprocess.Process:
    """One command, as an operator types it."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("HOLDFAST_")}
    environment |= {"HOLDFAST_DATA": str(settings.data), "HOLDFAST_BACKUP_TO": settings.backup_to}
    environment["HOLDFAST_DATABASE_URL"] = settings.database_url
    return await asyncio.create_subprocess_exec(
        PROGRAM, *map(str, words), env=environment,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip


async def killed_after(process: asyncio.subprocess.Process, seconds: float) -> bool:
    """Whether it died of it, rather than ending by itself before."""
    try:
        async with asyncio.timeout(seconds):
            await process.wait()
    except TimeoutError:
        process.send_signal(signal.SIGKILL)
        await process.wait()
        return True
    return False


async def restoring(backed: Backed, into: Settings, taken: Taken) -> asyncio.subprocess.Process:
    return await typed(
        into, "restore", taken.data, taken.keys, "--data", into.data, "--identity", backed.identity,
        "--root-key", backed.settings.root_key_file,
        "--erasures", backed.settings.keys_folder / NAME,
    )  # fmt: skip


async def ended(process: asyncio.subprocess.Process) -> str:
    """What it said, when it ended well."""
    said = (await process.communicate())[0].decode()
    assert process.returncode == 0, said
    return said


async def test_a_restore_that_is_killed_opens_nowhere_until_it_came_to_its_end(
    backed: Backed, empty: Settings, people: Callable[[House], Town]
) -> None:
    await talk(backed.town)
    for turn in range(400):
        await backed.town.say(backed.town.birch, f"so much to say {turn}")
    before = await seen(backed.town)
    taken, random, half = await backed.back_up(), Random(7), 0
    for number in range(KILLS):
        process = await restoring(backed, empty, taken)
        if number:
            await asyncio.sleep(random.uniform(0, 0.4))  # sometimes before it wrote anything
        while process.returncode is None and not await is_begun(empty):  # noqa: ASYNC110
            await asyncio.sleep(0.002)
        if not await killed_after(process, random.uniform(0, 0.12) if number else 0.001):
            break
        if await is_begun(empty):
            half += 1
            with pytest.raises(Unfit, match=r"\(half_restored\)"):
                async with open_house(empty, StillClock()):
                    pass
    else:
        await ended(await restoring(backed, empty, taken))
    assert half > 0
    async with open_house(empty, StillClock()) as house:
        assert await seen(people(house)) == before


async def is_begun(into: Settings) -> bool:
    """Whether a restore began there and did not end."""
    if not into.database_url:
        return (into.data / RESTORING).exists()
    db = await asyncpg.connect(into.database_url)
    try:
        return bool(await db.fetchval(MARKED))
    finally:
        await db.close()


async def test_a_backup_that_is_killed_leaves_no_file_that_looks_like_one(backed: Backed) -> None:
    await talk(backed.town)
    random, to = Random(8), ("--to", backed.folder)
    for _ in range(6):
        await killed_after(await typed(backed.settings, "backup", *to), random.uniform(0.4, 1.2))
    await ended(await typed(backed.settings, "backup", *to))
    assert not list(backed.folder.glob("*.draft"))
    assert not list(backed.settings.data.glob("backing.db*"))
    drill = "drill", "restore", "--identity", backed.identity, "--from", backed.folder
    assert "The drill went well" in await ended(await typed(backed.settings, *drill))
