"""T8: sizes and times of sessions do not tell who opened help."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

import pytest

from browser.capturing import Row, Tap, features, tapped, told_apart
from browser.visitors import MakeVisitor
from contract.client import Place
from guards import TOLD

SESSIONS = 200
PAGES = ("/", "/around", "/sign-in", "/come-in")
READY = "navigator.serviceWorker.controller !== null"
KEPT = "caches.open('holdfast-1').then((c) => c.match('/help/young')).then((k) => k !== undefined)"
COIN = 0.55


class Reader:
    """Somebody who reads some pages through a wire with somebody listening at it."""

    def __init__(self, page: Any, tap: Tap, seed: int) -> None:
        self.page, self.tap, self.chance = page, tap, random.Random(seed)
        self.home = f"http://127.0.0.1:{tap.port}"

    def opens(self, path: str) -> None:
        self.page.goto(self.home + path, wait_until="load")

    def comes_in(self) -> None:
        for _ in range(2):
            self.opens("/around")
            self.page.wait_for_function(
                f"async () => {READY} && {KEPT.replace('caches', 'await caches', 1)}"
            )

    def session(self, beside: str) -> Row:
        """A page is read for a while, and then another; over the first help is opened, or not.

        How long it is until the next page does not depend on it.
        """
        began = len(self.tap.notes)
        self.opens(self.chance.choice(PAGES))
        until = time.monotonic() + self.chance.uniform(0.2, 0.4)
        if beside:
            self.opens(beside)
        self.page.wait_for_timeout(max(0.0, until - time.monotonic()) * 1_000)
        self.opens(self.chance.choice(PAGES))
        return features(self.tap.since(began))


def sessions(reader: Reader, beside: str, count: int) -> tuple[list[Row], list[Row]]:
    """So many sessions with that, and as many without, in turn."""
    both: tuple[list[Row], list[Row]] = ([], [])
    for number in range(2 * count):
        both[number % 2].append(reader.session(beside if number % 2 == 0 else ""))
    return both


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_two_hundred_who_opened_help_are_told_from_two_hundred_others_by_a_coin(
    visitor: MakeVisitor, served: Place, record_property: Callable[[str, object], None]
) -> None:
    guest = visitor(of_its_own=True)
    with tapped(int(served.url.rsplit(":", 1)[1])) as tap:
        reader = Reader(guest.page, tap, 8)
        reader.comes_in()
        telling = told_apart(*sessions(reader, "/around?x", 40))
        assert telling > 0.8, f"a page that is asked for is seen: {telling:.3f}"
        opened, others = sessions(reader, "/help", SESSIONS)
        found = told_apart(opened, others)
        if found > COIN:  # one run in twenty-five is that far from a coin by chance
            more, rest = sessions(reader, "/help", SESSIONS)
            found = told_apart(opened + more, others + rest)
        told = f"help told from no help by sizes and times: AUC {found:.3f}; a page: {telling:.3f}"
        record_property(TOLD, told)
        assert found <= COIN, told
    guest.complaints.clear()
