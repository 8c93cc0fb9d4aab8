"""One live connection as a plain `websockets` client holds it: says commands, hears events."""

from __future__ import annotations

import json
import secrets
import socket
import time
from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

Event = dict[str, Any]

PATIENCE = 5.0
"""Seconds after which an awaited event counts as never coming."""

ANSWERS = ("accepted", "held", "refused")
IDLE = ("presence", "typing")


def fresh_nonce() -> str:
    """A nonce nobody has used, of the characters the contract allows."""
    return secrets.token_urlsafe(12)


def one_object(frame: str | bytes) -> Event:
    """What the contract says of every frame of the server: one JSON object, `event` first."""
    assert isinstance(frame, str), f"not a text frame: {frame!r}"
    pairs: list[list[str]] = []

    def without_doubles(found: list[tuple[str, Any]]) -> Event:
        pairs.append([key for key, _ in found])
        return dict(found)

    event = json.loads(frame, object_pairs_hook=without_doubles)
    assert isinstance(event, dict), frame
    assert all(len(keys) == len(set(keys)) for keys in pairs), f"a key twice: {frame}"
    assert next(iter(event), None) == "event", f"`event` is not the first key: {frame}"
    return event


@dataclass(frozen=True)
class Entrance:
    """What came between asking to enter and being told that the replay is complete."""

    entered: Event
    replayed: list[Event]
    live: Event


class Line:
    """Says commands and hears events; keeps everything it heard, in order, in `heard`."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.heard: list[Event] = []
        self.answers: defaultdict[str, deque[Event]] = defaultdict(deque)

    # -- saying

    def say(self, do: str, **fields: object) -> None:
        """Send one command."""
        self.send(json.dumps({"do": do, **fields}, ensure_ascii=False))

    def send(self, text: str | bytes) -> None:
        """Send one text frame as it is, valid or not."""
        self.connection.send(text, text=True)

    def inject(self, data: bytes) -> None:
        """Put bytes on the wire that no client library would."""
        self.connection.socket.sendall(data)

    def break_off(self) -> None:
        """Lose the connection, as in a tunnel: no goodbye."""
        self.connection.socket.shutdown(socket.SHUT_RDWR)

    # -- hearing

    def hear(self) -> Event:
        """The next event that is not idle: presence and writing come whenever they like."""
        while (event := self.receive())["event"] in IDLE:
            pass
        return event

    def receive(self, patience: float = PATIENCE) -> Event:
        """The next event, whatever it is."""
        event = one_object(self.connection.recv(timeout=patience))
        self.heard.append(event)
        if event["event"] in ANSWERS and "nonce" in event:
            self.answers[event["nonce"]].append(event)
        return event

    def hear_until(self, name: str, patience: float = PATIENCE, **fields: object) -> Event:
        """The next event of this name with these fields; those before it stay in `heard`."""
        began, end = len(self.heard), time.monotonic() + patience
        while (left := end - time.monotonic()) > 0:
            try:
                event = self.receive(left)
            except TimeoutError:
                break
            if event["event"] == name and all(event.get(k) == v for k, v in fields.items()):
                return event
        raise AssertionError(f"no {name} {fields} within {patience} s; {self.heard[began:]}")

    def answer_to(self, nonce: str) -> Event:
        """The next answer that carries this nonce."""
        while not self.answers[nonce]:
            self.hear()
        return self.answers[nonce].popleft()

    def settle(self) -> list[Event]:
        """Everything but presence that arrives before the answer to a question asked now."""
        began, marker = len(self.heard), fresh_nonce()
        self.say("post", room="there-is-no-such-room", nonce=marker, text="settle")
        answer = self.answer_to(marker)
        assert answer["event"] == "refused", answer
        return [e for e in self.heard[began:] if e is not answer and e["event"] != "presence"]

    def closing(self, patience: float = PATIENCE) -> int | None:
        """The code the server closes the line with (None: it only hung up)."""
        end = time.monotonic() + patience
        while True:
            try:
                self.receive(max(0.001, end - time.monotonic()))
            except ConnectionClosed as closed:
                return closed.rcvd.code if closed.rcvd else None

    # -- whole sentences

    def ask(self, do: str, **fields: object) -> Event:
        """A command with a nonce, and its one answer."""
        nonce = str(fields.setdefault("nonce", fresh_nonce()))
        self.say(do, **fields)
        return self.answer_to(nonce)

    def post(self, room: str, text: str, **fields: object) -> Event:
        """Say something in a room; the `accepted` that answers it."""
        answer = self.ask("post", room=room, text=text, **fields)
        assert answer["event"] == "accepted", answer
        return answer

    def post_many(self, room: str, texts: list[str]) -> list[int]:
        """Say many things, fifty in one breath; their seqs, in the order said."""
        seqs = []
        for breath in range(0, len(texts), 50):
            seqs += self.post_at_once(room, texts[breath : breath + 50])
        return seqs

    def post_at_once(self, room: str, texts: list[str]) -> list[int]:
        """Say all this without waiting for any answer; their seqs, in the order said."""
        nonces = [fresh_nonce() for _ in texts]
        for nonce, text in zip(nonces, texts, strict=True):
            self.say("post", room=room, nonce=nonce, text=text)
        answers = [self.answer_to(nonce) for nonce in nonces]
        assert {answer["event"] for answer in answers} <= {"accepted"}, answers
        return [answer["seq"] for answer in answers]

    def refusal(self, frame: str) -> Event:
        """The `refused` that answers a frame sent as it is."""
        self.send(frame)
        return self.hear_until("refused")

    def enter(self, room: str, **fields: object) -> Entrance:
        """Enter a room and wait until the replay is complete."""
        self.say("enter", room=room, **fields)
        entered = self.hear()
        assert (entered["event"], entered["room"]) == ("entered", room), entered
        replayed = []
        while (event := self.hear())["event"] != "live":
            if "seq" in event and event["room"] == room:
                replayed.append(event)
        assert event["room"] == room, event
        return Entrance(entered, replayed, event)

    def sequenced(self, room: str) -> list[Event]:
        """What this line heard of one room's sequence, in the order of arrival."""
        return [
            event
            for event in self.heard
            if event.get("room") == room and "seq" in event and event["event"] not in ANSWERS
        ]

    def named(self, name: str) -> list[Event]:
        """Every event of one name this line heard."""
        return [event for event in self.heard if event["event"] == name]
