"""From a goodbye to the moderator's screen, while others talk; and over a restart."""

from __future__ import annotations

import json
import threading
import time
from contextlib import suppress
from functools import partial
from http.client import HTTPException
from statistics import quantiles
from typing import Any

from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from bench.house import Holdfast
from bench.programs import Sample
from bench.report import Outcome
from bench.rounds import interleaved, series
from bench.session import Session
from bench.shapes import Shape

COLUMNS = {
    "screen_p50_ms": "to the screen p50 ms",
    "screen_p99_ms": "p99 ms",
    "restart_ms": "over a restart ms",
    "goodbyes": "goodbyes",
    "accepted_s": "messages/s beside",
    "server_cpu": "server CPU",
    "load_cpu_max": "load CPU",
}
BESIDE = Shape(40, 5, senders=5, rate=200)
GOODBYE = "This is my goodbye. I am going to kill myself tonight, I have everything ready."
EACH_ROUND = 40
SOON = 10.0  # seconds after which something never came


def run(session: Session) -> Outcome:
    """Each goodbye is timed from being sent until the card with it is on the moderator's screen."""
    with session.running("holdfast", "holdfast-pg", durable=True) as servers:
        trials = {
            f"{BESIDE} {name}": partial(_busy, session, server)
            for name, server in servers.items()
            if isinstance(server, Holdfast)
        }
        rows = interleaved(trials, session.rounds)
    measured = {
        "crisis sqlite": series(rows[f"{BESIDE} holdfast"], "screen_p99_ms"),
        "crisis postgresql": series(rows[f"{BESIDE} holdfast-pg"], "screen_p99_ms"),
    }
    return Outcome(
        COLUMNS,
        rows,
        measured,
        ["over a restart: the slowest of those sent while a new server takes over"],
    )


def _busy(session: Session, holdfast: Holdfast) -> Sample:
    beside: list[Sample] = []
    began = session.places.memory / "began"
    began.unlink(missing_ok=True)
    session.target(holdfast, BESIDE)
    desk = Desk(holdfast)
    talk = threading.Thread(
        target=lambda: beside.append(session.load(holdfast, BESIDE, began=began))
    )
    talk.start()
    while talk.is_alive() and not began.exists():
        time.sleep(0.01)
    try:
        took = [desk.see(member) for member in desk.newcomers(EACH_ROUND)]
    finally:
        talk.join()
    over_restart = desk.see_through_a_restart(desk.newcomers(EACH_ROUND))
    desk.close()
    cuts = quantiles([1000 * each for each in took], n=100)
    mine = {"screen_p50_ms": cuts[49], "screen_p99_ms": cuts[98], "goodbyes": float(len(took))}
    return {**beside[0], **mine, "restart_ms": 1000 * over_restart}


class Desk:
    """A crisis moderator with the desk open, as its page's script does it."""

    def __init__(self, holdfast: Holdfast) -> None:
        self.holdfast = holdfast
        given = holdfast.run("steward", "token", "--role", "crisis-moderator", "--name", "Sam")
        self.token = given.strip()
        self.room = f"b{BESIDE}-0000"
        self.seen: set[int] = set()
        self.line: ClientConnection | None = None
        self._listen()

    def _listen(self) -> None:
        self.line = connect(
            f"ws://127.0.0.1:{self.holdfast.port}/live",
            subprotocols=[Subprotocol("holdfast.v1")],
            additional_headers={"Authorization": f"Bearer {self.token}"},
            compression=None,
            proxy=None,
        )
        self.line.send(json.dumps({"do": "watch", "topic": "desk"}))

    def newcomers(self, count: int) -> list[str]:
        """Members who never wrote before, with a seat in one of the rooms."""
        made = self.holdfast.run("town", "members", "--count", str(count)).split()[-count:]
        for token in made:
            status, _ = self.holdfast.ask("PUT", f"/api/v1/rooms/{self.room}/seat", {}, token)
            assert status in (200, 201), status
        return made

    def see_through_a_restart(self, members: list[str]) -> float:
        """The slowest of the goodbyes that are sent until another server has taken over."""
        restart = threading.Thread(target=self.holdfast.again)
        restart.start()
        slowest = 0.0
        while restart.is_alive():
            slowest = max(slowest, self.see(members.pop()))
        return slowest

    def see(self, member: str) -> float:
        """Seconds from a goodbye being sent until its card is here."""
        began = time.perf_counter()
        self._send(member, f"goodbye-{time.monotonic_ns()}")
        while (number := self._next_escalation()) in self.seen:
            pass
        self.seen.add(number)
        status = 0
        while status != 200:
            status = self._card(number)
        return time.perf_counter() - began

    def _send(self, member: str, nonce: str) -> None:
        """As a client does it: again with the same nonce until there is an answer."""
        path, body = f"/api/v1/rooms/{self.room}/messages/{nonce}", {"text": GOODBYE}
        until = time.perf_counter() + SOON
        while time.perf_counter() < until:
            with suppress(OSError, HTTPException):
                if self.holdfast.ask("PUT", path, body, member)[0] == 202:
                    return
            time.sleep(0.02)
        raise AssertionError("a goodbye was not kept")

    def _next_escalation(self) -> int:
        until = time.perf_counter() + SOON
        while time.perf_counter() < until:
            with suppress(ConnectionClosed, InvalidHandshake, OSError, TimeoutError):
                if self.line is None:
                    self._listen()
                    return self._newest()
                event: dict[str, Any] = json.loads(self.line.recv(timeout=SOON))
                if event["event"] == "desk" and event["what"] == "escalation":
                    return int(event["id"])
                continue
            self.line = None
            time.sleep(0.02)
        raise AssertionError("the desk was not told")

    def _newest(self) -> int:
        """After the line was lost the page asks for the queue."""
        _, answer = self.holdfast.ask("GET", "/api/v1/escalations", None, self.token)
        return max(int(item["id"]) for item in json.loads(answer)["items"])

    def _card(self, number: int) -> int:
        path = f"/desk/fragments/escalations/{number}"
        return self.holdfast.ask("GET", path, None, self.token)[0]

    def close(self) -> None:
        if self.line is not None:
            self.line.close()
