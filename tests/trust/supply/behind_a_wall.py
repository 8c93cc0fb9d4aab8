"""What is tried where there is no way out: `test_no_network.py` runs this in a sealed namespace.

Run by itself it fails, because there is a way out then.
"""

from __future__ import annotations

import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Request

from browser.conftest import chromium, room, served, visitor, windows
from browser.pages import PAGES
from browser.visitors import MakeVisitor
from guards import NetworkForbidden, Watch

__all__ = ["chromium", "room", "served", "visitor", "windows"]
ELSEWHERE = ("192.0.2.1", "2001:db8::1")  # addresses that are nobody's
OURS = {"127.0.0.1", "localhost"}
INSIDE = {"blob", "data", "about", "chrome-error"}


def test_there_is_no_way_out(network_watch: Watch) -> None:
    """Only the loop of this machine is there, and no route leads anywhere."""
    lines = Path("/proc/net/dev").read_text().splitlines()[2:]
    assert [line.partition(":")[0].strip() for line in lines] == ["lo"]
    assert Path("/proc/net/route").read_text().count("\n") == 1
    for address in ELSEWHERE:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as out, pytest.raises(NetworkForbidden):
            out.connect((address, 443))  # who watches our tests would see it, too
    network_watch.attempts.clear()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_nothing_of_anybody_else(visitor: MakeVisitor, room: str, name: str) -> None:
    """What a page asks for is asked of the place it came from, and of nobody else."""
    one = visitor()
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    one.window.context.on("request", note)
    PAGES[name](one, room)
    one.page.wait_for_load_state("load")
    one.window.context.remove_listener("request", note)
    one.complaints = []  # what a browser says of it is another test's affair
    assert asked
    assert [url for url in asked if not _is_ours(url)] == []


def _is_ours(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in INSIDE or parts.hostname in OURS
