"""R10: clocks step an hour, drift, and differ by ten minutes. What is said keeps its order."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from pyotp import TOTP

from faults.experiments import Findings, experiment
from faults.many_figures import answers, percentile
from faults.places_database import OwnPostgres
from faults.places_nodes import Node, balanced, several, started
from faults.places_redis import OwnRedis
from faults.places_town import Size, Town, town_at
from faults.wrongclock import WrongClock, build_wrong_clock
from holdfast.app.watching import LET_GO_EVERY
from holdfast.staff.rules.codes import step_of, written_secret

pytestmark = pytest.mark.faults
TALK = Size(members=60, rooms=6, rate=120.0)
HOUR, LASTS = 3_600.0, 3.0
STEPS: tuple[tuple[str, float, float], ...] = (  # name, seconds ahead, drift
    ("an hour ahead", HOUR, 0.0),
    ("right again", 0.0, 0.0),
    ("an hour behind", -HOUR, 0.0),
    ("right again", 0.0, 0.0),
    ("5 % too fast", 0.0, 0.05),
    ("5 % too slow", 0.0, -0.05),
    ("a day ahead", 24 * HOUR, 0.0),
    ("right again", 0.0, 0.0),
)
SKEW = 600.0  # seconds between two machines


@pytest.fixture(scope="module")
def clocks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library, compiled."""
    return build_wrong_clock(tmp_path_factory.mktemp("clocks"))


def _with_clock(node: Node, library: Path) -> WrongClock:
    clock = WrongClock.beside(node.data.parent, library)
    node.environment |= clock.environment
    return clock


async def test_a_clock_that_steps_and_drifts_changes_no_order(tmp_path: Path, clocks: Path) -> None:
    node = Node(tmp_path / "house")
    clock = _with_clock(node, clocks)
    with (
        experiment("R10", "steps and drift, SQLite", seed=1000, load=str(TALK)) as found,
        started([node]),
    ):
        async with town_at(node.url, node, seed=found.seed, size=TALK) as town:
            await town.accepts(100)
            for name, ahead, drift in STEPS:
                clock.set(ahead, drift=drift)
                began = town.now()
                await asyncio.sleep(LASTS)
                slowest = max(answers(town.history, began, began + LASTS - 0.5), default=99.0)
                found.figure(f"{name}: slowest answer", slowest, "s", at_most=2.0)
            found.runs = len(STEPS)
            found.judged(await town.judge(node))
            assert town.strange == []
        node.kill()
        found.figure("minutes between the times in the log", _spread(node), at_least=60)


def _spread(node: Node) -> float:
    """How far apart the times of messages are: the clock really was wrong."""
    with closing(sqlite3.connect(node.data / "holdfast.db")) as database:
        asked = "SELECT (max(written_at) - min(written_at)) / 60000.0 FROM messages"
        (minutes,) = database.execute(asked).fetchone()
    return float(minutes)


async def test_two_machines_whose_clocks_differ_keep_one_order(
    tmp_path: Path, clocks: Path, postgres_of_its_own: OwnPostgres, redis_of_its_own: OwnRedis
) -> None:
    shared = {
        "HOLDFAST_DATABASE_URL": postgres_of_its_own.url(),
        "HOLDFAST_REDIS_URL": redis_of_its_own.url(),
    }
    nodes = several(tmp_path / "place", ["serve", "serve"], shared)
    _with_clock(nodes[1], clocks).set(SKEW)
    part = "ten minutes between two nodes"
    with (
        experiment("R10", part, seed=1001, load=str(TALK)) as found,
        started(nodes),
        balanced(nodes) as balancer,
    ):
        async with town_at(balancer.url, nodes[0], seed=found.seed, size=TALK) as town:
            await town.accepts(1_500)
            found.runs = 1
            found.judged(await town.judge(nodes[0]))
            _tell(found, town)
            assert town.strange == []


def _tell(found: Findings, town: Town) -> None:
    found.figure("messages accepted on both", town.accepted)
    found.figure("answer, p99", percentile(answers(town.history), 0.99), "s")


async def test_words_do_not_go_early_when_the_clock_is_set_ahead(
    tmp_path: Path, clocks: Path
) -> None:
    node = Node(tmp_path / "house")
    clock = _with_clock(node, clocks)
    with experiment("R10", "words that go by the clock", seed=1003) as found, started([node]):
        await asyncio.to_thread(_say_for_an_hour, node)
        for name, ahead in (
            ("an hour", HOUR + 60),
            ("a day", 24 * HOUR),
            ("a year", 365 * 24 * HOUR),
        ):
            clock.set(ahead)
            await asyncio.sleep(LET_GO_EVERY + 2)
            found.figure(f"words left, the clock {name} ahead", _words_left(node), at_least=1)
        clock.set()
        found.runs = 3
        node.kill()


def _say_for_an_hour(node: Node) -> None:
    """A message that its author wants to be gone after an hour."""
    steward = node.run("steward", "token", "--role", "steward").strip()
    member = node.run("town", "members", "--count", "1").split()[-1]
    with httpx.Client(base_url=node.url, trust_env=False, timeout=20) as http:

        def ask(method: str, path: str, token: str, body: dict[str, str]) -> None:
            headers = {"Authorization": f"Bearer {token}"}
            http.request(method, path, json=body, headers=headers).raise_for_status()

        room = {"slug": "hall", "name": "Hall", "topic": "the load", "language": "en"}
        ask("POST", "/api/v1/rooms", steward, room)
        ask("PUT", "/api/v1/rooms/hall/seat", member, {})
        said = {"text": "Only for an hour.", "expires": "1h"}
        ask("PUT", "/api/v1/rooms/hall/messages/nonce-0000-0001", member, said)


def _words_left(node: Node) -> int:
    with closing(sqlite3.connect(node.data / "holdfast.db")) as database:
        (left,) = database.execute("SELECT count(text) FROM messages").fetchone()
    return int(left)


def test_a_code_is_good_once_whatever_the_clock_does() -> None:
    """TOTP fails safe: an hour off, a code is wrong; an hour back, a used one stays used."""
    with experiment("R10", "codes of a code app", seed=1002) as found:
        secret, now = bytes(range(20)), datetime(2026, 11, 22, 2, 40, tzinfo=UTC)
        code = TOTP(written_secret(secret)).at(now)
        used = step_of(secret, code, now, 0)
        assert used is not None, "the right code at the right time lets one in"
        wrong = [timedelta(hours=1), timedelta(hours=-1), timedelta(minutes=10)]
        let_in = sum(step_of(secret, code, now + by, 0) is not None for by in wrong)
        again = sum(step_of(secret, code, now + by, used) is not None for by in (*wrong, -wrong[2]))
        later = TOTP(written_secret(secret)).at(now - timedelta(hours=1))
        back = step_of(secret, later, now - timedelta(hours=1), used)
        found.runs = len(wrong)
        found.figure("codes of another time that let somebody in", let_in, at_most=0)
        found.figure("used codes that let somebody in again", again, at_most=0)
        found.figure("codes taken while the clock stands before the last one", back is not None,
                     at_most=0)  # fmt: skip
        found.note(
            "A clock that was set back makes code apps useless until it has caught up, and an "
            "open session in a browser ends where its last use lies in the future; recovery codes "
            "and passkeys still work. The calls that climb are tried in "
            "`tests/notices/test_paging.py`: a rung that a wrong clock put off is due at once."
        )
