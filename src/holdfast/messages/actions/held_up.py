"""Setting words apart that open work of the staff names, before their author's erasing hides them.

What is held stays sealed as its author sealed it, in a table that no reading of a room looks into.
Everything else of it goes at once: from every screen, page and export, and from the room's rows.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import literal, select
from sqlalchemy.dialects.postgresql import insert

from holdfast.erasing.holds.actions import begin_holds
from holdfast.erasing.holds.queries import held_now
from holdfast.erasing.holds.rules import NOTHING_HELD, Held, Named
from holdfast.erasing.holds.tables import HeldWordsRow
from holdfast.kit.ids import MemberId, MessageId
from holdfast.kit.tables import Moment
from holdfast.kit.work import Work
from holdfast.messages.ledger import Ledger
from holdfast.messages.tables import HiddenWordsRow, MessageRow
from holdfast.rights.rules import Actor

AT_ONCE = 200
PLACE = ("message_id", "room_id", "seq", "seat_id", "key_id", "text", "note", "at")


async def hold_what_is_named(
    ledger: Ledger,
    actor: Actor,
    *,
    member: MemberId | None,
    messages: Collection[MessageId] | None = None,
) -> Held:
    """Hold what of this is named in an open escalation or case; what is held of it now.

    With `messages`, these are about to be erased; without, everything of this member, and their
    account. Called before anything is hidden: what comes after may null every word. In a work of
    its own, so that it stands even where what follows is cut off: then it runs out by itself.
    """
    async with ledger.workshop.reading() as work:
        named = await _named(ledger, work, member, messages)
        if not named:
            return await _held(work, member, messages)
    async with ledger.workshop.work() as work:
        named = await _named(ledger, work, member, messages)
        if named:
            await set_apart(work, actor, messages={one for each in named for one in each.messages})
            await begin_holds(work, actor, named=named, account=messages is None)
        return await _held(work, member, messages)


async def _named(
    ledger: Ledger,
    work: Work,
    member: MemberId | None,
    messages: Collection[MessageId] | None,
) -> list[Named]:
    found: list[Named] = []
    if member is None and messages is None:
        return found  # nobody in particular is named by nothing
    for kind in ledger.open_work:
        found += await kind.named(work, member=member, messages=messages)
    return sorted(found, key=lambda one: one.about)


async def _held(
    work: Work, member: MemberId | None, messages: Collection[MessageId] | None
) -> Held:
    if messages is not None:
        return await held_now(work, messages=messages)
    return NOTHING_HELD if member is None else await held_now(work, members=[member])


async def set_apart(work: Work, actor: Actor, *, messages: Collection[MessageId]) -> None:
    """Keep a sealed copy of these messages, said or hidden, where no room is read."""
    del actor
    every, now = sorted(messages), literal(work.clock.now(), Moment())
    for start in range(0, len(every), AT_ONCE):
        some = every[start : start + AT_ONCE]
        for table, id_ in (
            (MessageRow, MessageRow.id),
            (HiddenWordsRow, HiddenWordsRow.message_id),
        ):
            columns = (table.room_id, table.seq, table.seat_id, table.key_id)
            words = (table.text, table.note, now)
            said = select(id_, *columns, *words).where(id_.in_(some), table.text.is_not(None))
            copied = insert(HeldWordsRow).from_select(PLACE, said)
            await work.db.execute(copied.on_conflict_do_nothing())
