"""The served house, and the ways in which the people of a journey ask it for things."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from holdfast.rights.rules import Role
from serving import Served
from town import ORIGIN, Person, Town, appoint

ESCALATIONS = "/api/v1/escalations"


@dataclass(frozen=True)
class Place:
    """The town, behind a real server."""

    town: Town
    served: Served
    door: httpx.AsyncClient

    async def appoint(self, role: Role, name: str) -> Person:
        async with self.town.house.workshop.work() as work:
            return await appoint(work, role, name=name)

    async def ask(self, who: Person, method: str, path: str, **body: Any) -> httpx.Response:
        """One call of the API, as it is answered."""
        return await self.door.request(
            method, f"/api/v1{path}", json=body or None, headers=who.bearer
        )

    async def call(self, who: Person, method: str, path: str, **body: Any) -> dict[str, Any]:
        """One call of the API that must succeed."""
        asked = await self.ask(who, method, path, **body)
        assert asked.status_code < 300, (method, path, asked.text)
        answer: dict[str, Any] = asked.json() if asked.content else {}
        return answer

    async def act(self, who: Person, what: str, number: int = 1, **body: Any) -> dict[str, Any]:
        """One step with an escalation."""
        return await self.call(who, "POST", f"/escalations/{number}/{what}", **body)

    async def seen_by(self, who: Person, room: str) -> list[str]:
        found = await self.call(who, "GET", f"/rooms/{room}/messages")
        return [item["text"] for item in found["items"] if not item.get("removed")]

    async def page(self, who: Person, address: str, **form: str) -> httpx.Response:
        headers = {"cookie": f"holdfast={who.token}", "origin": ORIGIN}
        if form:
            return await self.door.post(address, data=form, headers=headers)
        return await self.door.get(address, headers=headers)

    async def settled(self) -> None:
        """Everything that follows from what happened is done."""
        await self.town.house.reactions.settled()
