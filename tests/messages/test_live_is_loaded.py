"""Live = loaded: whatever is done, in any order, who listened sees what is loaded now."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import pytest
import uvloop
from hypothesis import HealthCheck, Phase
from hypothesis import settings as bounds
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from holdfast.app.opening import open_house
from holdfast.kit.errors import HoldfastError, NotFound
from holdfast.kit.house import House
from holdfast.messages.actions import (
    edit_message,
    post_message,
    remove_message,
    respond_to_message,
)
from holdfast.messages.ledger.entries import (
    Accepted,
    Kept,
    Outcome,
)
from holdfast.messages.rules import Response, TooLate, Wants, drafted
from holdfast.rights.rules import System
from holdfast.rooms.access import Seat, seat_to_speak
from holdfast.rooms.actions import make_room
from holdfast.rooms.rules import Plan
from holdfast.settings import Settings
from messages.hearing import Ear, View, apply, loaded, replayed
from town import Person, StillClock, newcomers, unlimited, written

Found = TypeVar("Found")
PEOPLE = st.integers(0, 2)
WHICH = st.integers(0, 30)
WORDS = st.sampled_from(["hello", "all *well*", "مرحبا", "> so\n- so", "\u202eback"])
NOTES = st.sampled_from([None, None, "a note"])


class Inside:
    """An open house, and a loop of its own to do things in it."""

    def __init__(self, settings: Settings) -> None:
        self._runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
        self._stack = AsyncExitStack()
        self.clock = StillClock()
        opened = open_house(settings, self.clock)
        self.house: House = self.do(self._stack.enter_async_context(opened))

    def do(self, work: Coroutine[Any, Any, Found]) -> Found:
        return self._runner.run(work)

    def close(self) -> None:
        self.do(self._stack.aclose())
        self._runner.close()


@dataclass
class Model:
    """The simplest thing that could be right: what stands at each seq."""

    author: int
    text: str
    note: str | None
    written_at: float
    removed: bool = False
    responses: set[tuple[int, Response]] = field(default_factory=set)


class Talk(RuleBasedStateMachine):
    """Three people talk in a room of their own; somebody listens from the beginning."""

    def __init__(self, inside: Inside) -> None:
        super().__init__()
        self.inside, self.house, self.clock = inside, inside.house, inside.clock
        self.slug = f"room-{secrets.token_hex(6)}"
        self.people: list[Person] = inside.do(self._come_in())
        self.seats: list[Seat] = [inside.do(self._seat(person)) for person in self.people]
        self.ear, self.view = Ear(), View()
        self.house.floor.hub.join(self.seats[0].room_id, self.ear)
        self.applied = 0
        self.head = 0
        self.model: dict[int, Model] = {}

    async def _come_in(self) -> list[Person]:
        async with self.house.workshop.work() as work:
            plan = Plan(self.slug, "A room", "Anything", "")
            await make_room(work, System(), plan=plan, language="en")
        return await newcomers(self.house, 3, self.slug)

    async def _seat(self, person: Person) -> Seat:
        glances = self.house.workshop.glances
        found: Seat = self.house.floor.in_hand(
            await seat_to_speak(glances, person.actor, self.slug)
        )
        return found

    def do(self, work: Coroutine[Any, Any, Accepted | Kept | None]) -> Outcome | None:
        """Do something, wait until everything it led to is told, and say what came of it."""

        async def settled() -> Outcome | None:
            try:
                return await work
            except HoldfastError as refusal:
                return refusal
            finally:
                await written(self.house)

        self.clock.pass_time(seconds=2)
        return self.inside.do(settled())

    def nonce(self) -> str:
        return secrets.token_urlsafe(9)

    def one_of(self, which: int) -> int:
        return sorted(self.model)[which % len(self.model)]

    # -- what can be done

    @rule(who=PEOPLE, text=WORDS, note=NOTES, wants=st.sampled_from([None, *Wants]))
    def post(self, who: int, text: str, note: str | None, wants: Wants | None) -> None:
        draft = drafted(self.nonce(), text, note, wants=wants)
        written_at = self.clock.ticks() + 2
        done = self.do(post_message(self.house.ledger, self.seats[who], draft))
        assert isinstance(done, Accepted)
        assert done.seq == self.head + 1
        self.head += 1
        self.model[self.head] = Model(who, draft.text, draft.note, written_at)

    @precondition(lambda self: self.model)
    @rule(who=PEOPLE, which=WHICH)
    def reply(self, who: int, which: int) -> None:
        draft = drafted(self.nonce(), "yes", reply_to=self.one_of(which))
        done = self.do(post_message(self.house.ledger, self.seats[who], draft))
        assert isinstance(done, Accepted)
        self.head += 1
        self.model[self.head] = Model(who, "yes", None, self.clock.ticks())

    @precondition(lambda self: self.model)
    @rule(who=PEOPLE, which=WHICH, text=WORDS, note=NOTES)
    def edit(self, who: int, which: int, text: str, note: str | None) -> None:
        seq = self.one_of(which)
        draft = drafted(self.nonce(), text, note)
        done = self.do(
            edit_message(
                self.house.ledger, self.seats[who],
                seq=seq, nonce=draft.nonce, text=text, note=note,
            )
        )  # fmt: skip
        known = self.model[seq]
        if known.author != who:
            assert isinstance(done, NotFound)
        elif self.clock.ticks() - known.written_at > 15 * 60:
            assert isinstance(done, TooLate)
        elif known.removed:
            assert isinstance(done, NotFound)
        else:
            assert isinstance(done, Accepted)
            self.head += 1
            known.text, known.note = draft.text, draft.note

    @precondition(lambda self: self.model)
    @rule(who=PEOPLE, which=WHICH)
    def remove(self, who: int, which: int) -> None:
        seq = self.one_of(which)
        done = self.do(
            remove_message(self.house.ledger, self.seats[who], seq=seq, nonce=self.nonce())
        )
        known = self.model[seq]
        if known.author != who or known.removed:
            assert isinstance(done, NotFound)
        else:
            assert isinstance(done, Accepted)
            self.head += 1
            known.removed = True

    @precondition(lambda self: self.model)
    @rule(who=PEOPLE, which=WHICH, response=st.sampled_from(list(Response)), on=st.booleans())
    def respond(self, who: int, which: int, response: Response, on: bool) -> None:
        seq = self.one_of(which)
        done = self.do(
            respond_to_message(
                self.house.ledger, self.seats[who],
                seq=seq, nonce=self.nonce(), response=response, on=on,
            )
        )  # fmt: skip
        known, mine = self.model[seq], (who, response)
        if known.removed:
            assert isinstance(done, NotFound)
            return
        assert isinstance(done, Accepted)
        if (mine in known.responses) != on:
            self.head += 1  # the room was told
        known.responses = known.responses | {mine} if on else known.responses - {mine}

    @rule(minutes=st.sampled_from([1, 10, 24 * 60]))
    def wait(self, minutes: int) -> None:
        self.clock.pass_time(minutes=minutes)

    # -- what must be true at every moment

    @invariant()
    def live_is_loaded(self) -> None:
        self.who_listened_sees_what_is_loaded_now()
        self.everything_that_was_told_has_its_place()
        self.a_replay_from_the_beginning_leads_to_the_same()
        self.what_is_seen_is_what_was_done()

    def who_listened_sees_what_is_loaded_now(self) -> None:
        for event in self.ear.heard[self.applied :]:
            apply(self.view, event)
        self.applied = len(self.ear.heard)
        assert self.view == self.inside.do(loaded(self.house, self.seats[0]))

    def everything_that_was_told_has_its_place(self) -> None:
        assert [event["seq"] for event in self.ear.heard] == list(range(1, self.head + 1))

    def a_replay_from_the_beginning_leads_to_the_same(self) -> None:
        view = View()
        events = self.inside.do(replayed(self.house, self.seats[0]))
        assert [event["seq"] for event in events] == list(range(1, self.head + 1))
        for event in events:
            apply(view, event)
        assert view == self.view

    def what_is_seen_is_what_was_done(self) -> None:
        seen = {
            seq: (shown["text"], shown.get("note"), shown["counts"])
            for seq, shown in self.view.items()
        }
        assert seen == {seq: self.expected(model) for seq, model in self.model.items()}

    def expected(self, model: Model) -> tuple[str, str | None, dict[str, int]]:
        if model.removed:
            return "", None, {}
        counts: dict[str, int] = {}
        for _, response in model.responses:
            counts[response.value] = counts.get(response.value, 0) + 1
        return model.text, model.note, counts

    def teardown(self) -> None:
        self.house.floor.hub.leave(self.seats[0].room_id, self.ear)


@pytest.fixture
def inside(settings: Settings) -> Iterator[Inside]:
    """An open house for tests that are not coroutines themselves."""
    inside = Inside(settings)
    yield inside
    inside.close()


def talk(
    inside: Inside,
    examples: int,
    steps: int,
    phases: tuple[Phase, ...],
    kind: type[Talk] = Talk,
) -> None:
    machine: Any = partial(kind, inside)
    run_state_machine_as_test(
        machine,
        settings=bounds(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            phases=phases,
            suppress_health_check=list(HealthCheck),
        ),
    )


@unlimited
def test_whatever_is_done_live_is_loaded(inside: Inside) -> None:
    talk(inside, 5, 12, (Phase.reuse, Phase.generate))


@unlimited
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_whatever_is_done_for_long_live_is_loaded(inside: Inside) -> None:
    talk(inside, 30, 25, tuple(Phase))
