"""Seeded faults of the ledger: what a careless change could do to what was said."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

from holdfast.kit.errors import NotFound
from holdfast.live import floor
from holdfast.messages import access, ledger
from holdfast.messages.actions import changing
from holdfast.messages.ledger import plan, regard, sqlite
from holdfast.messages.ledger.batch import once_each
from holdfast.messages.ledger.facts import needs_of
from holdfast.messages.queries import message_row, messages_at
from holdfast.sealing import seam
from live.seeding import fault, put


@fault
def on_disk() -> None:
    """Acknowledges before the commit."""

    async def write(self: Any, batch: Any) -> Any:
        pen = self._pen.held()
        await pen.__aenter__()
        batch, later = once_each(batch)
        self._db.execute("BEGIN IMMEDIATE")
        made = plan.make_plan(batch, self._facts(needs_of(batch)))
        self._write(made)

        def commit() -> None:
            self._db.execute("COMMIT")
            self.late = asyncio.ensure_future(pen.__aexit__(None, None, None))

        asyncio.get_running_loop().call_later(0.2, commit)
        return made.written(later)

    put(sqlite.SqliteStore, "write", write)


@fault
def never_lost() -> None:
    """Leaves some messages out of the fan-out."""
    told = floor.Floor.tell

    def tell(self: Any, entries: Any) -> None:
        told(self, [entry for entry in entries if entry.seq % 7])

    put(floor.Floor, "tell", tell)


@fault
def never_doubled() -> None:
    """Forgets the nonce."""

    def make_plan(batch: Any, facts: Any) -> Any:
        facts.nonces.clear()
        made = plan.make_plan(batch, facts)
        made.messages = [(*row[:4], secrets.token_hex(8), *row[5:]) for row in made.messages]
        return made

    put(sqlite, "make_plan", make_plan)


@fault
def first_words_stay() -> None:
    """Compares nonces without their text."""
    put(seam.Keyring, "mac", lambda *_: b"0" * 16)


@fault
def never_reordered() -> None:
    """Turns the order of a batch round."""
    put(sqlite, "make_plan", lambda batch, facts: plan.make_plan(batch[::-1], facts))


@fault
def dense() -> None:
    """Takes two seqs for an edit."""
    edit = plan._edit

    def twice(made: Any, entry: Any) -> Any:
        if (entry.seat.room_id, entry.of) in made.facts.standing:
            made.next_seq(entry.seat.room_id)
        return edit(made, entry)

    put(plan, "_edit", twice)


@fault
def one_order() -> None:
    """Fans out in another order than the seqs."""
    told = floor.Floor.tell
    put(floor.Floor, "tell", lambda self, entries: told(self, entries[::-1]))


@fault
def responses() -> None:
    """Announces every response by itself."""
    put(ledger.Ledger, "fold_soon", lambda self, room, of: self._fold(room, of))


@fault
def author_changes() -> None:
    """Does not ask who wrote it."""

    async def own_message(work: Any, reader: Any, seat: Any, seq: int, *_: Any) -> Any:
        found = await message_row(work, seat.room_id, seq)
        if found is None:
            raise NotFound
        return found, (await messages_at(work, reader, seat.room_id, [seq]))[0]

    put(access, "own_message", own_message)
    put(changing, "own_message", own_message)


@fault
def hushed() -> None:
    """Forgets in memory who may not write."""
    put(regard.Regard, "stop_of", lambda *_: None)
