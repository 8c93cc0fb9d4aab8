"""Escalations: somebody of the staff comes, talks, and two of them close it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from bench.town_life.figures import Figures
from bench.town_life.town import Town
from holdfast.crisis.actions import close_escalation, grant, join_escalation
from holdfast.crisis.events import ConcernRaised
from holdfast.crisis.rules.steps import Outcome
from holdfast.kit.errors import HoldfastError
from holdfast.kit.ids import EscalationId
from holdfast.kit.work import Event
from holdfast.rights.rules import Staff

LOOKS_AGAIN: Final = 120.0  # seconds, where nobody is on shift
TALKS: Final = (25 * 60, 0.4)
SECOND_PERSON: Final = (90, 0.5)


@dataclass
class Caring:
    """What the crisis moderators do."""

    town: Town
    figures: Figures

    def begin(self) -> None:
        """From now on somebody comes where somebody may be in danger."""
        self.town.house.workshop.hearers.append(self.hear)

    def hear(self, event: Event) -> None:
        """A card is on the desk."""
        if isinstance(event, ConcernRaised):
            raised_at = self.town.clock.now()
            comes = self.town.chance.about(self.town.habits.staff_comes)
            self.town.calendar.after(comes, partial(self.come, event.id, raised_at))

    async def come(self, number: EscalationId, raised_at: datetime) -> None:
        """Whoever is on shift goes into the side space; with nobody there the card stays."""
        staff = await self.town.staff_on_shift()
        if staff is None:
            self.town.calendar.after(LOOKS_AGAIN, partial(self.come, number, raised_at))
            return
        try:
            async with self.town.house.workshop.work() as work:
                slug = await join_escalation(work, staff, escalation_id=number)
        except HoldfastError:  # it was closed, or another came for the same person
            return
        await self.town.say(staff, slug, "Hello. I am here, and I have read what you wrote.")
        self.figures.joined.append((self.town.clock.now() - raised_at).total_seconds())
        self.town.calendar.after(self.town.chance.about(TALKS), partial(self.close, number, staff))

    async def close(self, number: EscalationId, staff: Staff) -> None:
        """They made a plan together; a second person says yes to that."""
        try:
            async with self.town.house.workshop.work() as work:
                asked = await close_escalation(
                    work, staff, escalation_id=number, how=Outcome.PLAN, check_in_hours=24
                )
        except HoldfastError as no:
            self.figures.offers[f"close {no.code}"] += 1
            return
        if asked is not None:
            second = next(one for one in self.town.staff if one.id != staff.id)
            after = self.town.chance.about(SECOND_PERSON)
            self.town.calendar.after(after, partial(self.agree, number, second, asked.row))

    async def agree(self, number: EscalationId, second: Staff, asked: int) -> None:
        """The second person."""
        try:
            async with self.town.house.workshop.work() as work:
                await grant(work, second, escalation_id=number, approval=asked)
            self.figures.closed += 1
        except HoldfastError as no:
            self.figures.offers[f"grant {no.code}"] += 1
