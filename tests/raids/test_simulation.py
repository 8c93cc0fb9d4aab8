"""The raid of trust.md T2 with a still clock, and somebody who comes back under new names."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

import pytest

from holdfast.kit.errors import HoldfastError
from holdfast.kit.limits import Limits
from holdfast.members.actions import Keys, come_through_the_door
from holdfast.members.queries import door_now
from holdfast.members.rules import promises
from holdfast.members.tables import StandingRow
from holdfast.messages.actions import post_message
from holdfast.messages.ledger.entries import Accepted
from holdfast.messages.rules import drafted
from holdfast.raids.queries import raids_lately
from holdfast.rights.rules import Guest, Member
from holdfast.rooms.access import Seat, seat_to_speak
from holdfast.rooms.actions import take_seat
from town import NIGHT, StillClock, Town, arrive, on_sqlite

ACCOUNTS, LASTS, EVERY = 200, 60.0, 2.0
HOSTILE = (
    "You are all fakes and liars here",
    "buy my tickets buy my tickets buy my tickets",
    "nobody wants to read your stories",
    "this place is ours tonight",
)


@dataclass
class Raider:
    """One account of a raid: it comes in, sits down, and writes as often as it is let."""

    seat: Seat
    next_at: float


@dataclass
class Raid:
    """How it went."""

    town: Town
    clock: StillClock
    seen: int = 0
    tried: int = 0
    on_after: float | None = None
    raiders: list[Raider] = field(default_factory=list)
    member_was_heard: int = 0

    async def comes(self) -> None:
        """Another account; the proof costs it time, of which it has enough."""
        house = self.town.house
        async with house.workshop.work() as work:
            came = await come_through_the_door(
                work,
                Guest(),
                root=house.root,
                door=await door_now(work, may_ask=False),
                keys=Keys(),
                age_band="18+",
                version=promises.VERSION,
                kept=False,
            )
        member = Member(came.member_id, came.member_id)  # type: ignore[arg-type]
        async with house.workshop.work() as work:
            await take_seat(work, member, slug=NIGHT)
        seat = house.floor.in_hand(await seat_to_speak(house.workshop.glances, member, NIGHT))
        self.raiders.append(Raider(seat, self.clock.ticks()))

    async def write(self) -> None:
        """Whoever's turn it is writes something nobody wants to read."""
        for number, raider in enumerate(self.raiders):
            if raider.next_at <= self.clock.ticks():
                raider.next_at += EVERY
                self.seen += await self.says(raider.seat, HOSTILE[number % len(HOSTILE)])
                self.tried += 1

    async def says(self, seat: Seat, text: str) -> bool:
        draft = drafted(secrets.token_urlsafe(12), text)
        try:
            return isinstance(await post_message(self.town.house.ledger, seat, draft), Accepted)
        except HoldfastError:
            return False


async def settled(town: Town) -> None:
    """Ash has been here long enough to be read like anybody."""
    async with town.house.workshop.work() as work:
        work.db.add(StandingRow(member_id=town.ash.member.id, days=3, said=10, today=False))
    await town.house.reactions.raids.begin()


async def raid(town: Town, clock: StillClock, *, accounts: int, lasts: float) -> Raid:
    """So many accounts come in evenly; those who are here write every two seconds."""
    going, house, began = Raid(town, clock), town.house, clock.ticks()
    ash = await town.seat(town.ash)
    for number in range(accounts):
        await going.comes()
        await going.write()
        await house.reactions.settled()
        if going.on_after is None and house.reactions.raids.raids:
            going.on_after = clock.ticks() - began
        if number % 20 == 0:
            going.member_was_heard += await going.says(ash, f"I am still here, {number}")
            await house.reactions.raids.look()
        clock.pass_time(seconds=lasts / accounts)
    return going


@pytest.mark.full
@on_sqlite
async def test_of_a_raid_at_most_three_messages_are_seen_and_members_talk_on(
    town: Town, clock: StillClock
) -> None:
    await settled(town)
    went = await raid(town, clock, accounts=50, lasts=15)
    assert went.on_after is not None
    assert went.on_after <= 5
    assert went.seen <= 3 < went.tried
    assert went.member_was_heard == 3


@pytest.mark.slow
@on_sqlite
async def test_of_two_hundred_accounts_in_a_minute_at_most_three_messages_are_seen(
    town: Town, clock: StillClock
) -> None:
    await settled(town)
    went = await raid(town, clock, accounts=ACCOUNTS, lasts=LASTS)
    assert went.on_after is not None
    assert went.on_after <= 5
    assert went.seen <= 3 < went.tried
    await town.house.reactions.raids.look()
    async with town.house.workshop.reading() as work:
        assert (await raids_lately(work))[0].cohort >= ACCOUNTS - 1


@pytest.mark.full
@on_sqlite
async def test_without_the_ladder_the_same_raid_would_be_seen(
    town: Town, clock: StillClock
) -> None:
    town.house.reactions.raids.covered = False
    town.house.ledger.limits = Limits(clock, refuse=False)
    went = await raid(town, clock, accounts=20, lasts=6)
    assert went.seen == went.tried > 3


@on_sqlite
async def test_somebody_who_comes_back_again_and_again_is_read_first_most_times(
    town: Town, clock: StillClock
) -> None:
    """Each time they are paused they come in anew, and write at once: trust.md 2.5 asks for at most
    two messages seen for each time; it is less than half of one.
    """
    going, returns = Raid(town, clock), 12
    for _ in range(returns):
        await going.comes()
        back = going.raiders[-1]
        going.seen += await going.says(back.seat, HOSTILE[0])
        clock.pass_time(seconds=15)
    assert 0 < going.seen < returns / 2
    async with town.house.workshop.work() as work:
        other = await arrive(work, town.house, NIGHT)
    assert await going.says(await town.seat(other), "I was here all along")
