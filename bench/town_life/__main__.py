"""One life of a community under one setting, in a process of its own; prints one line of JSON.

`python -m bench.town_life FOLDER SETTING`, where the setting is JSON as `settings.py` writes it.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import structlog
import uvloop

from bench.town_life.figures import Figures
from bench.town_life.habits import Habits
from bench.town_life.settings import Setting, put_in_place


async def live(folder: Path, setting: Setting) -> dict[str, float]:
    """Let everybody live for so many days, and count."""
    from bench.town_life.caring import Caring  # noqa: PLC0415 - after the setting is in its place
    from bench.town_life.talking import Talking  # noqa: PLC0415
    from bench.town_life.town import town  # noqa: PLC0415
    from bench.town_life.wishing import WishingWell  # noqa: PLC0415

    habits, figures, began = Habits(), Figures(), time.process_time()
    found: dict[str, float] = {}
    async with town(folder, habits, days=setting.days, seed=setting.seed) as place:
        await place.appoint(3)
        await place.begin_shifts()
        if setting.talk_days:
            await Talking(place, figures, setting).begin()
            Caring(place, figures).begin()
        well = WishingWell(place, figures)
        if setting.circle_days:
            well.begin(setting.circle_days)
        await place.live()
        if setting.circle_days:
            await well.look_back()
            found |= figures.of_circles()
    if setting.talk_days:
        found |= figures.of_talking(days=setting.talk_days, listeners=setting.listeners)
    return found | {"cpu": time.process_time() - began}


def main(folder: str, setting: str) -> None:
    """Live, and print what came of it."""
    chosen = Setting.read(setting)
    put_in_place(chosen)
    os.sched_setaffinity(0, {chosen.core})
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    print(json.dumps(uvloop.run(live(Path(folder), chosen))))


if __name__ == "__main__":
    main(*sys.argv[1:])
