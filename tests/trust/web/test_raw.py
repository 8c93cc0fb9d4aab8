"""W23: what no browser would send: two lengths, odd methods, another host."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress

import pytest

from serving import Served
from town import Town, on_sqlite

pytestmark = on_sqlite
HOST = b"Host: 127.0.0.1\r\n"
SECOND = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
SMUGGLED = {
    "two lengths": b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
    "a length and chunks": b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks and a length": b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "two codings": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "a coding nobody knows": b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "a space before the colon": b"Content-Length : 5\r\n\r\nhello",
    "a length below nothing": b"Content-Length: -1\r\n\r\n",
    "a length with a sign": b"Content-Length: +5\r\n\r\nhello",
    "a length in letters": b"Content-Length: 0x5\r\n\r\nhello",
    "a length beyond numbers": b"Content-Length: 99999999999999999999999\r\n\r\n",
    "a chunk below nothing": b"Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
    "a chunk beyond numbers": b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
    "a bare return": b"X: a\rContent-Length: 5\r\n\r\nhello",
    "a nothing in a header": b"X: a\x00b\r\n\r\n",
    "a folded header": b"X: a\r\n Content-Length: 5\r\n\r\nhello",
}


SILENT = 24


async def answers(served: Served, request: bytes) -> list[int]:
    """The statuses of everything that was answered, until the server hung up or fell silent.

    It answers in this very loop: silence is that many turns of it, however long they take.
    """
    reader, writer = await served.raw()
    writer.write(request)
    heard, silent = b"", 0
    while silent < SILENT and not reader.at_eof():
        with suppress(TimeoutError):
            async with asyncio.timeout(0.005):
                heard += await reader.read(65_536)
                silent = 0
                continue
        silent += 1
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3})", heard)]


async def test_w23_two_requests_that_are_two_are_answered_as_two(served: Served) -> None:
    assert await answers(served, SECOND + SECOND) == [200, 200]


@pytest.mark.full
@pytest.mark.parametrize("shape", SMUGGLED)
async def test_w23_a_request_whose_end_is_in_doubt_hides_no_other(
    served: Served, shape: str
) -> None:
    """One answer at most, and never a second for what stands behind."""
    told = await answers(served, b"POST /sign-in HTTP/1.1\r\n" + HOST + SMUGGLED[shape] + SECOND)
    assert told in ([400], [413], []), told


@pytest.mark.parametrize(
    "method", ["TRACE", "TRACK", "CONNECT", "DEBUG", "PROPFIND", "OPTIONS", "PATCH", "get"]
)
async def test_w23_only_methods_that_a_door_has_are_answered(served: Served, method: str) -> None:
    told = await answers(served, f"{method} / HTTP/1.1\r\n".encode() + HOST + b"\r\n")
    assert told in ([400], [405], [403])


@pytest.mark.full
async def test_w23_nothing_that_is_shown_comes_from_the_host_that_was_asked(
    served: Served, town: Town
) -> None:
    """A name that somebody put into the request leads no link and no redirect astray."""
    for path in ("/", "/around", "/help", "/sign-in", "/staff/sign-in", "/rooms"):
        reader, writer = await served.raw()
        forged = (
            "Host: evil.example\r\nX-Forwarded-Host: evil.example\r\nForwarded: host=evil.example"
        )
        writer.write(f"GET {path} HTTP/1.1\r\n{forged}\r\nConnection: close\r\n\r\n".encode())
        async with asyncio.timeout(5):
            heard = await reader.read()
        assert heard.startswith(b"HTTP/1.1 ")
        assert b"evil.example" not in heard, path
