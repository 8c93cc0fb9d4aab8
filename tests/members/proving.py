"""What a device does at the door, as `proof.js` does it in a browser."""

from __future__ import annotations

from typing import Any

import altcha
import httpx

COMING_IN = {"promises": "current", "age_band": "18+"}


def solved(given: dict[str, Any]) -> str:
    """A proof, as it is shown at the door."""
    challenge = altcha.Challenge.from_dict(given)
    solution = altcha.solve_challenge(challenge)
    assert solution is not None
    return altcha.Payload(challenge, solution).to_base64()


async def proof(client: httpx.AsyncClient) -> str:
    """Ask the door for work, and do it."""
    return solved((await client.get("/api/v1/challenge")).json())


async def come(client: httpx.AsyncClient, **keys: str) -> httpx.Response:
    """Come in by a program, showing these."""
    return await client.post("/api/v1/members", json={**COMING_IN, **keys})
