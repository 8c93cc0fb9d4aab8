"""A chat with FastAPI's own WebSockets, as the tutorials write it: what Holdfast is compared with.

It speaks enough of `holdfast.v1` to carry the same bytes. It checks no token, keeps no seat, seals
nothing, limits nothing and knows no nonce twice: all that is in its favour. With `STOCK_DATABASE`
each message is one SQLAlchemy transaction on SQLite (`synchronous=FULL`) before it is acknowledged
and sent on.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from sqlalchemy import event, func
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

DATABASE = os.environ.get("STOCK_DATABASE", "")
AUTHOR = {"seat": "s7Qm2xVb9KdTf3Wa", "pseudonym": "Quiet Harbour", "avatar": "a41c9e07d2b85f63"}


class Base(DeclarativeBase):
    """The tables."""


class Message(Base):
    """One row a message."""

    __tablename__ = "messages"
    id: Mapped[int] = mapped_column(primary_key=True)
    room: Mapped[str] = mapped_column(index=True)
    nonce: Mapped[str]
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=func.now())


engine = create_async_engine(f"sqlite+aiosqlite:///{DATABASE}", connect_args={"timeout": 60})
sessions = async_sessionmaker(engine, expire_on_commit=False)
rooms: dict[str, set[WebSocket]] = defaultdict(set)
heads: dict[str, int] = defaultdict(int)


@event.listens_for(engine.sync_engine, "connect")
def be_safe(connection: Any, _: object) -> None:
    """A power cut loses nothing that was acknowledged."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Make the table."""
    if DATABASE:
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


@app.websocket("/live")
async def live(line: WebSocket) -> None:
    """One member's line."""
    await line.accept(subprotocol="holdfast.v1")
    room = ""
    try:
        while True:
            said = await line.receive_json()
            if said["do"] == "enter":
                room = said["room"]
                await enter(line, room)
            elif said["do"] == "post":
                await post(line, said)
    except WebSocketDisconnect:
        rooms[room].discard(line)


async def enter(line: WebSocket, room: str) -> None:
    """Subscribe."""
    rooms[room].add(line)
    head = heads[room]
    entered = {"event": "entered", "room": room, "epoch": "stock", "head": head, "since": head}
    await line.send_json(entered)
    await line.send_json({"event": "live", "room": room, "head": head})


async def post(line: WebSocket, said: dict[str, Any]) -> None:
    """Keep it, acknowledge it, and send it to everybody in the room, one after the other."""
    room, nonce, text = said["room"], said["nonce"], said["text"]
    if DATABASE:
        async with sessions() as session:
            session.add(Message(room=room, nonce=nonce, text=text))
            await session.commit()
    heads[room] += 1
    seq, at = heads[room], datetime.now(UTC).isoformat(timespec="milliseconds")
    accepted = {"event": "accepted", "nonce": nonce, "room": room, "seq": seq, "at": at}
    await line.send_json(accepted)
    posted = {
        "event": "posted", "room": room, "seq": seq, "author": AUTHOR, "text": text, "at": at
    }  # fmt: skip
    frame = json.dumps(posted, separators=(",", ":"))
    for member in list(rooms[room]):
        try:
            await member.send_text(frame)
        except (WebSocketDisconnect, RuntimeError):
            rooms[room].discard(member)
