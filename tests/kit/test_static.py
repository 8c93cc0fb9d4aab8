"""Static files: fast the second time, compressed, and nothing but what is meant to be served."""

from __future__ import annotations

import gzip

import httpx
import pytest

from holdfast.kit.pages import STATIC
from holdfast.kit.scripts import without_remarks
from town import on_sqlite

pytestmark = on_sqlite
CSS = "/static/css/holdfast.css"


async def test_a_versioned_file_is_kept_for_ever(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{CSS}?v=abc")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"].startswith("text/css")


async def test_without_a_version_the_browser_asks_again_and_is_told_it_has_it(
    client: httpx.AsyncClient,
) -> None:
    first = await client.get(CSS)
    assert first.headers["cache-control"] == "no-cache"
    again = await client.get(CSS, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_it_comes_compressed_to_who_takes_that(client: httpx.AsyncClient) -> None:
    plain = await client.get(CSS, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    async with client.stream("GET", CSS, headers={"accept-encoding": "gzip"}) as answer:
        squeezed = b"".join([piece async for piece in answer.aiter_raw()])
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(squeezed) == plain.content
    assert len(squeezed) < len(plain.content) / 2


@pytest.mark.parametrize(
    "path",
    [
        "/static/",
        "/static/css",
        "/static/css/none.css",
        "/static/../holdfast/settings.py",
        "/static/%2e%2e/settings.py",
        "/static/..%2fsettings.py",
        "/static//etc/passwd",
    ],
)
async def test_nothing_else_is_served(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_the_service_worker_speaks_for_the_whole_place(client: httpx.AsyncClient) -> None:
    answer = await client.get("/sw.js")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.text == without_remarks((STATIC / "js" / "sw.js").read_text())
