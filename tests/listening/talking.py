"""A stage for listening: who asks, who listens until when, and who could be called in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from holdfast.kit.boxes import make_pair
from holdfast.listening.actions import Asking, answer_offer, ask_for_listening, begin_duty
from holdfast.listening.glass.rules import Half
from holdfast.listening.glass.tables import GlassKeyRow
from holdfast.listening.queries import my_offers, talk_in
from holdfast.listening.queries.sessions import Talk
from holdfast.listening.tables import AskRow, ListeningRow, OfferRow
from holdfast.rights.actions import grant_right
from holdfast.rights.rules import Role, Staff, System
from holdfast.rights.tables import RightRole, RightRow
from holdfast.rooms.queries import room_named
from holdfast.staff.actions.shifts import check_in
from town import Person, Town, appoint, arrive, written

SENTENCE = "I lost my job and I feel alone."


@dataclass
class Stage:
    """The town, with a listener's right for Cedar and Hazel, a supervisor, on shift."""

    town: Town
    hazel: Person
    fern: Person

    @property
    def clock(self) -> Any:
        return self.town.house.workshop.clock

    async def grant(
        self, person: Person, *, days: int = 90, languages: tuple[str, ...] = ()
    ) -> RightRow:
        """Somebody may listen for so long."""
        async with self.town.house.workshop.work() as work:
            return await grant_right(
                work,
                System(),
                role=RightRole.LISTENER,
                until=self.clock.now() + timedelta(days=days),
                member_id=person.member.id,
                languages=languages,
            )

    async def on_duty(self, person: Person, *, hours: float = 2, **more: Any) -> None:
        """Somebody is on duty from now on."""
        async with self.town.house.workshop.work() as work:
            until = self.clock.now() + timedelta(hours=hours)
            await begin_duty(work, person.member, until=until, **more)
        await self.settled()

    async def ask(self, person: Person, text: str = SENTENCE, **more: Any) -> AskRow:
        """Somebody asks for a listener, through the door that every page takes."""
        more.setdefault("wants", frozenset({"listen"}))
        asked = await ask_for_listening(
            self.town.house.ledger, person.member, Asking(text=text, **more)
        )
        await self.settled()
        return asked.row

    async def settled(self) -> None:
        """What follows has followed."""
        await written(self.town.house)
        await self.town.house.reactions._errands.settled()

    async def look(self, **passed: float) -> None:
        """Time passes, and the house looks."""
        if passed:
            self.clock.pass_time(**passed)
        await self.town.house.reactions.listening.look()
        await self.settled()

    async def offers(self, person: Person) -> list[Any]:
        """What lies before somebody."""
        async with self.town.house.workshop.reading() as work:
            return await my_offers(work, person.member, self.town.house.ledger.keyring)

    async def accept(self, person: Person) -> str:
        """Somebody takes the first ask that lies before them. Says the room."""
        offer = (await self.offers(person))[0]
        async with self.town.house.workshop.work() as work:
            row = await answer_offer(work, person.member, offer_id=offer.id, accept=True)
            assert row is not None
            slug = (await room_named(work, row.room_id)).slug
        await self.settled()
        return slug

    async def declines(self, person: Person) -> None:
        """Not this one: whatever lies before them goes on to others."""
        for offer in await self.offers(person):
            async with self.town.house.workshop.work() as work:
                await answer_offer(work, person.member, offer_id=offer.id, accept=False)
        await self.settled()

    async def two(self, asker: Person, listener: Person) -> str:
        """These two talk: one asked, the other took it. Says the room."""
        await self.ask(asker)
        return await self.accept(listener)

    async def talk(self, person: Person, slug: str) -> Talk:
        """The session as somebody in it sees it."""
        house = self.town.house
        async with house.workshop.reading() as work:
            its = select(ListeningRow)
            rows = (await work.db.scalars(its)).all()
            for row in rows:
                if (await room_named(work, row.room_id)).slug == slug:
                    found = await talk_in(work, person.actor, house.ledger.keyring, row.room_id)
                    assert found is not None
                    return found
        raise AssertionError("there is no such talk")

    async def one(self, table: type[Any], **where: Any) -> Any:
        """The only row of a table, or the one with these values."""
        async with self.town.house.workshop.reading() as work:
            return (await work.db.scalars(select(table).filter_by(**where))).one()

    async def all(self, table: type[Any], **where: Any) -> list[Any]:
        """All such rows."""
        async with self.town.house.workshop.reading() as work:
            return list((await work.db.scalars(select(table).filter_by(**where))).all())


def _glass_key(person: Person, half: Half, now: Any) -> GlassKeyRow:
    """That somebody holds a half of break-glass; what opens it lies with nobody here."""
    assert isinstance(person.actor, Staff)
    return GlassKeyRow(
        staff_id=person.actor.id,
        half=half,
        public=make_pair().public,
        wrapped=b"shut",
        made_at=now,
        typed_at=now,
    )


async def set_stage(town: Town) -> Stage:
    """Cedar may listen for three months, and Hazel is on shift."""
    async with town.house.workshop.work() as work:
        hazel = await appoint(work, Role.SUPERVISOR, name="Hazel")
        now = town.house.workshop.clock.now()
        until = now + timedelta(hours=12)
        await check_in(work, hazel.actor, until=until)
        fern = await appoint(work, Role.LEAD, name="Fern")
        for one, half in ((hazel, Half.CARE), (fern, Half.LEAD)):
            work.db.add(_glass_key(one, half, now))
    stage = Stage(town, hazel, fern)
    await stage.grant(town.cedar)
    return stage


async def another_listener(stage: Stage, **more: Any) -> Person:
    """One more who may listen, and is on duty."""
    async with stage.town.house.workshop.work() as work:
        person = await arrive(work, stage.town.house)
    await stage.grant(person)
    await stage.on_duty(person, **more)
    return person


__all__ = ["OfferRow", "Stage", "another_listener", "set_stage"]
