"""A meeting in a real browser: the panel follows by itself, and its buttons do what they say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import APIResponse, Route, expect

from browser.test_circle_by_keys import NAME, goes_by_tab_to
from browser.visitors import MakeVisitor, Visitor


def calls(one: Visitor, method: str, path: str, **body: Any) -> Any:
    """The moderator, on shift, plans or leads."""
    token = one.place.staff["moderator"]
    until = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    here = one.place.call("POST", "/api/v1/shifts/check-in", token=token, json={"until": until})
    assert here.status_code == 200, here.text
    done = one.place.call(method, path, token=token, json=body)
    assert done.is_success, done.text
    return done.json() if done.content else None


def planned(one: Visitor, room: str) -> str:
    """A meeting in five minutes, which the panel tells of; where it is led."""
    start = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
    path = f"/api/v1/rooms/{room}/meetings"
    number = calls(one, "POST", path, starts_at=start, minutes=30, theme="Small things")["id"]
    expect(one.page.locator("#meeting")).to_contain_text("Next meeting", timeout=15_000)
    return f"{path}/{number}/lead"


@pytest.mark.slow
def test_a_meeting_begins_by_itself_and_gives_everyone_a_turn_who_wants_one(
    visitor: MakeVisitor, room: str
) -> None:
    one = visitor().sits_in(room)
    other = one.place.member_in(room)
    one.page.evaluate("window.stayed = true")
    now = datetime.now(UTC).isoformat()
    path = f"/api/v1/rooms/{room}/meetings"
    number = calls(one, "POST", path, starts_at=now, minutes=30, theme="Small good things")["id"]
    panel = one.page.locator("#meeting")
    expect(panel).to_contain_text("Opening round", timeout=15_000)
    expect(panel).to_contain_text("Small good things")
    expect(one.page.locator(".log")).to_contain_text("The meeting begins.")
    assert one.page.evaluate("window.stayed"), "the page was never loaded again"
    one.page.get_by_role("button", name="I would like a turn").click()
    one.page.wait_for_load_state()
    joined = other.call("PUT", f"{path}/{number}/turn", json={"do": "join"})
    assert joined.status_code == 204, joined.text
    calls(one, "PUT", f"{path}/{number}/lead", do="next")
    expect(panel).to_contain_text("It is your turn.", timeout=15_000)
    expect(one.page.locator("#whose")).to_contain_text("Take the time you need")
    assert one.axe() == []
    assert one.overflows() == []
    one.page.get_by_role("button", name="Pass").click()
    expect(one.page.locator("#whose")).to_contain_text("You can write too.", timeout=15_000)
    one.says("I write all the same")
    one.sees("I write all the same")
    calls(one, "PUT", f"{path}/{number}/lead", do="end")
    expect(panel).to_contain_text("To take along", timeout=15_000)
    assert one.axe() == []
    one.goes_to(f"/rooms/{room}/meetings")
    assert one.axe() == []
    assert one.overflows() == []


@pytest.mark.slow
def test_somebody_takes_their_turn_in_a_meeting_without_a_mouse(
    visitor: MakeVisitor, room: str
) -> None:
    one = visitor().sits_in(room)
    other = one.place.member_in(room)
    keys, panel = one.page.keyboard, one.page.locator("#meeting")
    path = f"/api/v1/rooms/{room}/meetings"
    asked = {"starts_at": datetime.now(UTC).isoformat(), "minutes": 30, "theme": "Small things"}
    number = calls(one, "POST", path, **asked)["id"]
    expect(panel).to_contain_text("Opening round", timeout=15_000)
    goes_by_tab_to(one, "I would like a turn")
    keys.press("Enter")
    one.page.wait_for_url("**#meeting")
    one.is_live()
    other.call("PUT", f"{path}/{number}/turn", json={"do": "join"})
    goes_by_tab_to(one, "The order")
    keys.press("Enter")
    calls(one, "PUT", f"{path}/{number}/lead", do="next")
    expect(panel).to_contain_text("It is your turn.", timeout=15_000)
    assert str(one.page.evaluate(NAME)).startswith("The order")
    expect(panel.locator("details")).to_have_attribute("open", "")
    goes_by_tab_to(one, "Pass")
    keys.press("Enter")
    expect(panel).not_to_contain_text("It is your turn.", timeout=15_000)
    assert one.page.url.endswith("#meeting")


@pytest.mark.slow
def test_an_answer_that_was_overtaken_does_not_bring_the_old_panel_back(
    visitor: MakeVisitor, room: str
) -> None:
    one = visitor().sits_in(room)
    page, panel = one.page, one.page.locator("#meeting")
    lead = planned(one, room)
    held: list[tuple[Route, APIResponse]] = []

    def keep_the_first(route: Route) -> None:
        answer = route.fetch()
        if held:
            route.fulfill(response=answer)
        else:
            held.append((route, answer))

    page.route("**/state", keep_the_first)
    hear = "document.querySelector('hf-room').hear({ event: 'meeting' })"
    with page.expect_request("**/state"):
        page.evaluate(hear)  # how it stands now, long on its way
    while not held:
        page.wait_for_timeout(20)
    calls(one, "PUT", lead, do="next")
    expect(panel).to_contain_text("Opening round", timeout=15_000)
    route, answer = held[0]
    with page.expect_event("requestfinished", lambda it: it == route.request):
        route.fulfill(response=answer)
    page.evaluate("new Promise((done) => setTimeout(done))")
    expect(panel).to_contain_text("Opening round")


@pytest.mark.slow
def test_a_panel_that_could_not_be_fetched_is_asked_for_again(
    visitor: MakeVisitor, room: str
) -> None:
    one = visitor().sits_in(room)
    page, panel = one.page, one.page.locator("#meeting")
    lead = planned(one, room)
    ways: list[Callable[[Route], None]] = [
        lambda route: route.abort(),
        lambda route: route.fulfill(status=503),
        lambda route: route.continue_(),
    ]
    page.route("**/state", lambda route: ways.pop(0)(route) if ways else route.continue_())
    calls(one, "PUT", lead, do="next")
    expect(panel).to_contain_text("Opening round", timeout=15_000)
    assert ways == []
    one.complaints.clear()  # the browser notes what it could not fetch


@pytest.mark.slow
def test_a_panel_that_is_refused_is_not_asked_for_again(visitor: MakeVisitor, room: str) -> None:
    one = visitor().sits_in(room)
    page, answers, asked = one.page, [404, 503], list[int]()

    def refuses(route: Route) -> None:
        asked.append(answers.pop())
        route.fulfill(status=asked[-1])

    page.route("**/state", refuses)
    page.clock.install()
    with page.expect_response("**/state"):
        page.evaluate("document.querySelector('hf-room').hear({ event: 'meeting' })")
    with page.expect_response("**/state"):
        page.clock.run_for(1_000)
    page.clock.run_for(120_000)
    page.evaluate("fetch('/help')")
    assert asked == [503, 404]
    one.complaints.clear()  # the browser notes what it could not fetch
