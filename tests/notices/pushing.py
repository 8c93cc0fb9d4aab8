"""Members with devices, a telephone of paper, and short words for what happens."""

from __future__ import annotations

from holdfast.community.actions import let_members_be_told
from holdfast.messages.queries.telling import looks_of_members
from holdfast.notices.actions import (
    Told,
    choose_quiet,
    tell_members,
    tell_on_device,
)
from holdfast.notices.jobs import Teller, tell_devices
from holdfast.notices.queries import has_device
from holdfast.notices.rules.telling import Kind, minute_of
from holdfast.rights.rules import System
from notices.telephones import Browser, PaperTelephone
from town import Person, StillClock, Town

HERS, HIS = "https://push.example/ash", "https://push.example/birch"


class Pushing:
    """Members with devices, a telephone of paper, and short words for what happens."""

    def __init__(self, town: Town, clock: StillClock) -> None:
        self.town, self.clock, self.house = town, clock, town.house
        self.paper = PaperTelephone(push_key="key")
        self.teller = Teller(self.paper, town.house.root, looks_of_members)
        self.number = 0

    async def turns(self, *, on: bool) -> None:
        async with self.house.workshop.work() as work:
            await let_members_be_told(work, self.town.elm.actor, on=on)

    async def adds(self, who: Person, endpoint: str) -> None:
        async with self.house.workshop.work() as work:
            given = Browser(endpoint).subscription
            await tell_on_device(work, who.member, root=self.house.root, subscription=given)

    async def happens(self, who: Person, kind: Kind = Kind.REPLY) -> None:
        self.number += 1
        told = [Told(who.member.id, kind, f"night-room:{self.number}", "night-room", self.number)]
        async with self.house.workshop.work() as work:
            await tell_members(work, System(), told=told)

    async def heard(self, **later: float) -> list[str]:
        """Which devices were told when so much time has passed."""
        self.clock.pass_time(**later)
        await tell_devices(self.house.workshop, self.teller, self.clock.now())
        return self.paper.heard()

    async def has_device(self, who: Person) -> bool:
        async with self.house.workshop.reading() as work:
            return await has_device(work, who.member.id)

    async def wants_quiet(self, who: Person, since: str, until: str) -> None:
        async with self.house.workshop.work() as work:
            await choose_quiet(work, who.member, since=minute_of(since), until=minute_of(until))
