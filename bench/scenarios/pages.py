"""The room page while the rooms are busy: fifty people a second open one."""

from __future__ import annotations

import http.client
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from statistics import quantiles

from bench.house import Holdfast
from bench.programs import Sample
from bench.report import Outcome
from bench.rounds import interleaved, series
from bench.session import Session
from bench.shapes import Shape, Target

COLUMNS = {
    "page_p50_ms": "page p50 ms",
    "page_p95_ms": "page p95 ms",
    "page_kb": "page KB",
    "pages": "pages",
    "accepted_s": "messages/s beside",
    "last_p99_ms": "last reader p99 ms",
    "server_cpu": "server CPU",
    "load_cpu_max": "load CPU",
}
BESIDE = Shape(200, 6, senders=6, rate=1200)
PAGES_PER_SECOND = 50
AT_ONCE = 16  # pages on their way; more would wait here, and count
COOKIE = "holdfast"


def run(session: Session) -> Outcome:
    """Open loop: each page is timed from when it was due until its last byte."""
    with session.running("holdfast", durable=True) as servers:
        holdfast = servers["holdfast"]
        assert isinstance(holdfast, Holdfast)
        trial = partial(busy, session, holdfast)
        rows = interleaved({f"{BESIDE} holdfast": trial}, session.rounds)
    pages = series(rows[f"{BESIDE} holdfast"], "page_p95_ms")
    return Outcome(COLUMNS, rows, {"pages": pages}, ["the page's time includes the loopback"])


def busy(session: Session, holdfast: Holdfast) -> Sample:
    """The live load in a thread of its own (it is another process), the pages beside it."""
    beside: list[Sample] = []
    began = session.places.memory / "began"
    began.unlink(missing_ok=True)
    load = partial(session.load, holdfast, BESIDE, began=began)
    talk = threading.Thread(target=lambda: beside.append(load()))
    target = session.target(holdfast, BESIDE)
    talk.start()
    while talk.is_alive() and not began.exists():  # they come in and begin to talk
        time.sleep(0.01)
    try:
        took, size = _read_pages(holdfast, target, seconds=session.seconds)
    finally:
        talk.join()
    cuts = quantiles([1000 * each for each in took], n=20)
    pages = {"page_p50_ms": cuts[9], "page_p95_ms": cuts[18], "page_kb": size / 1024}
    return {**beside[0], **pages, "pages": len(took)}


def _read_pages(holdfast: Holdfast, target: Target, *, seconds: float) -> tuple[list[float], int]:
    readers = _Readers(holdfast, target)
    began = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as crew:
        waiting = []
        for number in range(int(seconds * PAGES_PER_SECOND)):
            due = began + number / PAGES_PER_SECOND
            time.sleep(max(due - time.perf_counter(), 0))
            waiting.append(crew.submit(readers.open_page, number, due))
        return [each.result() for each in waiting], readers.size


class _Readers:
    """Members with a session cookie, on connections that are kept as browsers keep them."""

    def __init__(self, holdfast: Holdfast, target: Target) -> None:
        self.port = holdfast.port
        self.prefix = target.prefix
        self.tokens = holdfast.tokens
        self.mine = threading.local()
        self.size = 0

    def open_page(self, number: int, due: float) -> float:
        """Open the page of one room as one of its members; how long after `due` it was there."""
        place = number * 7 % BESIDE.everybody  # members of different rooms, one after the other
        room = f"{self.prefix}-{place // BESIDE.members:04d}"
        cookie = f"{COOKIE}={self.tokens[place]}"
        line = self._line()
        line.request("GET", f"/rooms/{room}", headers={"Cookie": cookie, "Accept": "text/html"})
        answer = line.getresponse()
        self.size = len(answer.read())
        assert answer.status == http.client.OK, (answer.status, room)
        return time.perf_counter() - due

    def _line(self) -> http.client.HTTPConnection:
        if not hasattr(self.mine, "line"):
            self.mine.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        line: http.client.HTTPConnection = self.mine.line
        return line
