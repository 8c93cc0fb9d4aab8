"""Who lives here: one small peopled place that every test starts from, and its still clock.

Ash and Birch are members with seats in the night room, Cedar is a member who sits in the evening
room, the Stranger is a member who sits nowhere, Elm is the steward, and a guest looks around.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from holdfast.kit.house import House
from holdfast.kit.tokens import hash_of
from holdfast.kit.work import Work
from holdfast.members.actions import come_in
from holdfast.members.rules import promises
from holdfast.members.tables import OwnKeyRow, SessionKeyRow, SessionRow
from holdfast.messages.actions import post_message
from holdfast.messages.ledger.entries import Accepted
from holdfast.messages.queries import Reader
from holdfast.messages.rules import drafted
from holdfast.rights.own import OwnKey
from holdfast.rights.rules import Actor, Guest, Member, Role, Staff, System
from holdfast.rooms.access import Seat, seat_to_speak
from holdfast.rooms.actions import take_seat
from holdfast.staff.actions import make_staff_token
from holdfast.staff.tables import StaffSessionRow

NIGHT, EVENING = "night-room", "evening"
ORIGIN = "http://127.0.0.1:8000"

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
mostly_on_sqlite = pytest.mark.parametrize(
    "database",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)],
    indirect=True,
)
unlimited = pytest.mark.parametrize("limits", ["off"], indirect=True)


class StillClock:
    """A clock on which time passes only when a test says so."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 22, 2, 40, tzinfo=UTC)  # late at night
        self._ticks = 1_000.0

    def now(self) -> datetime:
        return self._now

    def ticks(self) -> float:
        return self._ticks

    def pass_time(self, **span: float) -> None:
        """Let time pass: `pass_time(minutes=5)`."""
        passed = timedelta(**span)
        self._now += passed
        self._ticks += passed.total_seconds()

    def set_ahead(self, **span: float) -> None:
        """Somebody sets the clock; no time passes."""
        self._now += timedelta(**span)


@dataclass(frozen=True)
class Person:
    """Someone of the town, with what they were given at the door."""

    actor: Actor
    token: str = ""
    phrase: str = ""

    @property
    def member(self) -> Member:
        assert isinstance(self.actor, Member)
        return self.actor

    @property
    def bearer(self) -> dict[str, str]:
        """The header by which a program says who it speaks for."""
        return {"authorization": f"Bearer {self.token}"} if self.token else {}


@dataclass(frozen=True)
class Town:
    """Everyone, and the house they are in."""

    house: House
    ash: Person
    birch: Person
    cedar: Person
    elm: Person
    stranger: Person
    guest: Person

    def person(self, name: str) -> Person:
        """Someone by the name in a test's parameters."""
        found: Person = getattr(self, name)
        return found

    async def seat(self, person: Person, slug: str = NIGHT) -> Seat:
        """Someone's seat, as this process holds it."""
        glances = self.house.workshop.glances
        seat: Seat = self.house.floor.in_hand(await seat_to_speak(glances, person.actor, slug))
        return seat

    async def say(
        self, person: Person, text: str, slug: str = NIGHT, *, nonce: str = "", **more: Any
    ) -> Accepted:
        """Someone says something in a room, and it is on disk."""
        draft = drafted(nonce or secrets.token_urlsafe(12), text, **more)
        done = await post_message(self.house.ledger, await self.seat(person, slug), draft)
        assert isinstance(done, Accepted), "the words of a test are said, not held"
        return done

    def reader(self, person: Person) -> Reader:
        """Someone as the queries know a reader."""
        return Reader(self.house.ledger.keyring, person.actor)


async def settle_in(house: House) -> Town:
    """Everyone comes in and sits down."""
    async with house.workshop.work() as work:
        ash = await arrive(work, house, NIGHT)
        birch = await arrive(work, house, NIGHT)
        cedar = await arrive(work, house, EVENING)
        elm = await appoint(work, Role.STEWARD)
        stranger = await arrive(work, house)
    return Town(house, ash, birch, cedar, elm, stranger, Person(Guest()))


async def arrive(work: Work, house: House, *slugs: str) -> Person:
    """Someone comes in and takes a seat in each of these rooms."""
    came = await come_in(work, Guest(), root=house.root, age_band="18+", version=promises.VERSION)
    await work.db.flush()
    member = await _member(work, came.token)
    for slug in slugs:
        await take_seat(work, member, slug=slug)
    return Person(member, came.token, came.recovery_phrase or "")


async def _member(work: Work, token: str) -> Member:
    await work.db.flush()
    mine = select(SessionRow).where(SessionRow.token_hash == hash_of(token))
    row = (await work.db.scalars(mine)).one()
    pair = await work.db.get(OwnKeyRow, row.member_id)
    key = await work.db.get(SessionKeyRow, row.id)
    own = OwnKey(token, pair.public if pair else None, key.wrapped if key else None)
    return Member(row.member_id, row.id, own=own)


async def appoint(work: Work, role: Role, *, name: str = "") -> Person:
    """A staff person with a token."""
    token = await make_staff_token(work, System(), role=role, name=name)
    await work.db.flush()
    theirs = select(StaffSessionRow).where(StaffSessionRow.token_hash == hash_of(token))
    row = (await work.db.scalars(theirs)).one()
    own = OwnKey(token, None, None)
    return Person(Staff(row.staff_id, row.id, role, name=name, own=own), token)


async def newcomers(house: House, count: int, *slugs: str) -> list[Person]:
    """More people, for tests that need many."""
    async with house.workshop.work() as work:
        return [await arrive(work, house, *slugs) for _ in range(count)]


async def written(house: House) -> None:
    """Wait until the ledger has written and told everything, also what followed from it."""
    while (writer := house.ledger._writer) is not None:
        await asyncio.shield(writer)
