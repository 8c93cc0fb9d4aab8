"""What the browser itself refuses, and what it keeps for when there is no connection."""

from __future__ import annotations

import pytest

from browser.visitors import MakeVisitor
from contract.client import Place

READY = "navigator.serviceWorker.getRegistration().then((r) => r?.active?.state === 'activated')"
KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    for (const request of await (await caches.open(name)).keys()) found.push(request.url);
  }
  return found.map((url) => new URL(url).pathname);
}"""


@pytest.mark.full
def test_markup_made_from_text_is_refused_by_the_browser(visitor: MakeVisitor, room: str) -> None:
    ash = visitor().sits_in(room)
    refused = ash.page.evaluate(
        """() => {
          try {
            document.querySelector('.log').innerHTML = '<b>in</b>';
            return 'taken';
          } catch (e) {
            return e.name;
          }
        }"""
    )
    assert refused == "TypeError"
    assert any("TrustedHTML" in complaint for complaint in ash.complaints)
    ash.complaints.clear()


@pytest.mark.slow
def test_an_inline_script_or_style_does_nothing(visitor: MakeVisitor, room: str) -> None:
    ash = visitor().sits_in(room)
    ash.page.evaluate(
        """() => {
          const script = document.createElement('style');
          script.textContent = 'body { display: none }';
          document.head.append(script);
        }"""
    )
    assert ash.page.locator(".log").is_visible()
    assert any("style-src" in complaint for complaint in ash.complaints)
    ash.complaints.clear()


@pytest.mark.slow
def test_no_page_may_be_framed_but_the_stream_by_its_own_room(
    visitor: MakeVisitor, served: Place, room: str
) -> None:
    ash = visitor().sits_in(room)
    for path, framed in (("/rooms", False), (f"/rooms/{room}", False)):
        policy = served.call("GET", path).headers["content-security-policy"]
        assert ("frame-ancestors 'self'" in policy) is framed, path
    answer = ash.page.evaluate(
        "(path) => fetch(path).then((a) => a.headers.get('content-security-policy'))",
        f"/rooms/{room}/stream",
    )
    assert "frame-ancestors 'self'" in answer


@pytest.mark.slow
def test_help_and_the_offline_page_open_without_a_connection_and_no_words_are_kept(
    visitor: MakeVisitor, served: Place, room: str
) -> None:
    served.member_in(room).put(room, "These words stay on the server")
    ash = visitor().sits_in(room)
    ash.until(READY)
    ash.goes_to(f"/rooms/{room}").is_live()
    kept = set(ash.page.evaluate(KEPT))
    assert "/help" in kept
    assert {path for path in kept if "/static/" not in path} == {"/help", "/help/young", "/offline"}
    ash.context.set_offline(True)
    ash.goes_to("/help")
    assert ash.page.locator("a[href^='tel:']").count() > 0
    ash.goes_to("/rooms")
    assert ash.page.inner_text("h1") == "You’re offline"
    ash.context.set_offline(False)
    ash.complaints.clear()  # the browser notes that there was no connection


@pytest.mark.slow
def test_a_page_taken_back_out_of_the_browser_s_memory_is_loaded_anew(
    visitor: MakeVisitor, room: str
) -> None:
    ash = visitor().sits_in(room)
    policy = ash.page.evaluate("fetch(location.href).then((a) => a.headers.get('cache-control'))")
    assert policy == "no-store"
