"""What a network sees while somebody opens help: nothing; and scripts that share nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest

from browser.visitors import MakeVisitor
from contract.client import Place

READY = "navigator.serviceWorker.getRegistration().then((r) => r?.active?.state === 'activated')"
MINE = "navigator.serviceWorker.controller !== null"
KEPT = "caches.open('holdfast-1').then((c) => c.match('/help')).then((kept) => kept !== undefined)"
FREEZE = """
for (const shared of [Object, Array, String, Number, Function, RegExp, Map, Set, Promise, Element,
                      Node, HTMLElement, HTMLFormElement, Document, EventTarget, Event]) {
  Object.freeze(shared.prototype);
}
"""
POLLUTE = """
Object.prototype.innerHTML = '<img src=x onerror=alert(1)>';
Object.prototype.html = '<b>polluted</b>';
Object.prototype.removed = 'author';
"""


def answered(place: Place) -> int:
    """How many requests the server has answered so far; asking is one."""
    told = place.call("GET", "/metrics").text
    counts = re.findall(r"^holdfast_answers_total\{[^}]*\} (\S+)$", told, re.M)
    assert counts, "the figure has another name now"
    return round(sum(float(one) for one in counts))


@pytest.mark.slow
def test_opening_help_sends_nothing_at_all(visitor: MakeVisitor, served: Place) -> None:
    """Every page fetched it beforehand, for everybody; then it opens without a request."""
    guest = visitor(of_its_own=True)
    guest.goes_to("/around")
    guest.until(READY)
    guest.goes_to("/around")
    guest.until(MINE)
    guest.until(KEPT)
    before = answered(served)
    guest.goes_to("/help")
    assert guest.page.locator("a[href^='tel:']").count() > 0
    guest.page.wait_for_load_state("networkidle")
    assert answered(served) == before + 1, "the asking itself, and no other"


@pytest.mark.slow
def test_w25_a_room_works_where_nothing_that_scripts_share_can_be_changed(
    visitor: MakeVisitor, room: str
) -> None:
    ash = visitor(of_its_own=True)
    ash.page.add_init_script(FREEZE)
    ash.sits_in(room).is_live()
    ash.says("Nothing of ours changes what all share")
    ash.sees("Nothing of ours changes what all share")


@pytest.mark.slow
def test_w25_what_somebody_put_into_every_object_shows_nowhere(
    visitor: MakeVisitor, room: str
) -> None:
    ash: Any = visitor(of_its_own=True)
    ash.page.add_init_script(POLLUTE)
    ash.sits_in(room).is_live()
    ash.says("Only what I said")
    ash.sees("Only what I said")
    assert ash.page.locator("text=polluted").count() == 0
    assert ash.page.locator("img[src='x']").count() == 0
    ash.complaints.clear()
