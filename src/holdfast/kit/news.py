"""News of the house: what happened in one process, kept for the others that serve the place.

Each event that a work announces is written in the work's own transaction, sealed, and kept for ten
minutes. So it reaches every process whatever becomes of the bus, and the command line reaches the
server. `kit/listening.py` reads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Index, LargeBinary, delete, func, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.kit.cipher import DataKey, RootKey, WrongKey
from holdfast.kit.ids import KeyId
from holdfast.kit.tables import RowId, Table, to_millis
from holdfast.kit.tokens import random_handle
from holdfast.kit.told import NotOurs, as_bytes, from_bytes
from holdfast.kit.work import Event, Work, Workshop

KEPT = timedelta(minutes=10)
NODES = 64  # whose keys are remembered
WRITE = text("INSERT INTO house_news (at, node, kind, body) VALUES (:at, :node, :kind, :body)")
OLDEST = "SELECT at FROM house_news WHERE length(body) > 0 ORDER BY id LIMIT 1"
IN_DOUBT = 1_000


class NewsRow(Table):
    """One event, for the other processes."""

    __tablename__ = "house_news"
    __table_args__ = (
        Index("ix_house_news_at", "at"),
        {"sqlite_autoincrement": True},  # a number that was read once never comes back
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True, init=False, info={"privacy": "id"})
    at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    node: Mapped[str] = mapped_column(info={"privacy": "id"})
    kind: Mapped[str] = mapped_column(info={"privacy": "state"})
    body: Mapped[bytes] = mapped_column(LargeBinary, info={"privacy": "words"})


class News:
    """Writes this process's events down, and reads what another process wrote."""

    def __init__(self, root: RootKey, node: str = "") -> None:
        self.node = node or random_handle()
        self.not_ours = 0  # what could not be understood: somebody newer wrote it
        self._in_doubt: set[bytes] = set()
        self._key_of = lru_cache(NODES)(lambda node: _key(root, node))

    async def write(self, work: Work) -> Sequence[bytes]:
        """Write down what this work announces: one statement. Says what was written."""
        now = to_millis(work.clock.now())
        rows: list[dict[str, Any]] = [
            {"at": now, "node": self.node, "kind": kind, "body": self._sealed(kind, event)}
            for event in work.events
            for kind in [type(event).__name__]
        ]
        await work.db.execute(WRITE, rows)
        return [row["body"] for row in rows]

    def _sealed(self, kind: str, event: Event) -> bytes:
        return self._key_of(self.node).seal(as_bytes(event), _place(self.node, kind))

    def doubt(self, written: Sequence[bytes]) -> None:
        """Nobody knows whether these are on disk. If they are, they are news here, too."""
        if len(self._in_doubt) > IN_DOUBT:
            self._in_doubt.clear()
        self._in_doubt.update(written)

    def is_new_here(self, node: str, body: bytes) -> bool:
        """Whether this process has not told it itself."""
        return node != self.node or body in self._in_doubt

    def read(self, node: str, kind: str, body: bytes) -> Event | None:
        """What somebody else wrote; nothing where it was forgotten, or is not understood here."""
        if not body:
            return None
        try:
            return from_bytes(kind, self._key_of(node).open(body, _place(node, kind)))
        except (NotOurs, WrongKey):
            self.not_ours += 1
            return None


def _key(root: RootKey, node: str) -> DataKey:
    """A key for what one process tells: none seals more than one process's life."""
    return DataKey(KeyId(b""), root.derive(b"news of the house " + node.encode()), b"")


def _place(node: str, kind: str) -> bytes:
    return f"house_news {node} {kind}".encode()


async def forget_old_news(workshop: Workshop) -> None:
    """What everybody has heard goes. Where there is nothing to forget, nothing is written.

    The newest one stays as a number and says nothing: who was away sees by it what was missed.
    """
    before = workshop.clock.now() - KEPT
    oldest = await workshop.glances.rows(OLDEST)
    if oldest and oldest[0][0] < to_millis(before):
        async with workshop.work() as work:
            newest = select(func.max(NewsRow.id)).scalar_subquery()
            old = NewsRow.at < before
            await work.db.execute(update(NewsRow).where(old).values(body=b""))
            await work.db.execute(delete(NewsRow).where(old, NewsRow.id < newest))
