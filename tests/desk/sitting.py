"""Sitting at the desk: staff who open its pages and send its forms, one browser for each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx

from crisis.voice import GOODBYE, speak
from holdfast.audit.queries import recent
from holdfast.crisis.queries import steps_of, summary_of
from holdfast.kit.ids import EscalationId
from holdfast.rights.rules import Role
from holdfast.staff.actions.shifts import check_in
from members.walking import Page, visit
from town import Person, Town, appoint

CARD = "/desk/escalations/1"


class Desk:
    """The staff of a test, and what they see and send."""

    def __init__(self, town: Town, client: httpx.AsyncClient) -> None:
        self.town, self.client = town, client

    async def hires(self, role: Role, name: str) -> Person:
        async with self.town.house.workshop.work() as work:
            return await appoint(work, role, name=name)

    async def comes_on_shift(self, who: Person, hours: float = 2) -> None:
        async with self.town.house.workshop.work() as work:
            await check_in(work, who.actor, until=work.clock.now() + timedelta(hours=hours))
        await self.town.house.reactions.settled()

    async def hears(self, who: Person, words: str = GOODBYE, **more: Any) -> None:
        """Somebody says this in the night room, and what follows from it has happened."""
        await speak(self.town, who, words, **more)
        await self.town.house.reactions.settled()

    def at(self, who: Person) -> httpx.AsyncClient:
        self.client.cookies.set("holdfast", who.token)
        return self.client

    async def opens(self, who: Person, path: str = CARD) -> Page:
        return await visit(self.at(who), path)

    async def does(self, who: Person, what: str, **form: str) -> Page:
        """Send one of the card's forms. Where it leads, or the card as it is now with a refusal."""
        address = f"{CARD}/{what}"
        return Page(await self.at(who).post(address, data=form or None, follow_redirects=True))

    async def stages(self, number: int = 1) -> list[str]:
        async with self.town.house.workshop.reading() as work:
            return [step.what for step in await steps_of(work, EscalationId(number))]

    async def version(self, number: int = 1) -> int:
        async with self.town.house.workshop.reading() as work:
            found = await summary_of(work, EscalationId(number))
        assert found is not None
        return found.version

    async def record(self, kind: str) -> Sequence[str]:
        """What stands in the record of one kind, oldest first."""
        async with self.town.house.workshop.reading() as work:
            return [row.what for row in reversed(await recent(work)) if row.what.startswith(kind)]
