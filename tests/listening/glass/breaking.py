"""Staff with both halves, a talk between two, and a request about it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from holdfast.kit.ids import StaffId
from holdfast.listening.glass.access import Grounds
from holdfast.listening.glass.actions import (
    agree_to_open,
    ask_to_open,
    make_glass_key,
    open_look,
    show_page,
    type_words_back,
)
from holdfast.listening.glass.actions.asking import Span, seen
from holdfast.listening.glass.actions.opening import Look, PageShown
from holdfast.listening.glass.rules import Why
from holdfast.listening.glass.tables import GlassRequestRow, GlassShareRow
from holdfast.rights.rules import Role, Staff
from town import Person, Town, appoint
from two import Talk, talk_of_two


def staff_of(person: Person) -> Staff:
    """Somebody of the staff, by their account."""
    assert isinstance(person.actor, Staff)
    return person.actor


@dataclass
class Glass:
    """The town with Sam (care), Fern (lead) and what they say to each other."""

    town: Town
    sam: Person
    fern: Person
    words: dict[StaffId, str] = field(default_factory=dict)
    talk: Talk = field(init=False)  # laid a moment later

    def fresh(self, who: Person) -> Staff:
        """They showed a moment ago who they are."""
        return replace(staff_of(who), fresh_at=self.town.house.workshop.clock.now())

    async def appoint(self, role: Role, name: str, *, keyed: bool = True) -> Person:
        async with self.town.house.workshop.work() as work:
            person = await appoint(work, role, name=name)
        if keyed:
            await self.make_key(person)
        return person

    async def make_key(self, who: Person) -> str:
        staff = self.fresh(who)
        async with self.town.house.workshop.work() as work:
            words = await make_glass_key(work, staff, root=self.town.house.root)
        async with self.town.house.workshop.work() as work:
            await type_words_back(work, staff, root=self.town.house.root, words=words)
        self.words[staff.id] = words
        return words

    async def ask(self, who: Person | None = None, **more: Any) -> int:
        now = self.town.house.workshop.clock.now()
        span = Span(
            more.get("since", now - timedelta(days=1)),
            more.get("until", now),
            more.get("minutes", 30),
        )
        async with self.town.house.workshop.work() as work:
            return await ask_to_open(
                work,
                self.fresh(who or self.sam),
                grounds=Grounds("escalation:1", more.get("room", self.talk.room_id)),
                why=Why.DANGER,
                span=span,
            )

    async def shown(self, request: int) -> str:
        return seen(await self.row(request))

    async def row(self, request: int) -> GlassRequestRow:
        async with self.town.house.workshop.reading() as work:
            return await work.db.get_one(GlassRequestRow, request)

    async def agree(self, who: Person, request: int, **more: str) -> None:
        staff = self.fresh(who)
        async with self.town.house.workshop.work() as work:
            await agree_to_open(
                work,
                staff,
                root=self.town.house.root,
                request_id=request,
                was_shown=more.get("was_shown") or await self.shown(request),
                words=more.get("words") or self.words[staff.id],
            )

    async def open(self, request: int, who: Person | None = None) -> Look:
        staff = self.fresh(who or self.sam)
        async with self.town.house.workshop.work() as work:
            return await open_look(
                work,
                staff,
                root=self.town.house.root,
                request_id=request,
                words=self.words[staff.id],
            )

    async def shares(self) -> int:
        """How many shares lie there, given for a request."""
        async with self.town.house.workshop.reading() as work:
            return await work.db.scalar(select(func.count()).select_from(GlassShareRow)) or 0

    async def page(
        self, request: int, look: Look, number: int = 1, who: Person | None = None
    ) -> PageShown:
        house = self.town.house
        async with house.workshop.work() as work:
            return await show_page(
                work,
                self.fresh(who or self.sam),
                keyring=house.ledger.keyring,
                request_id=request,
                look=look,
                number=number,
            )


async def glass_in(town: Town) -> Glass:
    """Both halves have somebody, and Ash and Birch talk."""
    async with town.house.workshop.work() as work:
        sam = await appoint(work, Role.CRISIS_MODERATOR, name="Sam")
        fern = await appoint(work, Role.LEAD, name="Fern")
    glass = Glass(town, sam, fern)
    for who in (sam, fern):
        await glass.make_key(who)
    glass.talk = await talk_of_two(town)
    return glass
