"""One process of a place has the duties, and another one as soon as it is gone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import asyncpg
import pytest
from msgspec.structs import replace
from sqlalchemy import make_url

from holdfast.app.duties import Duties, Pace
from holdfast.app.roles import ProcessRole
from holdfast.app.rounds import Look, Rounds
from holdfast.app.schema import Unfit
from holdfast.kit.pulse import Pulse

QUICK = Pace(ask_every=0.02, nobody_for=0.15, at_most=0.3, stand_back=0.15, breath=0.05)
Come = Callable[..., "asyncio.Future[Duties]"]
WITHIN = 5.0


class Book:
    """Who did the duties, one after the other; and whether two ever did at the same time."""

    def __init__(self) -> None:
        self.did: list[str] = []
        self._doing: set[str] = set()
        self.together = False

    def rounds(self, name: str) -> Rounds:
        async def do() -> None:
            self._doing.add(name)
            self.together |= len(self._doing) > 1
            self.did.append(name)
            try:
                await asyncio.sleep(0)
            finally:
                self._doing.discard(name)

        return Rounds([Look(do, 0.005)])


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(WITHIN):
        while not true():  # noqa: ASYNC110 - what another connection does tells nobody
            await asyncio.sleep(0.005)


class Place:
    """Processes that come to one database."""

    def __init__(self, url: str, leaving: AsyncExitStack) -> None:
        self.url, self.book, self._leaving = url, Book(), leaving

    async def comes(
        self, name: str, role: ProcessRole, *, shared: bool = True, pace: Pace = QUICK
    ) -> Duties:
        duties = Duties(Pulse(make_url(self.url)), role, shared=shared, pace=pace)
        duties.rounds = self.book.rounds(name)
        self._leaving.push_async_callback(duties.close)
        await duties.open()
        duties.go_on()
        return duties

    async def cut(self) -> None:
        """The database ends every connection that holds a lock, as it does when it restarts."""
        connection = await asyncpg.connect(self.url)
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'holdfast duties' AND datname = current_database()"
        )
        await connection.close()


@pytest.fixture
async def place(postgres_url: str) -> AsyncIterator[Place]:
    async with AsyncExitStack() as leaving:
        yield Place(postgres_url, leaving)


async def test_two_workers_never_both_have_the_duties_and_the_second_follows_the_first(
    place: Place,
) -> None:
    first = await place.comes("first", ProcessRole.WORKER)
    second = await place.comes("second", ProcessRole.WORKER)
    assert (first.held, second.held) == (True, False)
    await until(lambda: len(place.book.did) > 5)
    assert set(place.book.did) == {"first"}
    await first.close()
    await until(lambda: place.book.did[-1] == "second")
    assert second.held
    assert not place.book.together


async def test_who_loses_the_connection_drops_the_duties_at_once_and_they_are_taken_again(
    place: Place,
) -> None:
    for name in ("first", "second"):
        await place.comes(name, ProcessRole.WORKER)
    for _ in range(5):
        await until(lambda: bool(place.book.did))
        await place.cut()
        place.book.did.clear()
    await until(lambda: bool(place.book.did))
    assert not place.book.together


@pytest.mark.full
async def test_a_web_process_does_them_only_when_nobody_has_for_long_and_steps_back(
    place: Place,
) -> None:
    worker = await place.comes("worker", ProcessRole.WORKER)
    web = await place.comes("web", ProcessRole.WEB)
    await until(lambda: len(place.book.did) > 20)
    assert "web" not in place.book.did  # longer than nobody may have them
    await worker.close()
    await until(lambda: "web" in place.book.did)
    assert web.held
    await place.comes("worker", ProcessRole.WORKER)
    await until(lambda: place.book.did[-1] == "worker")
    assert not place.book.together
    assert not web.held


@pytest.mark.full
async def test_with_no_worker_left_somebody_always_takes_them_again(place: Place) -> None:
    pace = replace(QUICK, at_most=0.05, stand_back=0.05)
    for name in ("web", "live"):
        await place.comes(name, ProcessRole(name), pace=pace)
    for _ in range(3):
        await until(lambda: bool(place.book.did))
        await until(lambda: len(place.book.did) > 20)
        place.book.did.clear()
    assert not place.book.together


@pytest.mark.full
async def test_who_serves_alone_is_told_where_others_serve_the_same_database(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("holdfast.app.duties.LET_GO", 0.5)
    alone = await place.comes("alone", ProcessRole.SERVE, shared=False)
    assert alone.held
    with pytest.raises(Unfit, match="would not hear each other"):
        await place.comes("web", ProcessRole.WEB)
    await alone.close()
    await place.comes("web", ProcessRole.WEB)
    await place.comes("live", ProcessRole.LIVE)
    with pytest.raises(Unfit, match="would not hear each other"):
        await place.comes("alone", ProcessRole.SERVE, shared=False)


async def test_on_sqlite_the_one_server_has_them() -> None:
    duties, book = Duties(None, ProcessRole.SERVE), Book()
    duties.rounds = book.rounds("server")
    await duties.open()
    duties.go_on()
    await until(lambda: len(book.did) > 2)
    await duties.close()
    done = len(book.did)
    await asyncio.sleep(0)
    assert len(book.did) == done
