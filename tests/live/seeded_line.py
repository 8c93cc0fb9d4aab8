"""Seeded faults of the line: what a careless change could do to who listens."""

from __future__ import annotations

import secrets
from types import SimpleNamespace
from typing import Any

import orjson

from holdfast.kit import limits, topics
from holdfast.kit.errors import NotFound
from holdfast.kit.frames import text_frame
from holdfast.kit.ids import SeatId
from holdfast.live import commands, draw, entering, floor, handshake, line, presence, socket
from holdfast.live.actors import actor_by_token
from holdfast.members.events import SessionEnded
from holdfast.messages import events, rules
from holdfast.messages.queries import unseen
from holdfast.rights.rules import Guest
from holdfast.rooms import access as rooms_access
from holdfast.rooms.actions import seats as rooms_actions
from holdfast.settings import Settings
from live.seeding import fault, put

# ---------------------------------------------------------------- coming back


@fault
def resume() -> None:
    """Begins the replay one too late."""
    replay = entering._replay

    def late(one: Any, subscription: Any, head: int, since: int, frames: Any) -> None:
        replay(one, subscription, head, since, frames[1:])

    put(entering, "_replay", late)


@fault
def told_when_live() -> None:
    """Says `live` before the replay."""
    replay = entering._replay

    def late(one: Any, subscription: Any, head: int, since: int, frames: Any) -> None:
        replay(one, subscription, head, since, [])
        for found in frames:
            one.write(found.drawn(one.floor.drawing, subscription.variant))

    put(entering, "_replay", late)


@fault
def reset() -> None:
    """Does not compare the epoch, and replays without end."""
    put(entering, "LONGEST_REPLAY", 10**9)
    enter = entering.enter_room

    async def enter_anyway(one: Any, command: Any) -> None:
        await enter(one, command.model_copy(update={"epoch": None}))

    put(line, "enter_room", enter_anyway)


@fault
def old_words() -> None:
    """Replays the words as first said."""
    put(topics.Topic, "replace", lambda *_: None)


# ---------------------------------------------------------------- answers


@fault
def one_answer() -> None:
    """Leaves the nonce out of a refusal."""
    refuse = line.Line.refuse

    def mute(self: Any, refusal: Any, said: dict[str, Any]) -> None:
        refuse(self, refusal, {key: value for key, value in said.items() if key != "nonce"})

    put(line.Line, "refuse", mute)


@fault
def author_only() -> None:
    """Sends the author's copy to everyone."""
    fields = events.posted_fields
    put(events, "posted_fields", lambda message, slug, **_: fields(message, slug, own=True))


@fault
def unknown_fields() -> None:
    """Ignores fields nobody knows."""
    known = {"do", "room", "since", "epoch", "as", "locale", "nonce", "text", "note", "reply_to"}
    known |= {"wants", "seq", "response", "on"}

    def decode(data: bytes) -> Any:
        said = orjson.loads(data) if data[:1] == b"{" else None
        if isinstance(said, dict):
            data = orjson.dumps({key: value for key, value in said.items() if key in known})
        return commands.decode(data)

    put(line, "decode", decode)


@fault
def bounds() -> None:
    """Counts one character and one kilobyte too many."""
    put(rules, "LONGEST_TEXT", 4_001)
    put(socket, "MAX_FRAME", 17 * 1024)


@fault
def close_codes() -> None:
    """Does not look at the UTF-8 of a text frame."""
    put(socket.Socket, "_hear", lambda self, text: self.line and self.line.receive(text))


@fault
def event_first() -> None:
    """Writes the keys in alphabetical order."""

    def frame(event: dict[str, Any]) -> bytes:
        return text_frame(orjson.dumps(event, option=orjson.OPT_SORT_KEYS))

    for module in (draw, line, entering, presence):
        put(module, "frame", frame)


# ---------------------------------------------------------------- who is here, who may


@fault
def seat() -> None:
    """Does not ask for the seat: that there is such a room is enough."""

    async def anybodys(glances: Any, actor: Any, slug: str) -> Any:
        found = await glances.rows("SELECT id FROM rooms WHERE slug = ?", slug)
        if not found:
            raise NotFound
        author = rooms_access.Author("seat", "Somebody", "avatar")
        return rooms_access.Seat(SeatId(0), found[0][0], slug, author, actor)

    put(line, "seat_to_speak", anybodys)


@fault
def leave() -> None:
    """Keeps the subscription of who left."""
    put(line.Line, "_leave", lambda *_: None)


@fault
def sign_out() -> None:
    """Does not close the lines of an ended session."""
    hear = floor.Floor.hear
    put(floor.Floor, "hear", lambda self, e: None if isinstance(e, SessionEnded) else hear(self, e))


@fault
def removal() -> None:
    """Does not tell the hub that the seat is gone."""
    put(floor.Floor, "_take_seat", lambda *_: None)


@fault
def unlinkable() -> None:
    """Gives the same avatar in every room."""
    same = SimpleNamespace(token_hex=lambda n: "ab" * n, randbelow=secrets.randbelow)
    put(rooms_actions, "secrets", same)


@fault
def origin() -> None:
    """Compares how the origin begins, and ignores its case."""

    class Loose(frozenset[str]):
        def __contains__(self, asked: object) -> bool:
            return any(str(asked).lower().startswith(ours) for ours in self)

    exact = Settings.origins.fget  # type: ignore[attr-defined]
    put(Settings, "origins", property(lambda self: Loose(exact(self))))


@fault
def session() -> None:
    """Opens the line first and looks for the session later."""
    let_in = floor.Floor._let_in

    async def anyone(self: Any, sock: Any, request: Any, token: str) -> None:
        actor = await actor_by_token(self.ledger.workshop.glances, token, self.clock)
        if isinstance(actor, Guest):
            sock.open(request, handshake.SUBPROTOCOL)
            sock.close(4401)
        else:
            await let_in(self, sock, request, token)

    put(floor.Floor, "_let_in", anyone)


@fault
def subprotocol() -> None:
    """Does not ask for the subprotocol."""
    token_in = handshake.token_in

    def supposed(request: Any, origins: Any) -> Any:
        request.headers["Sec-WebSocket-Protocol"] = handshake.SUBPROTOCOL
        return token_in(request, origins)

    put(floor, "token_in", supposed)


@fault
def coarse() -> None:
    """Counts from one, and tells writing everywhere."""
    put(presence, "TOLD_FROM", 1)
    put(presence, "TYPING_UP_TO", 10**6)


@fault
def lagging() -> None:
    """Drops what does not fit."""

    def write(self: Any, data: bytes) -> None:
        transport = self.socket.transport
        if transport.get_write_buffer_size() < socket.HIGH_WATER:
            transport.write(data)

    put(line.Line, "write_or_close", write)


@fault
def too_fast() -> None:
    """Counts and never refuses."""
    put(limits.Limits, "wait", lambda *_: 0.0)


@fault
def out_of_sight() -> None:
    """Forgets on the line whom somebody does not see."""
    put(unseen.Unseen, "shown", lambda _, entry: entry)
