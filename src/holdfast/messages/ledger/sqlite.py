"""The ledger's own connection to a SQLite file: few statements, many rows in each.

Statements run on the event loop, where nothing else contends for the interpreter; only COMMIT,
which waits for the disk, runs in a thread (docs/decisions/0003).
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from holdfast.kit.database import SQLITE_PRAGMAS
from holdfast.kit.errors import NotKept
from holdfast.kit.pen import Pen
from holdfast.kit.reserve import Reserve
from holdfast.messages.ledger.batch import Facts, Known, Plan, once_each
from holdfast.messages.ledger.entries import (
    CommitInDoubt,
    NotKnown,
    Waiting,
    Written,
    are_urgent,
    insert_of,
    keys_of,
)
from holdfast.messages.ledger.facts import Needs, needs_of
from holdfast.messages.ledger.plan import make_plan
from holdfast.sealing.seam import Keyring

AT_ONCE = 0.0003  # seconds: a commit quicker than this is not worth a thread
CHUNKS = (128, 32, 8, 1)
IN_DOUBT = {"SQLITE_IOERR_FSYNC", "SQLITE_IOERR_DIR_FSYNC"}
"""Errors of a COMMIT that is written whole: who opens the file after a crash may find it."""
NO_ROOM = {"SQLITE_FULL", "SQLITE_IOERR_SHMSIZE"}
# SQLite scans a whole table for `(a, b) IN (VALUES …)`; told where to begin, it uses the index.
HEADS = "SELECT id, head FROM rooms WHERE id IN (VALUES {rows})"
KNOWN_POSTS = (
    "WITH k (seat, nonce) AS (VALUES {rows}) SELECT m.seat_id, m.nonce, m.seq, m.mac,"
    " m.written_at, m.mac_key_id, h.why FROM k CROSS JOIN messages m"
    " ON m.seat_id = k.seat AND m.nonce = k.nonce"
    " LEFT JOIN held h ON h.message_id = m.id AND h.state = 'held'"
)
KNOWN_CHANGES = (
    "WITH k (seat, nonce) AS (VALUES {rows}) SELECT c.seat_id, c.nonce, c.seq, c.mac, c.at,"
    " c.key_id, NULL FROM k CROSS JOIN changes c ON c.seat_id = k.seat AND c.nonce = k.nonce"
)
RETIRED = "SELECT id FROM retired_keys"  # hardly ever any
STANDING = (
    "WITH k (room, seq) AS (VALUES {rows}) SELECT m.room_id, m.seq FROM k CROSS JOIN messages m"
    " ON m.room_id = k.room AND m.seq = k.seq WHERE m.removed_by IS NULL"
)
RESPONSES = (
    "WITH k (room, seq) AS (VALUES {rows}) SELECT r.room_id, r.seq, r.seat_id, r.response FROM k"
    " CROSS JOIN responses r ON r.room_id = k.room AND r.seq = k.seq"
)
HOLDING = "SELECT message_id FROM held WHERE state = 'held' AND message_id IN (VALUES {rows})"
RELEASE = "UPDATE messages SET seq = ? WHERE id = ? AND seq IS NULL"
DECIDE = "UPDATE held SET state = 'released', decided_by = ?, decided_at = ? WHERE message_id = ?"
INSERT_MESSAGES = (
    "INSERT INTO messages (id, room_id, seq, seat_id, nonce, key_id, mac, mac_key_id, text, note,"
    " reply_to, wants, written_at) VALUES {rows}"
)
INSERT_CHANGES = (
    "INSERT INTO changes (room_id, seq, kind, of, seat_id, nonce, mac, counts, at, key_id)"
    " VALUES {rows}"
)
MOVE_HEADS = (
    "WITH new (room, head) AS (VALUES {rows}) UPDATE rooms SET head = new.head"
    " FROM new WHERE rooms.id = new.room"
)
EDIT = (
    "UPDATE messages SET key_id = ?, text = ?, note = ?, edited_at = ?"
    " WHERE room_id = ? AND seq = ?"
)
REMOVE = (
    "UPDATE messages SET removed_by = ?, text = NULL, note = NULL WHERE room_id = ? AND seq = ?"
)
KEEP_HIDDEN = (
    "INSERT INTO hidden_words (at, frozen, room_id, seq, seat_id, message_id, key_id, text, note)"
    " SELECT ?, ?, room_id, seq, seat_id, id, key_id, text, note FROM messages"
    " WHERE room_id = ? AND seq = ?"
)
HIDDEN = (
    "WITH k (room, seq) AS (VALUES {rows}) SELECT h.room_id, h.seq FROM k"
    " CROSS JOIN hidden_words h ON h.room_id = k.room AND h.seq = k.seq"
)
UNFOLDED = (
    "WITH k (room, seq) AS (VALUES {rows}) SELECT u.room_id, u.seq FROM k CROSS JOIN unfolded u"
    " ON u.room_id = k.room AND u.seq = k.seq"
)
RESTORE = (
    "UPDATE messages SET removed_by = NULL, text = h.text, note = h.note, edited_at = ?"
    " FROM hidden_words h WHERE h.room_id = messages.room_id AND h.seq = messages.seq"
    " AND messages.room_id = ? AND messages.seq = ?"
)
NO_LONGER_HIDDEN = "DELETE FROM hidden_words WHERE room_id = ? AND seq = ?"
ANNOTATE = (
    "UPDATE messages SET note = ?, edited_at = ? WHERE room_id = ? AND seq = ? AND key_id = ?"
)
GIVE = "INSERT OR IGNORE INTO responses (room_id, seq, seat_id, response) VALUES {rows}"
TAKE = "DELETE FROM responses WHERE room_id = ? AND seq = ? AND seat_id = ? AND response = ?"
UNFOLD = "INSERT OR IGNORE INTO unfolded (room_id, seq) VALUES {rows}"
FOLDED = "DELETE FROM unfolded WHERE room_id = ? AND seq = ?"


@cache
def sql(statement: str, width: int, count: int) -> str:
    """The statement with room for `count` rows of `width` values."""
    row = "(" + ",".join("?" * width) + ")"
    return statement.replace("{rows}", ",".join([row] * count))


def chunks(rows: Sequence[tuple[object, ...]]) -> Iterable[Sequence[tuple[object, ...]]]:
    """Rows in a few fixed sizes, so that every statement is prepared only once."""
    start = 0
    for size in CHUNKS:
        while len(rows) - start >= size:
            yield rows[start : start + size]
            start += size


class SqliteStore:
    """Writes one batch in one transaction and waits for the disk."""

    def __init__(self, file: Path, pen: Pen, keyring: Keyring) -> None:
        self._pen = pen
        self._keyring = keyring
        self._took = 1.0  # seconds a commit takes, as of late
        self._left_over = False  # a commit that could not be synced lies at the log's end
        self.reserve = Reserve(file.with_name("reserve"))
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ledger")
        self._db = sqlite3.connect(
            file, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        for pragma in SQLITE_PRAGMAS:
            self._db.execute(pragma)

    async def write(self, batch: list[Waiting]) -> Written:
        """Commit a batch. Raises what the database raises; then nothing of it is kept.

        Raises `CommitInDoubt` where only the disk knows; then nothing more is written before that
        is written over.
        """
        async with self._pen.held(ahead=True):
            if self._left_over:
                self._write_over()
            self.reserve.look()
            if self.reserve.is_given and not are_urgent(batch):
                raise NotKept
            try:
                return await self._write_down(batch)
            except sqlite3.OperationalError as broken:
                is_full = broken.sqlite_errorname in NO_ROOM
                if not (is_full and self.reserve.give() and are_urgent(batch)):
                    raise
            return await self._write_down(batch)

    async def _write_down(self, batch: list[Waiting]) -> Written:
        batch, later = once_each(batch)
        needs = needs_of(batch)
        try:
            plan = await self._prepare(batch, needs, look=False)
        except sqlite3.IntegrityError:  # a nonce that is known: so look them all up
            plan = await self._prepare(batch, needs, look=True)
        await self._commit()
        return plan.written(later)

    def _write_over(self) -> None:
        """Commit a page as it is, over what was left at the log's end: from then on it is gone."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            (version,) = self._db.execute("PRAGMA user_version").fetchone()
            self._db.execute(f"PRAGMA user_version = {int(version)}")
            self._db.execute("COMMIT")
        except BaseException:
            self._undo()
            raise
        self._left_over = False

    async def _prepare(self, batch: list[Waiting], needs: Needs, *, look: bool) -> Plan:
        """Everything but the commit. Nearly all nonces are new, and then need no look-up.

        Raises `NotKept` for what was sealed with a key that is about to go.
        """
        self._db.execute("BEGIN IMMEDIATE")
        try:
            if not keys_of(batch).isdisjoint(key for (key,) in self._db.execute(RETIRED)):
                raise NotKept
            plan = make_plan(batch, await self._facts(needs, look=look))
            self._write(plan)
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        return plan

    async def _facts(self, needs: Needs, *, look: bool) -> Facts:
        heads = self._rows(HEADS, [(room,) for room in needs.rooms])
        responses: dict[tuple[int, int], set[tuple[int, str]]] = {}
        for room, seq, seat, response in self._rows(RESPONSES, needs.targets):
            responses.setdefault((room, seq), set()).add((seat, response))
        return Facts(
            heads=dict(heads),
            posts=await self._known(KNOWN_POSTS, needs.posts) if look else {},
            changes=await self._known(KNOWN_CHANGES, needs.changes),
            mac=self._keyring.mac,
            standing={(room, seq) for room, seq in self._rows(STANDING, needs.targets)},
            responses=responses,
            holding={row[0] for row in self._rows(HOLDING, [(one,) for one in needs.holds])},
            hidden={(room, seq) for room, seq in self._rows(HIDDEN, needs.hidden)},
            unfolded={(room, seq) for room, seq in self._rows(UNFOLDED, needs.folds)},
        )

    async def _known(self, statement: str, nonces: list[tuple[int, str]]) -> dict[Any, Known]:
        """What is kept under these nonces, and in hand the keys to compare it with."""
        found = self._rows(statement, nonces)
        try:
            await self._keyring.in_hand(row[5] for row in found if row[5])
        except NotKept:
            raise NotKnown from None
        return {(row[0], row[1]): row[2:] for row in found}

    def _rows(self, statement: str, keys: Sequence[tuple[object, ...]]) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = []
        for chunk in chunks(keys):
            asked = sql(statement, len(chunk[0]), len(chunk))
            found += self._db.execute(asked, [value for key in chunk for value in key])
        return found

    def _write(self, plan: Plan) -> None:
        self._each(TAKE, plan.response_rows(on=False))
        self._each(EDIT, plan.edits)
        self._each(KEEP_HIDDEN, plan.hides)
        self._each(REMOVE, plan.removals)
        self._each(RESTORE, plan.restores)
        self._each(NO_LONGER_HIDDEN, plan.restored())
        self._each(ANNOTATE, plan.annotations)
        self._many(INSERT_MESSAGES, plan.messages)
        self._many(INSERT_CHANGES, plan.changes)
        self._each(RELEASE, plan.releases)
        self._each(DECIDE, plan.decided)
        for row in plan.follows:
            self._db.execute(insert_of(row, "?"), list(row.values.values()))
        self._many(GIVE, plan.response_rows(on=True))
        self._many(UNFOLD, plan.unfold_rows(waits=True))
        self._each(FOLDED, plan.unfold_rows(waits=False))
        self._many(MOVE_HEADS, list(plan.facts.heads.items()))

    def _each(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        for row in rows:
            self._db.execute(statement, row)

    def _many(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        for chunk in chunks(rows):
            self._db.execute(
                sql(statement, len(chunk[0]), len(chunk)), [value for row in chunk for value in row]
            )

    async def _commit(self) -> None:
        """Wait for the disk: in a thread, or right here where it takes no longer than the way."""
        started = time.perf_counter()
        if self._took < AT_ONCE:
            self._commit_now()
        else:
            await self._commit_in_thread()
        self._took += (time.perf_counter() - started - self._took) / 8

    async def _commit_in_thread(self) -> None:
        waiting = asyncio.get_running_loop().run_in_executor(self._thread, self._commit_now)
        await asyncio.shield(waiting)

    def _commit_now(self) -> None:
        try:
            self._db.execute("COMMIT")
        except sqlite3.OperationalError as broken:
            self._undo()
            if broken.sqlite_errorname not in IN_DOUBT:
                raise
            self._left_over = True
            raise CommitInDoubt from broken
        except BaseException:
            self._undo()
            raise

    def _undo(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    def close(self) -> None:
        self._thread.shutdown()
        self._db.close()
