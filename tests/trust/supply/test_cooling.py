"""A version younger than seven days is refused, by the real pip, wherever files have a date."""

from __future__ import annotations

import hashlib
import io
import json
import threading
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from trust.supply.cooling import Verdict, ask, lately, reasons
from trust.supply.lock import Locked, locked

TINY = Locked("tiny-one", "1.0", "", ())


def wheel() -> bytes:
    """The smallest wheel there is."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        made.writestr("tiny_one.py", "")
        about = "tiny_one-1.0.dist-info"
        made.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: tiny-one\nVersion: 1.0\n")
        made.writestr(
            f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any"
        )
        made.writestr(f"{about}/RECORD", "")
    return held.getvalue()


class Shelf:
    """A mirror with one package, which says since when it has it; or does not say it."""

    def __init__(self) -> None:
        self.data, self.since = wheel(), timedelta()
        self.says_when = True
        shelf = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                is_file = self.path.endswith(".whl")
                body = shelf.data if is_file else shelf.page()
                kind = "application/zip" if is_file else "application/vnd.pypi.simple.v1+json"
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nobody reads it."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def page(self) -> bytes:
        name = "tiny_one-1.0-py3-none-any.whl"
        file = {"filename": name, "url": f"{self.url}/{name}", "hashes": {"sha256": self.hash}}
        if self.says_when:
            since = datetime.now(UTC) - self.since
            file["upload-time"] = since.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        meta = {"api-version": "1.1"}
        return json.dumps({"meta": meta, "name": "tiny-one", "files": [file]}).encode()

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    def asked(self) -> Verdict:
        here = {
            "PIP_INDEX_" + "URL": self.url,
            "PIP_FIND_" + "LINKS": "",
            "PIP_CONFIG_FILE": "/dev/null",
        }
        one = Locked("tiny-one", "1.0", "", (self.hash,))
        return ask([one], environment=here)


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    made = Shelf()
    serving = threading.Thread(target=made.server.serve_forever)
    serving.start()
    yield made
    made.server.shutdown()
    serving.join()
    made.server.server_close()


@pytest.mark.full
def test_a_version_of_eight_days_may_come_in_and_one_of_six_may_not(shelf: Shelf) -> None:
    shelf.since = timedelta(days=8)
    assert shelf.asked() == Verdict()
    shelf.since = timedelta(days=6)
    assert "tiny-one==1.0" in shelf.asked().too_new


@pytest.mark.full
def test_who_does_not_say_how_old_or_does_not_answer_makes_nothing_red(shelf: Shelf) -> None:
    shelf.says_when = False
    assert shelf.asked() == Verdict(away=True)
    shelf.url = "http://127.0.0.1:1"
    assert shelf.asked() == Verdict(away=True)


def test_only_what_is_new_in_the_lock_and_has_no_reason_is_asked_about() -> None:
    old, other = Locked("old", "1", "", ()), Locked("other", "2", "", ())
    assert lately([old, TINY, other], [old], {}) == [TINY, other]
    assert lately([old, TINY], [old], {"tiny-one": "1.0"}) == []
    assert lately([TINY], [old], {"tiny-one": "0.9"}) == [TINY]


def test_each_reason_is_for_a_version_in_the_lock() -> None:
    here = {(one.name, one.version) for one in locked("dev")}
    assert set(reasons().items()) <= here
