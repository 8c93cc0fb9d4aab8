"""The ledger on PostgreSQL: the rooms' rows are the pen, taken first and in id order."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import asyncpg

from holdfast.kit.errors import NotKept
from holdfast.kit.primary import WEATHER
from holdfast.kit.pulse import Pulse
from holdfast.messages.ledger.at_once import (
    columns,
    facts_by_heart,
    is_only_posts,
    move_on,
    rooms_of,
    statement_of,
)
from holdfast.messages.ledger.batch import Facts, Known, Plan, once_each
from holdfast.messages.ledger.entries import (
    CommitInDoubt,
    NotKnown,
    Waiting,
    Written,
    insert_of,
    keys_of,
)
from holdfast.messages.ledger.facts import needs_of
from holdfast.messages.ledger.plan import make_plan
from holdfast.sealing.seam import Keyring

SETTINGS = {
    "command_timeout": 10,
    "max_cached_statement_lifetime": 0,
    "server_settings": {
        "plan_cache_mode": "force_generic_plan",
        "idle_in_transaction_session_timeout": "3s",  # it may hold the pen
        "statement_timeout": "10s",  # what began before a key was retired is over then
    },
}
IN_THE_WAY = (  # of a statement that is older than its pen; looked at anew, it finds its way
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.TransactionRollbackError,
)
GOING_AWAY = {"08", "57"}  # what a server says that leaves in the middle of a word
HEADS = "SELECT id, head FROM rooms WHERE id = ANY($1::bigint[]) ORDER BY id FOR NO KEY UPDATE"
KNOWN_POSTS = (
    "SELECT m.seat_id, m.nonce, m.seq, m.mac, m.written_at, m.mac_key_id, h.why FROM messages m"
    " JOIN unnest($1::bigint[], $2::text[]) k(seat, nonce)"
    " ON seat = m.seat_id AND k.nonce = m.nonce"
    " LEFT JOIN held h ON h.message_id = m.id AND h.state = 'held'"
)
KNOWN_CHANGES = (
    "SELECT c.seat_id, c.nonce, c.seq, c.mac, c.at, c.key_id, NULL FROM changes c"
    " JOIN unnest($1::bigint[], $2::text[]) k(seat, nonce)"
    " ON seat = c.seat_id AND k.nonce = c.nonce"
)
RETIRED = "SELECT id FROM retired_keys WHERE id = ANY($1::bytea[])"
LEFT = "SELECT id FROM seats WHERE id = ANY($1::bigint[]) AND left_at IS NOT NULL"
STANDING = (
    "SELECT room_id, m.seq FROM messages m JOIN unnest($1::bigint[], $2::bigint[]) t(room, seq)"
    " ON room = room_id AND t.seq = m.seq WHERE removed_by IS NULL"
)
RESPONSES = (
    "SELECT room_id, r.seq, seat_id, response FROM responses r"
    " JOIN unnest($1::bigint[], $2::bigint[]) t(room, seq) ON room = room_id AND t.seq = r.seq"
)
HOLDING = (  # taken in hand: words that are withdrawn in this very moment are never told
    "SELECT message_id FROM held WHERE state = 'held' AND message_id = ANY($1::bytea[])"
    " ORDER BY message_id FOR UPDATE"
)
RELEASE = "UPDATE messages SET seq = $1 WHERE id = $2 AND seq IS NULL"
DECIDE = (
    "UPDATE held SET state = 'released', decided_by = $1, decided_at = $2 WHERE message_id = $3"
)
INSERT_MESSAGES = (
    "INSERT INTO messages (id, room_id, seq, seat_id, nonce, key_id, mac, mac_key_id, text, note,"
    " reply_to, wants, written_at) SELECT * FROM unnest($1::bytea[], $2::bigint[], $3::bigint[],"
    " $4::bigint[], $5::text[], $6::bytea[], $7::bytea[], $8::bytea[], $9::bytea[],"
    " $10::bytea[], $11::bigint[], $12::text[], $13::bigint[])"
)
INSERT_CHANGES = (
    "INSERT INTO changes (room_id, seq, kind, of, seat_id, nonce, mac, counts, at, key_id)"
    " SELECT * FROM"
    " unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::text[],"
    " $7::bytea[], $8::text[], $9::bigint[], $10::bytea[])"
)
MOVE_HEADS = (
    "UPDATE rooms SET head = new.head FROM unnest($1::bigint[], $2::bigint[]) new(room, head)"
    " WHERE rooms.id = new.room"
)
EDIT = (
    "UPDATE messages SET key_id = $1, text = $2, note = $3, edited_at = $4"
    " WHERE room_id = $5 AND seq = $6"
)
REMOVE = (
    "UPDATE messages SET removed_by = $1, text = NULL, note = NULL WHERE room_id = $2 AND seq = $3"
)
KEEP_HIDDEN = (
    "INSERT INTO hidden_words (at, frozen, room_id, seq, seat_id, message_id, key_id, text, note)"
    " SELECT $1, $2, room_id, seq, seat_id, id, key_id, text, note FROM messages"
    " WHERE room_id = $3 AND seq = $4"
)
HIDDEN = (
    "SELECT h.room_id, h.seq FROM hidden_words h JOIN unnest($1::bigint[], $2::bigint[])"
    " t(room, seq) ON room = h.room_id AND t.seq = h.seq"
)
UNFOLDED = (
    "SELECT u.room_id, u.seq FROM unfolded u JOIN unnest($1::bigint[], $2::bigint[])"
    " t(room, seq) ON room = u.room_id AND t.seq = u.seq"
)
RESTORE = (
    "UPDATE messages m SET removed_by = NULL, text = h.text, note = h.note, edited_at = $1"
    " FROM hidden_words h WHERE h.room_id = m.room_id AND h.seq = m.seq"
    " AND m.room_id = $2 AND m.seq = $3"
)
NO_LONGER_HIDDEN = "DELETE FROM hidden_words WHERE room_id = $1 AND seq = $2"
ANNOTATE = (
    "UPDATE messages SET note = $1, edited_at = $2 WHERE room_id = $3 AND seq = $4 AND key_id = $5"
)
GIVE = (
    "INSERT INTO responses (room_id, seq, seat_id, response) VALUES ($1, $2, $3, $4)"
    " ON CONFLICT DO NOTHING"
)
TAKE = "DELETE FROM responses WHERE room_id = $1 AND seq = $2 AND seat_id = $3 AND response = $4"
UNFOLD = "INSERT INTO unfolded (room_id, seq) VALUES ($1, $2) ON CONFLICT DO NOTHING"
FOLDED = "DELETE FROM unfolded WHERE room_id = $1 AND seq = $2"


class PostgresStore:
    """Writes one batch in one transaction on a connection of its own."""

    def __init__(self, pulse: Pulse, keyring: Keyring) -> None:
        self._pulse = pulse
        self._keyring = keyring
        self._connection: asyncpg.Connection | None = None
        self._heads: dict[int, int] = {}  # of rooms, as last seen

    async def write(self, batch: list[Waiting]) -> Written:
        """Commit a batch. Raises what the database raises; then nothing of it is kept."""
        batch, later = once_each(batch)
        db = await self._connected()
        plan = await self._write_at_once(db, batch) if is_only_posts(batch) else None
        if plan is None:
            plan = await self._write_step_by_step(db, batch)
        self._heads.update(plan.facts.heads)
        return plan.written(later)

    async def _write_at_once(self, db: asyncpg.Connection, batch: list[Waiting]) -> Plan | None:
        """Commit it by one statement; nothing where something stands in its way."""
        guess: dict[int, int] = {room: self._heads.get(room, 0) for room in rooms_of(batch)}
        plan = make_plan(batch, facts_by_heart(dict(guess), self._keyring.mac))
        statement, values = statement_of(guess, plan)
        try:
            found = dict(await db.fetch(statement, *values))
        except IN_THE_WAY:
            return None
        except Exception as broken:
            if is_refusal(broken):
                raise
            db.terminate()
            raise CommitInDoubt from broken
        except asyncio.CancelledError:
            db.terminate()
            raise
        move_on(plan, {room: head - guess[room] for room, head in found.items()})
        return plan

    async def _write_step_by_step(self, db: asyncpg.Connection, batch: list[Waiting]) -> Plan:
        transaction = db.transaction()
        await transaction.start()
        try:
            plan = make_plan(batch, await self._facts(db, batch))
            await self._write(db, plan)
        except BaseException:
            try:
                await transaction.rollback()
            except WEATHER:
                db.terminate()  # its transaction would stand in the way of every batch to come
            raise
        try:
            await transaction.commit()
        except Exception as broken:
            db.terminate()
            raise CommitInDoubt from broken
        return plan

    async def _connected(self) -> asyncpg.Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await self._pulse.connect(**SETTINGS)
        return self._connection

    async def _facts(self, db: asyncpg.Connection, batch: list[Waiting]) -> Facts:
        needs = needs_of(batch)
        heads = await db.fetch(HEADS, needs.rooms)  # the pen: held until the commit
        if (sealed := keys_of(batch)) and await db.fetchval(RETIRED, list(sealed)):
            raise NotKept
        seats = sorted({seat for seat, _ in (*needs.posts, *needs.changes)})
        responses: dict[tuple[int, int], set[tuple[int, str]]] = {}
        if needs.targets:
            targets = columns(needs.targets, 2)
            for room, seq, seat, response in await db.fetch(RESPONSES, *targets):
                responses.setdefault((room, seq), set()).add((seat, response))
        return Facts(
            heads={row[0]: row[1] for row in heads},
            posts=await self._known(db, KNOWN_POSTS, needs.posts),
            changes=await self._known(db, KNOWN_CHANGES, needs.changes),
            mac=self._keyring.mac,
            standing=await self._messages(db, STANDING, needs.targets),
            responses=responses,
            left={row[0] for row in await db.fetch(LEFT, seats)},
            holding=await self._holding(db, needs.holds),
            hidden=await self._messages(db, HIDDEN, needs.hidden),
            unfolded=await self._messages(db, UNFOLDED, needs.folds),
        )

    async def _holding(self, db: asyncpg.Connection, wanted: list[bytes]) -> set[bytes]:
        return {row[0] for row in await db.fetch(HOLDING, wanted)} if wanted else set()

    async def _messages(
        self, db: asyncpg.Connection, statement: str, wanted: list[tuple[int, int]]
    ) -> set[tuple[int, int]]:
        """Which of these messages (room, seq) the statement finds."""
        found = await db.fetch(statement, *columns(wanted, 2)) if wanted else []
        return {(row[0], row[1]) for row in found}

    async def _known(
        self, db: asyncpg.Connection, statement: str, nonces: list[tuple[int, str]]
    ) -> dict[Any, Known]:
        """What is kept under these nonces, and in hand the keys to compare it with."""
        found = await db.fetch(statement, *columns(nonces, 2)) if nonces else []
        try:
            await self._keyring.in_hand(row[5] for row in found if row[5])
        except NotKept:
            raise NotKnown from None
        return {(row[0], row[1]): (row[2], row[3], row[4], row[5], row[6]) for row in found}

    async def _write(self, db: asyncpg.Connection, plan: Plan) -> None:
        rare: list[tuple[str, Sequence[tuple[object, ...]]]] = [
            (TAKE, plan.response_rows(on=False)),
            (EDIT, plan.edits),
            (KEEP_HIDDEN, plan.hides),
            (REMOVE, plan.removals),
            (RESTORE, plan.restores),
            (NO_LONGER_HIDDEN, plan.restored()),
            (ANNOTATE, plan.annotations),
            (GIVE, plan.response_rows(on=True)),
            (UNFOLD, plan.unfold_rows(waits=True)),
            (FOLDED, plan.unfold_rows(waits=False)),
            (RELEASE, plan.releases),
            (DECIDE, plan.decided),
        ]
        for statement, rows in rare:
            if rows:
                await db.executemany(statement, rows)
        if plan.messages:
            await db.execute(INSERT_MESSAGES, *columns(plan.messages, 13))
        if plan.changes:
            await db.execute(INSERT_CHANGES, *columns(plan.changes, 10))
        for row in plan.follows:
            await db.execute(insert_of(row, "$"), *row.values.values())
        await db.execute(MOVE_HEADS, *columns(list(plan.facts.heads.items()), 2))

    async def close(self) -> None:
        if self._connection is not None and not self._connection.is_closed():
            await self._connection.close()


def is_refusal(broken: BaseException) -> bool:
    """Whether the database said no: then nothing was kept. Else nobody knows."""
    if isinstance(broken, ValueError):
        return True  # it was never sent
    return isinstance(broken, asyncpg.PostgresError) and broken.sqlstate[:2] not in GOING_AWAY
