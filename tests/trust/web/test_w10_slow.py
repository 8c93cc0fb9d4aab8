"""W10: who sends a request drop by drop, or opens lines without end, takes nobody's place."""

from __future__ import annotations

import asyncio
import inspect
import time

import httpx
import pytest
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from websockets.exceptions import InvalidStatus

from holdfast.app import hurried
from holdfast.app.hurried import LARGEST_HEAD, Hurried
from holdfast.live.crowd import MOST_LINES
from serving import PATIENCE, Served
from town import Town, on_sqlite, unlimited

BEGUN = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"
WHOLE = BEGUN + b"\r\n"
HALF = (
    b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\nphrase="
)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same waiting, of another length."""
    monkeypatch.setattr(Hurried, "head", 0.5)
    monkeypatch.setattr(Hurried, "body", 0.5)


async def ended(reader: asyncio.StreamReader) -> bytes:
    """What still came until the server hung up."""
    async with asyncio.timeout(PATIENCE):
        return await reader.read()


def test_w10_what_we_wait_for_is_as_long_as_we_say() -> None:
    assert (Hurried.head, Hurried.body) == (5.0, 10.0)
    assert (hurried.HEAD, hurried.BODY) == (5.0, 10.0)


def test_w10_uvicorn_calls_what_we_rely_on() -> None:
    source = inspect.getsource(HttpToolsProtocol)
    for name in ("on_headers_complete", "on_message_complete", "handle_websocket_upgrade"):
        assert f"def {name}(self" in source, name
    assert "def connection_made(" in source
    assert "def connection_lost(self, exc" in source


@pytest.mark.full
@on_sqlite
async def test_w10_half_a_head_is_not_waited_for(impatient: None, served: Served) -> None:
    for part in (b"", BEGUN, b"G"):
        reader, writer = await served.raw()
        writer.write(part)
        assert await ended(reader) == b"", part
    reader, writer = await served.raw()
    writer.write(WHOLE)
    assert (await reader.readline()).startswith(b"HTTP/1.1 200")


@pytest.mark.full
@on_sqlite
async def test_w10_half_a_body_is_not_waited_for(impatient: None, served: Served) -> None:
    reader, writer = await served.raw()
    writer.write(HALF)
    assert await ended(reader) == b""


@pytest.mark.full
@on_sqlite
async def test_w10_a_drop_now_and_then_does_not_buy_more_time(
    impatient: None, served: Served
) -> None:
    reader, writer = await served.raw()
    for drop in BEGUN:
        writer.write(bytes([drop]))
        try:
            async with asyncio.timeout(0.02):
                assert await reader.read() == b""
                break
        except TimeoutError:
            continue
        except ConnectionResetError:
            break  # ended so early that a drop was still on its way
    else:
        pytest.fail("every drop was waited for")


@pytest.mark.full
@on_sqlite
async def test_w10_the_next_request_on_a_connection_is_waited_for_as_long(
    impatient: None, served: Served
) -> None:
    reader, writer = await served.raw()
    for _ in range(2):
        writer.write(WHOLE)
        assert (await reader.readuntil(b'"alive"}')).startswith(b"HTTP/1.1 200")
    writer.write(BEGUN)
    await ended(reader)
    assert reader.at_eof()


@pytest.mark.full
@on_sqlite
async def test_w10_a_head_without_end_is_refused(served: Served) -> None:
    reader, writer = await served.raw()
    writer.write(BEGUN + b"X: " + b"x" * (LARGEST_HEAD + 1))
    assert (await reader.readline()).startswith(b"HTTP/1.1 431")


@pytest.mark.full
@on_sqlite
async def test_w10_one_person_has_as_many_lines_as_anybody_needs(
    town: Town, served: Served
) -> None:
    lines = [await served.line(town.ash) for _ in range(MOST_LINES)]
    with pytest.raises(InvalidStatus) as refused:
        await served.line(town.ash)
    assert refused.value.response.status_code == 429
    await (await served.line(town.birch)).enter()
    await lines[0].connection.close()
    await (await served.line(town.ash)).enter()  # a place that is given back is free


@pytest.mark.slow
@on_sqlite
@unlimited
async def test_w10_two_thousand_slow_connections_slow_nobody_down(
    town: Town, served: Served
) -> None:
    """The 99th percentile is at most a fifth more than without them, in the best of three."""
    best = float("inf")
    for _ in range(3):
        alone = await ninety_ninth(served)
        slow = [await asyncio.open_connection("127.0.0.1", served.port) for _ in range(2_000)]
        for _, writer in slow:
            writer.write(BEGUN)
        best = min(best, await ninety_ninth(served) / alone)
        for _, writer in slow:
            writer.close()
    assert best <= 1.2, best


async def ninety_ninth(served: Served) -> float:
    """How long the 99th of a hundred requests took."""
    took = []
    async with httpx.AsyncClient(base_url=served.url, trust_env=False) as door:
        for _ in range(300):
            began = time.perf_counter()
            assert (await door.get("/help")).status_code == 200
            took.append(time.perf_counter() - began)
    return sorted(took)[-3]
