"""Listening one to one: who asks, who is on duty, what the two do; by the actions of the slice."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from bench.town_life.asking import WANTS, WAYS, Plan
from bench.town_life.figures import Figures
from bench.town_life.habits import DUTY_HOURS
from bench.town_life.settings import Setting
from bench.town_life.town import Town
from holdfast.kit.errors import HoldfastError
from holdfast.kit.ids import MemberId, OfferId
from holdfast.kit.work import Event
from holdfast.listening.actions import (
    answer_hand,
    answer_offer,
    ask_for_listening,
    begin_duty,
    end_session,
    raise_hand,
    say_it_was_hard,
    withdraw_ask,
)
from holdfast.listening.events import ListeningBegan, OfferChanged
from holdfast.listening.jobs import look
from holdfast.listening.queries.sessions import session_in
from holdfast.listening.rules import matching
from holdfast.listening.rules.asks import NotOffered
from holdfast.listening.rules.duty import Enough, OnDutyAlready
from holdfast.rights.actions import grant_right
from holdfast.rights.rules import Member, System
from holdfast.rights.tables import RightRole


@dataclass
class Listener:
    """One who listens: what they offer, and how many they talk with now."""

    number: int
    actor: Member
    wants: frozenset[str]
    ways: frozenset[str]
    talking: int = 0
    until: datetime | None = None


@dataclass
class Waiting:
    """One who asked."""

    actor: Member
    at: datetime
    plan: Plan


@dataclass
class Talking:
    """All of it, in one town."""

    town: Town
    figures: Figures
    setting: Setting
    listeners: dict[MemberId, Listener] = field(default_factory=dict)
    waiting: dict[MemberId, Waiting] = field(default_factory=dict)

    async def begin(self) -> None:
        """Askers will come by the hours of the day; listeners come and plan their week."""
        town = self.town
        town.house.workshop.hearers.append(self.hear)
        begins = town.clock.now()
        for second in town.chance.moments(town.habits.asks_a_day, self.setting.talk_days):
            plan = Plan.drawn(town.chance, town.habits)
            town.calendar.at(begins + timedelta(seconds=second), partial(self.ask, plan))
        for number in range(self.setting.listeners):
            await self._new_listener(number)
        town.calendar.every(300, self.look)

    async def _new_listener(self, number: int) -> None:
        town = self.town
        member = await town.newcomer()
        async with town.house.workshop.work() as work:
            until = work.clock.now() + timedelta(days=300)
            await grant_right(
                work, System(), role=RightRole.LISTENER, until=until, member_id=member.id
            )
        wants = frozenset(town.chance.one_of(WANTS) for _ in range(4))
        listener = Listener(number, member, wants, frozenset({town.chance.one_of(WAYS)}))
        self.listeners[member.id] = listener
        a_day = town.habits.duties_a_week / 7
        for second in town.chance.moments(a_day, self.setting.talk_days, DUTY_HOURS):
            moment = town.clock.now() + timedelta(seconds=second)
            town.calendar.at(moment, partial(self.be_on_duty, listener))

    # -- on duty ------------------------------------------------------------------------------

    async def be_on_duty(self, listener: Listener) -> None:
        """A listener begins a duty, unless they have listened enough or are on duty already."""
        now = self.town.clock.now()
        if listener.until is not None and listener.until > now:
            return
        until = now + timedelta(seconds=self.town.habits.duty)
        try:
            async with self.town.house.workshop.work() as work:
                await begin_duty(
                    work, listener.actor, until=until, most=self.setting.most,
                    wants=listener.wants, ways=listener.ways,
                )  # fmt: skip
        except OnDutyAlready:  # the last one ends in this very minute
            return
        except Enough:
            self.figures.caps += 1
            return
        listener.until = until
        await self.look()

    def hear(self, event: Event) -> None:
        """What a listener's page would show them, they see after a while, or do not."""
        match event:
            case OfferChanged(what="offered"):
                self._see(event)
            case ListeningBegan():
                self.begun(event)

    def _see(self, event: OfferChanged) -> None:
        town, habits = self.town, self.town.habits
        self.figures.offers["offered"] += 1
        town.calendar.after(matching.OFFER.total_seconds() + 1, self.look)
        if town.chance.happens(habits.away):
            return
        yes = not town.chance.happens(habits.declines)
        listener = self.listeners[event.member_id]
        after = town.chance.about(habits.answers_offer) * self._slower(listener)
        town.calendar.after(after, partial(self.answer, listener, event.id, accept=yes))

    async def answer(self, listener: Listener, offer_id: OfferId, *, accept: bool) -> None:
        """A listener takes an ask or lets it go on; perhaps it is too late."""
        try:
            async with self.town.house.workshop.work() as work:
                await answer_offer(work, listener.actor, offer_id=offer_id, accept=accept)
            self.figures.offers["taken" if accept else "declined"] += 1
        except HoldfastError as no:
            self.figures.offers["passed" if no.code == "ask_over" else no.code] += 1
        await self.look()

    # -- who asks -----------------------------------------------------------------------------

    async def ask(self, plan: Plan) -> None:
        """Somebody comes in and asks for a listener."""
        town = self.town
        member = await town.newcomer()
        self.figures.asks += 1
        try:
            await ask_for_listening(town.house.ledger, member, plan.asking)
        except NotOffered:
            self.figures.turned_away += 1
            return
        self.waiting[member.id] = Waiting(member, town.clock.now(), plan)
        town.calendar.after(plan.patience, partial(self.give_up, member))
        await self.look()

    async def give_up(self, member: Member) -> None:
        """Who still waits when their patience ends takes the ask back."""
        if self.waiting.pop(member.id, None) is None:
            return
        async with self.town.house.workshop.work() as work:
            await withdraw_ask(work, member)
        self.figures.gave_up += 1
        await self.look()

    # -- the two ------------------------------------------------------------------------------

    def begun(self, event: ListeningBegan) -> None:
        """Two sit down: the listener writes first, then they talk, then they say goodbye."""
        town, habits, chance = self.town, self.town.habits, self.town.chance
        waited = self.waiting.pop(event.asker_id)
        listener = self.listeners[event.listener_id]
        self.figures.with_two += listener.talking > 0
        listener.talking += 1
        self.figures.waits.append((town.clock.now() - waited.at).total_seconds())
        talk = Talk(self, listener, waited, event, town.clock.now())
        slower = self._slower(listener)
        town.calendar.after(chance.about(habits.first_words) * slower, talk.first_words)
        lasts = waited.plan.lasts * slower
        if waited.plan.needs_help:
            town.calendar.after(lasts / 2, talk.raise_a_hand)
        town.calendar.after(max(lasts, 120), talk.say_goodbye)

    def _slower(self, listener: Listener) -> float:
        return self.town.habits.slower_with_two if listener.talking > 1 else 1.0

    async def look(self) -> None:
        """What the house does by its clock: offers pass, asks are laid, duties end."""
        await look(self.town.house.workshop)


