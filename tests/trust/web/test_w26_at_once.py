"""W26: what is there once is had once, however many reach for it in the same moment."""

from __future__ import annotations

import asyncio
from collections import Counter

import httpx
import pytest

from holdfast.kit.house import House
from holdfast.members.actions import make_invitations
from holdfast.rights.rules import System
from town import NIGHT, Town, on_sqlite, unlimited

MANY = 200
FEW, ROUNDS = 2, 20


async def invitation(house: House) -> str:
    async with house.workshop.work() as work:
        (code,) = await make_invitations(work, System(), root=house.root, count=1)
    return str(code)


async def reach(client: httpx.AsyncClient, house: House) -> Counter[int]:
    """So many people with one invitation."""
    code = await invitation(house)
    body = {"promises": "current", "age_band": "18+", "invitation": code}
    answers = await asyncio.gather(
        *(client.post("/api/v1/members", json=body) for _ in range(MANY))
    )
    return Counter(answer.status_code for answer in answers)


async def say(client: httpx.AsyncClient, town: Town, number: int) -> Counter[int]:
    """One nonce, so many times, from the same person."""
    path = f"/api/v1/rooms/{NIGHT}/messages/nonce-{number:05}"
    answers = await asyncio.gather(
        *(client.put(path, json={"text": "Hello"}, headers=town.ash.bearer) for _ in range(MANY))
    )
    assert len({answer.json()["seq"] for answer in answers}) == 1
    return Counter(answer.status_code for answer in answers)


@pytest.mark.full
@on_sqlite
@unlimited
@pytest.mark.parametrize("rounds", [FEW, pytest.param(ROUNDS, marks=pytest.mark.slow)])
async def test_w26_of_two_hundred_at_once_exactly_one_wins(
    client: httpx.AsyncClient, house: House, town: Town, rounds: int
) -> None:
    for number in range(rounds):
        assert await reach(client, house) == {201: 1, 403: MANY - 1}
        assert await say(client, town, number) == {201: 1, 200: MANY - 1}
