"""Is it alive, is it ready, how is it doing."""

from __future__ import annotations

import httpx


async def test_a_healthy_house_is_alive_and_ready(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).json() == {"status": "alive"}
    ready = await client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json() == {
        "ready": True,
        "database": "ready",
        "keystore": "ready",
        "warnings": [],
    }
