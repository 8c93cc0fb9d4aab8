"""What a network sees while somebody opens help: nothing; and scripts that share nothing."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Response

from browser.visitors import MakeVisitor, Visitor

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


def asked_of(visitor: Visitor) -> list[str]:
    """What this browser asks for from now on; its service worker answers some of it by itself."""
    asked: list[str] = []

    def note(answer: Response) -> None:
        if not answer.from_service_worker:
            asked.append(answer.url)

    visitor.context.on("response", note)
    return asked


@pytest.mark.slow
def test_opening_help_sends_nothing_at_all(visitor: MakeVisitor) -> None:
    """Every page fetched it beforehand, for everybody; then it opens without a request."""
    guest = visitor(of_its_own=True)
    guest.goes_to("/around")
    guest.until(READY)
    guest.goes_to("/around")
    guest.until(MINE)
    guest.until(KEPT)
    asked = asked_of(guest)
    guest.goes_to("/help")
    assert guest.page.locator("a[href^='tel:']").count() > 0
    guest.page.wait_for_load_state("networkidle")
    assert asked == []
    guest.goes_to("/around?once-more")
    assert asked != [], "what is not kept is asked for"


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
