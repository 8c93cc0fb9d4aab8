"""R14: a newer release migrates under load, both run together, and then it is taken back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg
import pytest

from faults.experiments import experiment
from faults.many_crowd import USUAL, crowd_at
from faults.many_figures import answers, percentile
from faults.many_place import THREE, ManyPlace, many_served
from faults.many_releases import NEWER, newer_release, run_from
from faults.many_restarts import restarted, settled

pytestmark = pytest.mark.faults
DRAIN = {"HOLDFAST_DRAIN": "2"}  # seconds
TOGETHER = 10.0  # seconds
WAITING = (
    "SELECT coalesce(max(extract(epoch FROM clock_timestamp() - waitstart)), 0)::float"
    " FROM pg_locks WHERE NOT granted AND locktype = 'relation'"
)
SHAPE = "SELECT version_num FROM alembic_version"


class Watched:
    """Looks a hundred times a second how long somebody has waited for a lock on a table."""

    def __init__(self, place: ManyPlace) -> None:
        self._url = place.primary.url()
        self.longest, self.looks = 0.0, 0

    async def look(self) -> None:
        """Look until cancelled."""
        connection = await asyncpg.connect(self._url)
        try:
            while True:
                self.longest = max(self.longest, await connection.fetchval(WAITING))
                self.looks += 1
                await asyncio.sleep(0.01)
        finally:
            await connection.close()

    async def shape(self) -> str:
        """The shape that the database has now."""
        connection = await asyncpg.connect(self._url)
        try:
            return str(await connection.fetchval(SHAPE))
        finally:
            await connection.close()


async def test_old_and_new_serve_together_and_the_new_one_can_be_taken_back(
    tmp_path: Path,
) -> None:
    newer = newer_release(tmp_path / "newer")
    with (
        experiment("R14", "expanding migration", seed=1401, load=str(USUAL)) as found,
        many_served(tmp_path / "place", THREE, settings=DRAIN) as place,
    ):
        place.balancer.moves = False  # a draining node closes its lines by itself
        async with crowd_at(place.url, place.nodes[0], seed=found.seed) as crowd:
            watched = Watched(place)
            looking = asyncio.create_task(watched.look())
            before = await watched.shape()
            for release, shape in ((newer, NEWER), (None, NEWER)):
                await settled(crowd)
                run_from(place.nodes[0], release)
                await restarted(place.nodes[0])
                assert await watched.shape() == shape
                await asyncio.sleep(TOGETHER)
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
            assert before != NEWER
            found.judged(await crowd.judge(place.nodes[1]))
            found.runs = 1
            found.figure("messages accepted", crowd.accepted)
            found.figure("words that seemed to fail", len(crowd.failures), at_most=0)
            found.figure("waited for a lock on a table, longest", watched.longest, "s", at_most=0.2)
            found.figure("looks at the locks", watched.looks, at_least=500)
            found.figure("answer, p99", percentile(answers(crowd.history), 0.99), "s")
            found.note(
                "One of three nodes starts with a newer release, which migrates (a table, a "
                "column of messages, a column with a default of rooms), while two old ones "
                "serve; then it starts as it was, on the newer shape."
            )
            assert crowd.strange == []
