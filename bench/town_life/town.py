"""The place of one run: the real house on a folder of its own, its staff, its members."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from bench.town_life.calendar import Calendar, TownClock
from bench.town_life.habits import Chance, Habits
from holdfast.app.opening import open_house
from holdfast.kit.house import House
from holdfast.listening.glass.actions.keys import make_glass_key, type_words_back
from holdfast.members.access import member_by_token
from holdfast.members.actions import come_in
from holdfast.members.rules import promises
from holdfast.messages.actions import post_message
from holdfast.messages.rules import drafted
from holdfast.rights.rules import Actor, Guest, Member, Role, Staff, System
from holdfast.rooms.access import seat_to_speak
from holdfast.settings import Settings
from holdfast.staff.access import staff_by_token
from holdfast.staff.actions import make_staff_token
from holdfast.staff.actions.shifts import check_in
from holdfast.staff.queries import on_shift


@dataclass
class Town:
    """Everything a part of the simulation needs."""

    house: House
    calendar: Calendar
    chance: Chance
    habits: Habits
    days: int
    staff: list[Staff] = field(default_factory=list)

    @property
    def clock(self) -> TownClock:
        return self.calendar.clock

    async def live(self) -> None:
        """Let the days go by."""
        end = self.clock.now() + timedelta(days=self.days)
        await self.calendar.live_until(end, self.house.reactions.settled)

    async def newcomer(self) -> Member:
        """Somebody comes in by the real door."""
        async with self.house.workshop.work() as work:
            came = await come_in(
                work, Guest(), root=self.house.root, age_band="18+", version=promises.VERSION
            )
        found = await member_by_token(self.house.workshop.glances, came.token, self.clock.now())
        assert found is not None, "who came in a moment ago is known"
        return found

    async def say(self, actor: Actor, slug: str, text: str) -> None:
        """Somebody says something in a room."""
        workshop, floor = self.house.workshop, self.house.floor
        seat = floor.in_hand(await seat_to_speak(workshop.glances, actor, slug))
        await post_message(self.house.ledger, seat, drafted(secrets.token_urlsafe(12), text))

    async def appoint(self, count: int) -> None:
        """Crisis moderators, who can be called into a conversation and may take an escalation.

        One of them and a lead hold the halves of break-glass: without, nobody listens one to one.
        """
        self.staff = [
            await self._appointed(Role.CRISIS_MODERATOR, f"Staff {number}")
            for number in range(count)
        ]
        await self._hold_half(self.staff[0])
        await self._hold_half(await self._appointed(Role.LEAD, "Lead"))

    async def _appointed(self, role: Role, name: str) -> Staff:
        async with self.house.workshop.work() as work:
            token = await make_staff_token(work, System(), role=role, name=name)
        found = await staff_by_token(self.house.workshop.glances, token, self.clock.now())
        assert found is not None, "who was appointed a moment ago is known"
        return found

    async def _hold_half(self, person: Staff) -> None:
        fresh = replace(person, fresh_at=self.clock.now())
        async with self.house.workshop.work() as work:
            words = await make_glass_key(work, fresh, root=self.house.root)
            await work.db.flush()
            await type_words_back(work, fresh, root=self.house.root, words=words)

    async def begin_shifts(self) -> None:
        """Eight hours each, round the clock; on some nights nobody from two to six."""
        for day in range(self.days):
            for number, begins in enumerate((6, 14, 22)):
                dark = begins == 22 and (day + 1) % 7 in self.habits.dark_nights
                hours = 4 if dark else 8
                moment = self.clock.now() + timedelta(days=day, hours=begins)
                self.calendar.at(moment, partial(self._check_in, number, hours))
        await self._check_in(2, 6)

    async def _check_in(self, number: int, hours: float) -> None:
        until = self.clock.now() + timedelta(hours=hours)
        async with self.house.workshop.work() as work:
            await check_in(work, self.staff[number], until=until)

    async def staff_on_shift(self) -> Staff | None:
        """Who would come if they were called now."""
        async with self.house.workshop.reading() as work:
            here = {shift.staff_id for shift in await on_shift(work, work.clock.now())}
        return next((person for person in self.staff if person.id in here), None)


@asynccontextmanager
async def town(folder: Path, habits: Habits, *, days: int, seed: int) -> AsyncIterator[Town]:
    """The house, open on a clock that jumps."""
    settings = Settings(data=folder, limits="off", database_url="", redis_url="")  # type: ignore[arg-type]
    clock = TownClock()
    async with open_house(settings, clock) as house:
        yield Town(house, Calendar(clock), Chance(seed), habits, days)
