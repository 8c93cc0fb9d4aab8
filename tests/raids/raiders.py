"""People who come in through the door as programs do, one after the other or all at once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import httpx

from members.proving import come, proof
from town import NIGHT, StillClock


@dataclass(frozen=True)
class Newcomer:
    """Somebody who came in, with the token they were given."""

    client: httpx.AsyncClient
    token: str

    @property
    def bearer(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}

    async def sit(self, slug: str = NIGHT) -> None:
        answer = await self.client.put(f"/api/v1/rooms/{slug}/seat", headers=self.bearer, json={})
        assert answer.status_code == 200, answer.text

    async def say(self, text: str, slug: str = NIGHT) -> httpx.Response:
        path = f"/api/v1/rooms/{slug}/messages/{secrets.token_urlsafe(12)}"
        return await self.client.put(path, headers=self.bearer, json={"text": text})


async def newcomer(client: httpx.AsyncClient, *slugs: str, invitation: str = "") -> Newcomer:
    """Somebody comes in, with a proof where one is asked, and sits down."""
    keys = {"invitation": invitation} if invitation else {}
    answer = await come(client, **keys)
    if answer.status_code == 428:
        answer = await come(client, proof=await proof(client))
    assert answer.status_code == 201, answer.text
    someone = Newcomer(client, answer.json()["token"])
    for slug in slugs:
        await someone.sit(slug)
    return someone


async def crowd(
    client: httpx.AsyncClient, clock: StillClock, count: int, *slugs: str, apart: float = 0.3
) -> list[Newcomer]:
    """Many come in, one every so many seconds."""
    came = []
    for _ in range(count):
        came.append(await newcomer(client, *slugs))
        clock.pass_time(seconds=apart)
    return came