@dataclass
class Talk:
    """One conversation."""

    all: Talking
    listener: Listener
    asker: Waiting
    event: ListeningBegan
    began: datetime
    is_over: bool = False

    @property
    def slug(self) -> str:
        return self.event.slug

    async def first_words(self) -> None:
        """The first human reply."""
        await self.all.town.say(self.listener.actor, self.slug, "Hello. I am here, and listening.")
        took = (self.all.town.clock.now() - self.asker.at).total_seconds()
        self.all.figures.first_replies.append(took)
        if self.asker.plan.in_concern:
            self.all.figures.first_replies_in_concern.append(took)
        async with self.all.town.house.workshop.reading() as work:
            row = await session_in(work, self.event.room_id)
        assert row is not None, "it began a moment ago"
        self.all.figures.reasons.append(row.reasons.count("want:") + row.reasons.count("way:"))
        await self.talk_on()

    async def talk_on(self) -> None:
        """A word now and then, so that the talk does not end by itself."""
        if self.is_over:
            return
        await self.all.town.say(self.asker.actor, self.slug, "Thank you for being there.")
        self.all.town.calendar.after(600, self.talk_on)

    async def raise_a_hand(self) -> None:
        """The listener calls somebody in, who comes after a while."""
        if self.is_over:
            return
        async with self.all.town.house.workshop.work() as work:
            hand = await raise_hand(work, self.listener.actor, slug=self.slug)
        comes = self.all.town.chance.about(self.all.town.habits.staff_comes)
        self.all.town.calendar.after(comes, partial(self.be_joined, hand.id, hand.raised_at))

    async def be_joined(self, hand: int, raised_at: datetime) -> None:
        """Somebody of the staff sits down with the two, if there is still somebody to sit with."""
        staff = await self.all.town.staff_on_shift()
        if staff is None:
            return
        try:
            async with self.all.town.house.workshop.work() as work:
                await answer_hand(work, staff, hand_id=hand)
        except HoldfastError:
            return
        took = (self.all.town.clock.now() - raised_at).total_seconds()
        self.all.figures.answered_hands.append(took)

    async def say_goodbye(self) -> None:
        """The end; after a hard one the listener says so."""
        town, talked, self.is_over = self.all.town, self.all.town.clock.now() - self.began, True
        async with town.house.workshop.work() as work:
            await end_session(work, self.asker.actor, slug=self.slug)
        if self.asker.plan.is_hard:
            async with town.house.workshop.work() as work:
                await say_it_was_hard(work, self.listener.actor, slug=self.slug)
        self.listener.talking -= 1
        self.all.figures.listened[self.listener.number] += round(talked.total_seconds())
        await self.all.look()
