"""What a place that was left behind holds: which of its words open with the keys beside them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from holdfast.app.unlocking import PLACE
from holdfast.kit.cipher import WrongKey
from holdfast.kit.ids import MessageId, RoomId, SeatId
from holdfast.kit.roots import read_root_key
from holdfast.sealing.keystore.sqlite import NAME
from holdfast.sealing.seam import Place, scope_of

STANDING = (
    "SELECT nonce, id, room_id, seat_id, key_id, text FROM messages"
    " WHERE text IS NOT NULL AND removed_by IS NULL"
)


def unreadable(data: Path, nonces: set[str] | None = None) -> set[str]:
    """The nonces of standing words that do not open; of all of them, or of some."""
    root = read_root_key(data / "root.key")
    assert root is not None
    with closing(sqlite3.connect(data / "keys" / NAME)) as store:
        kept = {row[0]: row[1:] for row in store.execute("SELECT id, seat, day, wrapped FROM keys")}
        secret = store.execute("SELECT value FROM secrets WHERE name = ?", (PLACE,)).fetchone()
    assert secret is None or root.unwrap_secret(secret[0], PLACE.encode())
    with closing(sqlite3.connect(data / "holdfast.db")) as database:
        standing = database.execute(STANDING).fetchall()
    lost = set()
    for nonce, message, room, seat, key_id, text in standing:
        if nonces is not None and nonce not in nonces:
            continue
        place = Place(RoomId(room), MessageId(message), SeatId(seat))
        try:
            of, day, wrapped = kept[key_id]
            key = root.unwrap(key_id, wrapped, scope_of(SeatId(of), day))
            assert key.open(text, place.bound(key_id))
        except (KeyError, WrongKey):
            lost.add(nonce)
    return lost


def keys_in(data: Path) -> int:
    """How many keys there are."""
    with closing(sqlite3.connect(data / "keys" / NAME)) as store:
        count: int = store.execute("SELECT count(*) FROM keys").fetchone()[0]
        return count
