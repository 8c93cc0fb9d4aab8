"""What is held now, so that erasing can leave it: and nothing but that."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import func, or_, select

from holdfast.erasing.holds.rules import NOTHING_HELD, About, Deed, Held, HoldState, Named, Told
from holdfast.erasing.holds.tables import HeldWordsRow, HoldDeedRow, HoldNameRow, HoldRow
from holdfast.kit.ids import KeyId, MemberId, MessageId
from holdfast.kit.work import Work

AT_ONCE = 500  # messages in one statement
LIVING = HoldRow.state != HoldState.ENDED


class OpenWork(Protocol):
    """One kind of open work of the staff, and what it names. `app` fills in which there are."""

    async def named(
        self, work: Work, *, member: MemberId | None, messages: Collection[MessageId] | None
    ) -> list[Named]:
        """What is open and names this member or these messages, and which of them it names.

        No `messages`: everything of this member that it names. No `member`: whoever wrote these.
        """

    async def closed(self, work: Work, about: Collection[str]) -> dict[str, datetime]:
        """Which of these are closed, and since when. What is gone closed long ago."""

    async def after(self, work: Work) -> timedelta:
        """For how long a set hold goes on after that."""


async def held_now(
    work: Work,
    *,
    members: Collection[MemberId] = (),
    messages: Collection[MessageId] = (),
) -> Held:
    """What of these members (all that is held of them) and messages is held now.

    A hold begins in `messages.actions.held_up`, before anything is hidden. Whoever erases then
    hides everything; leaves `held_words` and the keys in `keys` (or seals what lies there anew,
    like any neighbour); leaves the bare row of `members`; and goes on when this says that nothing
    is held any more. `erasing.holds.events.HoldEnded` tells when.
    """
    rows = await _living_holds(work, members, messages)
    if not rows:
        return NOTHING_HELD
    named = await _named_by(work, [row.id for row in rows])
    found = frozenset(message for _, message in named)
    untold = await hushed(work, {row.about for row in rows})
    counts = {row.id: sum(hold == row.id for hold, _ in named) for row in rows}
    return Held(
        messages=found,
        keys=await keys_of_held(work, found),
        members=frozenset(row.member_id for row in rows if row.account and row.member_id),
        holds=frozenset(row.id for row in rows),
        told=tuple(
            Told(row.until, counts[row.id], row.account, row.state is HoldState.SET)
            for row in rows
            if row.about not in untold
        ),
    )


async def _living_holds(
    work: Work, members: Collection[MemberId], messages: Collection[MessageId]
) -> list[HoldRow]:
    found: dict[int, HoldRow] = {}
    if members:
        query = select(HoldRow).where(LIVING, HoldRow.member_id.in_(members))
        found |= {row.id: row for row in await work.db.scalars(query)}
    for some in _parts(messages):
        naming = select(HoldNameRow.hold_id).where(HoldNameRow.message_id.in_(some))
        query = select(HoldRow).where(LIVING, HoldRow.id.in_(naming))
        found |= {row.id: row for row in await work.db.scalars(query)}
    return sorted(found.values(), key=lambda row: row.id)


async def _named_by(work: Work, holds: list[int]) -> list[tuple[int, MessageId]]:
    query = select(HoldNameRow.hold_id, HoldNameRow.message_id)
    found = await work.db.execute(query.where(HoldNameRow.hold_id.in_(holds)))
    return [(hold, message) for hold, message in found]


async def keys_of_held(work: Work, messages: Iterable[MessageId]) -> frozenset[KeyId]:
    """What the words of these messages that lie apart are sealed with."""
    found: set[KeyId] = set()
    for some in _parts(list(messages)):
        query = select(HeldWordsRow.key_id).where(HeldWordsRow.message_id.in_(some))
        found |= set(await work.db.scalars(query))
    return frozenset(found)


async def all_held_keys(work: Work) -> frozenset[KeyId]:
    """Every key that opens held words: what goes by the clock leaves these."""
    return frozenset(await work.db.scalars(select(HeldWordsRow.key_id).distinct()))


async def hushed(work: Work, about: Collection[str]) -> set[str]:
    """Of this open work, that of which the member is not told: two people said so."""
    latest = (
        select(func.max(HoldDeedRow.id))
        .where(
            HoldDeedRow.about.in_(about),
            HoldDeedRow.granted_at.is_not(None),
            or_(HoldDeedRow.what == Deed.HUSH, HoldDeedRow.what == Deed.TELL),
        )
        .group_by(HoldDeedRow.about)
    )
    query = select(HoldDeedRow.about).where(
        HoldDeedRow.id.in_(latest), HoldDeedRow.what == Deed.HUSH
    )
    return set(await work.db.scalars(query))


async def is_any_held(work: Work) -> bool:
    """Whether anything is held at all."""
    return await work.db.scalar(select(HoldRow.id).where(LIVING).limit(1)) is not None


async def hold_of(work: Work, about: str) -> HoldRow | None:
    """The living hold for this open work."""
    found: HoldRow | None = await work.db.scalar(
        select(HoldRow).where(LIVING, HoldRow.about == about)
    )
    return found


def kind_of(about: str) -> tuple[About, int] | None:
    """`escalation:12` as what it is; nothing for anything else."""
    kind, _, number = about.partition(":")
    if kind not in set(About) or not number.isdecimal() or len(number) > 18:
        return None
    return About(kind), int(number)


def _parts(messages: Collection[MessageId]) -> list[list[MessageId]]:
    every = sorted(set(messages))
    return [every[start : start + AT_ONCE] for start in range(0, len(every), AT_ONCE)]
