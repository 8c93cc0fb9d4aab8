"""Ash is in danger and erases what was said; staff decide for how long it is held."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from crisis.voice import HIGH, speak
from holdfast.audit.tables import AuditRow
from holdfast.crisis.tables import EscalationRow, SignalRow, Stage
from holdfast.erasing.holds.jobs import look_at_holds
from holdfast.erasing.holds.queries import held_now
from holdfast.erasing.holds.rules import (
    Deed,
    Held,
    Why,
)
from holdfast.kit.ids import EscalationId, MessageId
from holdfast.messages.actions.held_up import hold_what_is_named
from holdfast.messages.ledger.entries import Accepted
from holdfast.moderation.actions.holds import (
    ask_about_hold,
    grant_about_hold,
)
from holdfast.rights.rules import Role, Staff
from town import Person, StillClock, Town, appoint

ESCALATION = "escalation:1"


class Holding:
    """Ash is in danger, and people of the staff decide about what is held."""

    def __init__(self, town: Town, clock: StillClock) -> None:
        self.town, self.clock, self.house = town, clock, town.house

    async def begins(self, words: str = HIGH) -> MessageId:
        """Ash says something that raises a concern. Its id."""
        said = await speak(self.town, self.town.ash, words)
        assert isinstance(said, Accepted), "the words of these tests are said, not held"
        await self.house.reactions.settled()
        async with self.house.workshop.reading() as work:
            (message,) = await work.db.scalars(select(SignalRow.message_id))
        return MessageId(message)

    async def hires(self, *roles: Role) -> list[Person]:
        async with self.house.workshop.work() as work:
            return [await appoint(work, role) for role in roles]

    def fresh(self, who: Person) -> Staff:
        assert isinstance(who.actor, Staff)
        return replace(who.actor, fresh_at=self.clock.now())

    async def erases(self, *messages: MessageId) -> Held:
        """What happens before Ash erases these; or, without any, goes for good."""
        ash = self.town.ash.member
        named = list(messages) or None
        return await hold_what_is_named(self.house.ledger, ash, member=ash.id, messages=named)

    async def asks(self, who: Person, what: Deed, why: Why, about: str = ESCALATION) -> int:
        async with self.house.workshop.work() as work:
            asked = await ask_about_hold(work, self.fresh(who), about=about, what=what, why=why)
            return asked.id

    async def grants(self, who: Person, deed: int, about: str = ESCALATION) -> None:
        async with self.house.workshop.work() as work:
            await grant_about_hold(work, self.fresh(who), about=about, deed=deed)

    async def sets_on(self, first: Person, second: Person) -> None:
        await self.grants(second, await self.asks(first, Deed.SET, Why.DANGER))

    async def looks(self) -> int:
        return await look_at_holds(self.house.workshop, self.house.ledger.open_work)

    async def closes(self) -> None:
        async with self.house.workshop.work() as work:
            row = await work.db.get_one(EscalationRow, EscalationId(1))
            row.stage, row.closed_at = Stage.CLOSED, self.clock.now()

    async def held(self, *messages: MessageId) -> Held:
        async with self.house.workshop.reading() as work:
            if messages:
                return await held_now(work, messages=messages)
            return await held_now(work, members=[self.town.ash.member.id])

    async def record(self) -> list[str]:
        query = select(AuditRow.what).where(AuditRow.what.startswith("hold:"))
        async with self.house.workshop.reading() as work:
            return list(await work.db.scalars(query.order_by(AuditRow.seq)))
