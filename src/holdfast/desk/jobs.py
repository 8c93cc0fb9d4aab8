"""What is done at night: words that were kept for long enough go, room by room."""

from __future__ import annotations

import asyncio
from datetime import datetime

from msgspec import Struct

from holdfast.circles.queries.circles import ended_before
from holdfast.circles.rules.course import WORDS_STAY
from holdfast.community.rules.choices import Known
from holdfast.crisis.actions.forgetting import forget_old_packets
from holdfast.crisis.queries.keeping import (
    keys_of_packets,
    messages_in_escalations,
    side_spaces_in_use,
)
from holdfast.erasing.holds.queries import all_held_keys
from holdfast.kit.work import Work, Workshop
from holdfast.messages.actions.retention import Night, end_night, forget_some
from holdfast.messages.queries.freezing import frozen_messages
from holdfast.messages.queries.retention import (
    Kept,
    nights_cut_off,
    old_rows,
    policy,
    rooms_with_old_words,
    rooms_with_words,
)
from holdfast.messages.rules.retention import kept_since, midnight
from holdfast.moderation.actions.forgetting import (
    forget_old_appeals,
    forget_old_papers,
    forget_old_reports,
)
from holdfast.moderation.queries.keeping import keys_of_cases, messages_in_cases
from holdfast.rights.rules import System
from holdfast.sealing.seam import Keyring

BREATH = 0.02  # seconds between two steps, in which whoever writes takes the pen


async def what_stays(work: Work) -> Kept:
    """What is named in something open or frozen, and the keys that other words are sealed with."""
    named = await messages_in_escalations(work) | await messages_in_cases(work)
    return Kept(
        messages=named | await frozen_messages(work),
        rooms=await side_spaces_in_use(work),
        keys=await keys_of_packets(work) | await keys_of_cases(work) | await all_held_keys(work),
    )


async def nights_for(work: Work, tonight: datetime) -> list[Night]:
    """The rooms with words that are old enough to go in this night."""
    chosen, kept = await policy(work, tonight), await what_stays(work)
    over = await ended_before(work, tonight - WORDS_STAY)  # circles go whole, some time after
    nights = [
        Night(
            room.id,
            tonight
            if room.id in over
            else kept_since(tonight, chosen.days_for(room.kind.value, room.id)),
        )
        for room in await rooms_with_words(work)
        if room.id not in kept.rooms
    ]
    moments = {night.before for night in nights}
    old = {before: await rooms_with_old_words(work, before) for before in moments}
    return [night for night in nights if night.room_id in old[night.before]]


async def know_how_long(workshop: Workshop, known: Known) -> None:
    """Every room's page says for how long words are kept there, and asks no database for it."""
    async with workshop.reading() as work:
        known.kept = await policy(work)


class Forgetting(Struct):
    """The night's erasing, once a day. What a stop cut off is taken up by the next look."""

    workshop: Workshop
    keyring: Keyring
    done_for: datetime | None = None

    async def look(self) -> int:
        """Erase what is old by now, if that was not done since midnight; how many messages."""
        tonight = midnight(self.workshop.clock.now())
        if self.done_for == tonight:
            return 0
        gone = 0
        await self._forget_reports()
        await self._forget_papers()
        for night in await self._nights(tonight):
            gone += await self._go_through(night)
        if gone:
            await self.workshop.database.forget_deleted()
        self.done_for = tonight
        return gone

    async def _forget_reports(self) -> None:
        """First, so that what reports were sealed with can go in the same night."""
        is_more = True
        while is_more:
            async with self.workshop.work() as work:
                is_more = await forget_old_reports(work, System()) > 0

    async def _forget_papers(self) -> None:
        """What members wrote to us about a case, and what staff wrote about anybody."""
        async with self.workshop.work() as work:
            await forget_old_appeals(work, System())
            await forget_old_papers(work, System())
            await forget_old_packets(work, System())

    async def _nights(self, tonight: datetime) -> list[Night]:
        """Those of tonight; before them what is left of earlier ones: their keys, and no words."""
        async with self.workshop.reading() as work:
            left = [Night(*one, is_cut_off=True) for one in await nights_cut_off(work)]
            return [*left, *await nights_for(work, tonight)]

    async def _go_through(self, night: Night) -> int:
        async with self.workshop.reading() as work:
            if not night.is_cut_off:
                night.rows = await old_rows(work, night.room_id, night.before)
        is_more = True
        while is_more:
            async with self.workshop.work() as work:
                kept = await what_stays(work)
                is_more = night.room_id not in kept.rooms and await forget_some(
                    work, System(), night=night, keyring=self.keyring, kept=kept
                )
            await asyncio.sleep(BREATH)
        if night.messages or night.kept or night.is_cut_off:
            async with self.workshop.work() as work:
                kept = await what_stays(work)
                await end_night(work, System(), night=night, keyring=self.keyring, kept=kept)
        return night.messages
