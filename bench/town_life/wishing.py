"""Circles: who wishes for one, what they answer, and when they lose patience."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Final

from bench.town_life.figures import Figures
from bench.town_life.habits import Chance, Habits
from bench.town_life.town import Town
from holdfast.circles.actions.proposing import say_no, say_yes
from holdfast.circles.actions.wishing import Wishing, wish_for_circle, withdraw_wish
from holdfast.circles.events import CircleBegun, CircleProposed
from holdfast.circles.jobs import look_at_circles
from holdfast.circles.queries.wishes import counts, own_wish
from holdfast.circles.rules.choices import CULTURES, MANNERS, PACES, STAGES, THEMES
from holdfast.circles.rules.times import PARTS
from holdfast.kit.errors import HoldfastError
from holdfast.kit.ids import MemberId, ProposalId
from holdfast.kit.work import Event
from holdfast.rights.rules import Member

ZONES: Final = {
    "Europe/Lisbon": 25, "Europe/Berlin": 20, "America/New_York": 20, "America/Chicago": 10,
    "America/Los_Angeles": 8, "Asia/Kolkata": 7, "Europe/Athens": 5, "Asia/Manila": 5,
}  # fmt: skip
LANGUAGES: Final = {"en": 80, "es": 15, "ar": 5}
TIMES: Final = {"evening": 40, "afternoon": 20, "night": 25, "morning": 15}
HOURLY: Final = 3_600.0


@dataclass(frozen=True)
class Hope:
    """What one who will wish brings along, drawn before anything happens."""

    wishing: Wishing
    patience: float

    @classmethod
    def drawn(cls, chance: Chance, habits: Habits) -> Hope:
        """Somebody: one or two themes, one to three times of day, and the rest as it falls."""
        themes = {chance.by_weight(dict.fromkeys(THEMES, 1)) for _ in range(2)}
        times = {chance.by_weight(TIMES) for _ in range(3)}
        some = chance.happens
        wishing = Wishing(
            languages=(chance.by_weight(LANGUAGES),),
            zone=chance.by_weight(ZONES),
            times=tuple(part for part in PARTS if part in times),
            themes=tuple(theme for theme in THEMES if theme in themes),
            stage=chance.one_of(tuple(STAGES)) if some(0.7) else "",
            cultures=(chance.one_of(tuple(CULTURES)),) if some(0.3) else (),
            pace=chance.one_of(tuple(PACES)) if some(0.6) else "",
            manner=chance.one_of(tuple(MANNERS)) if some(0.6) else "",
            closer=int(chance.by_weight({"0": 40, "50": 30, "100": 30})),
        )
        return cls(wishing, float(chance.draws.exponential(habits.wish_patience)))


@dataclass
class WishingWell:
    """All of it, in one town."""

    town: Town
    figures: Figures
    waiting: dict[MemberId, Member] = field(default_factory=dict)

    def begin(self, days: int) -> None:
        """People will come by the hours of the day; the house looks every hour."""
        town, begins = self.town, self.town.clock.now()
        town.house.workshop.hearers.append(self.hear)
        for second in town.chance.moments(town.habits.wishes_a_day, days):
            hope = Hope.drawn(town.chance, town.habits)
            town.calendar.at(begins + timedelta(seconds=second), partial(self.wish, hope))
        town.calendar.every(HOURLY, partial(look_at_circles, town.house.workshop))

    def hear(self, event: Event) -> None:
        """Those who are asked see it hours later, or never."""
        match event:
            case CircleProposed():
                for member in event.members:
                    self._see(event.proposal_id, member)
            case CircleBegun():
                self.figures.circles += 1

    def _see(self, number: ProposalId, member: MemberId) -> None:
        town, habits = self.town, self.town.habits
        if town.chance.happens(habits.silent):
            return
        yes = not town.chance.happens(habits.says_no)
        after = town.chance.about(habits.answers_circle)
        town.calendar.after(after, partial(self.answer, number, member, yes=yes))

    async def wish(self, hope: Hope) -> None:
        """Somebody comes in and wishes for a circle."""
        member = await self.town.newcomer()
        await wish_for_circle(self.town.house.ledger, member, hope.wishing)
        self.figures.wishes += 1
        self.waiting[member.id] = member
        self.town.calendar.after(hope.patience, partial(self.give_up, member))

    async def answer(self, number: ProposalId, member: MemberId, *, yes: bool) -> None:
        """One of those who are asked says yes or no; perhaps it is too late."""
        actor = self.waiting[member]
        try:
            async with self.town.house.workshop.work() as work:
                if yes:
                    await say_yes(work, actor, number=number, promises=True)
                else:
                    await say_no(work, actor, number=number)
        except HoldfastError:
            self.figures.late_answers += 1

    async def give_up(self, member: Member) -> None:
        """Who still waits when their patience ends takes the wish back."""
        async with self.town.house.workshop.work() as work:
            if await own_wish(work, member.id) is None:
                return
            await withdraw_wish(work, member)
        self.figures.wishes_given_up += 1

    async def look_back(self) -> None:
        """How it went, as the fairness audit knows it."""
        async with self.town.house.workshop.reading() as work:
            told = await counts(work)
        self.figures.placed = [one.waited for one in told if one.placed]
        self.figures.fits = [one.fit for one in told if one.fit is not None]
        self.figures.told = told
