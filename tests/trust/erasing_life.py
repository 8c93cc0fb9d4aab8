"""A program that says and takes back without end, until it is killed. See `test_erasing_cut.py`.

It prints what it was told: `kept SEQ`, `erased SEQ KEY`. What it says is its own seq in words.
"""

from __future__ import annotations

import asyncio
import pickle
import sys
from pathlib import Path
from random import Random

from holdfast.app.opening import open_house
from holdfast.kit.clock import WallClock
from holdfast.messages.actions import remove_message
from holdfast.settings import Settings, Switch
from town import Person, Town
from trust.erased import as_it_lies, erasing_of


def tell(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def everybody(people: str) -> dict[str, Person]:
    kept: dict[str, Person] = pickle.loads(Path(people).read_bytes())  # noqa: S301 - our own
    return kept


async def live(data: str, url: str, people: str, seed: str) -> None:
    settings = Settings(data=Path(data), database_url=url, limits=Switch.OFF, coverage=Switch.OFF)
    async with open_house(settings, WallClock()) as house:
        town, random = Town(house, **everybody(people)), Random(seed)
        erasing = erasing_of(house)
        seat = await town.seat(town.ash)
        tell("open")
        while True:
            kept = await town.say(town.ash, f"kept {seed}")
            tell("kept", kept.seq)
            goes = await town.say(town.ash, f"goes {seed}")
            assert goes.seq is not None
            key = (await as_it_lies(house, goes.seq)).key.id.hex()
            await remove_message(house.ledger, seat, seq=goes.seq, nonce=f"gone-{seed}-{goes.seq}")
            tell("erased", goes.seq, key)
            if random.random() < 0.5:
                await erasing.look(now=True)


if __name__ == "__main__":
    asyncio.run(live(*sys.argv[1:5]))
