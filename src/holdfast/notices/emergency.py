"""Calling people when the database is of no use: by what is known of them in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

import structlog
from msgspec import Struct, field

from holdfast.kit.apart import find_keys
from holdfast.kit.cipher import RootKey, WrongKey
from holdfast.kit.clock import Clock
from holdfast.kit.errors import NotKept
from holdfast.kit.ids import StaffId
from holdfast.kit.work import Work
from holdfast.notices.queries import climbing_pages, contacts_of
from holdfast.notices.rules import AGAIN, Outcome, Roster, Urgency, Way
from holdfast.notices.rules.addresses import PLACE, Address, opened
from holdfast.notices.senders import Answer, Telephone
from holdfast.notices.tables import ContactRow

log = structlog.get_logger()
Addresses = Mapping[StaffId, Sequence[Address]]


class Pager(Struct):
    """What is needed to call people: the telephone, who there is, and what is known by heart."""

    telephone: Telephone
    find_roster: Callable[[Work], Awaitable[Roster]]
    root: RootKey
    clock: Clock
    known: Addresses = field(default_factory=dict)
    last_called: dict[str, float] = field(default_factory=dict)
    has_open_pages: bool = False  # as far as is known by heart

    async def learn(self, work: Work) -> None:
        """Know by heart how everyone can be called, for the hour in which nothing can be read."""
        rows = await contacts_of(work, everyone(await self.find_roster(work)))
        self.known = await self.open(rows)
        self.has_open_pages = await climbing_pages(work)

    async def open(self, rows: Sequence[ContactRow]) -> dict[StaffId, list[Address]]:
        """Addresses as they can be called, by person; one that does not open is left out.

        Where the keystore does not answer, they are those that are known by heart.
        """
        people: dict[StaffId, list[Address]] = {}
        for row in rows:
            try:
                address = await self._open(row)
            except (KeyError, WrongKey):
                log.error("pager.unreadable", count=row.id)
                continue
            people.setdefault(row.staff_id, []).append(address)
        return people

    async def _open(self, row: ContactRow) -> Address:
        try:
            key = (await find_keys(self.root, [row.key_id]))[row.key_id]
        except NotKept:
            by_heart = {one.contact_id: one for one in self.known.get(row.staff_id, ())}
            return by_heart[row.id]
        return opened(row.id, row.staff_id, row.way, key.open(row.sealed, PLACE))


def everyone(roster: Roster) -> set[StaffId]:
    """All who are called when everyone is."""
    return {*roster.on_shift, *roster.chain, *roster.stewards}


async def call_beside_the_database(pager: Pager, about: str) -> int:
    """Call everyone who is known by heart, and the gateway; how many ways got through.

    At most once a minute about the same thing. Asks the database nothing and keeps nothing there:
    this is for when it cannot be written, or not even read.
    """
    now = pager.clock.ticks()
    if now - pager.last_called.get(about, -1e9) < AGAIN.total_seconds():
        return 0
    pager.last_called[about] = now
    ways = [address for person in pager.known.values() for address in person]
    numbers = [address.number for address in ways if address.way is Way.TEXT]
    answers: list[Answer] = await asyncio.gather(
        pager.telephone.gateway(numbers, Urgency.IMMEDIATE),
        *(pager.telephone.push(a.subscription) for a in ways if a.subscription is not None),
    )
    reached = sum(answer.outcome is Outcome.REACHED for answer in answers)
    log.error("pager.beside_the_database", count=reached)
    return reached
