"""The member's own page in a real browser: what is caught, what is kept, who comes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import WebSocket, expect

from browser.pages import GOODBYE, SAM, number_of
from browser.visitors import DESK, MakeVisitor, Visitor

ADDRESS = "heron.night@example.org"


def listens(one: Visitor) -> list[str]:
    """Everything that leaves this browser from now on."""
    left: list[str] = []

    def opened(line: WebSocket) -> None:
        line.on("framesent", lambda frame: left.append(str(frame)))

    one.page.on("websocket", opened)
    one.page.on("request", lambda request: left.append(f"{request.url} {request.post_data}"))
    return left


@pytest.mark.slow
def test_a_way_to_be_reached_does_not_leave_the_device_until_somebody_shall_read_it_first(
    visitor: MakeVisitor, room: str
) -> None:
    ash = visitor(viewport=DESK)
    left = listens(ash)
    ash.sits_in(room)
    assert any('"enter"' in frame for frame in left), "we do hear what leaves"
    ash.says(f"Write to me at {ADDRESS} any time")
    bubble = ash.page.locator(".wait", has_text=ADDRESS)
    expect(bubble).to_contain_text("It has not left this device.")
    assert not [frame for frame in left if ADDRESS in frame]
    bubble.get_by_role("button", name="Let someone read it first").click()
    kept = ash.page.locator("#care .held", has_text=ADDRESS)
    expect(kept).to_contain_text("Kept until someone has read it. Only you can see it.")
    [sent] = [frame for frame in left if ADDRESS in frame]
    assert '"as_is":true' in sent
    assert ash.page.locator(".log", has_text=ADDRESS).count() == 0


@pytest.mark.slow
def test_the_quiet_offer_is_still_there_after_a_look_at_the_help_page(
    visitor: MakeVisitor, room: str
) -> None:
    ash = visitor().sits_in(room)
    ash.says("I feel so hopeless tonight. I don’t see the point of anything anymore.")
    offer = ash.page.get_by_role("button", name="Yes, listen to me")
    offer.wait_for()
    ash.page.locator("#care").get_by_role("link", name="People you can reach now").click()
    ash.page.wait_for_url("**/help")
    ash.page.go_back()
    offer.wait_for()
    ash.page.get_by_role("link", name="Not now").click()
    ash.page.reload()
    ash.is_live()
    expect(offer).to_have_count(0)


@pytest.mark.slow
def test_a_name_is_only_warned_of_and_only_while_it_stands_there(
    visitor: MakeVisitor, room: str
) -> None:
    ash = visitor(viewport=DESK).sits_in(room)
    ash.page.focus("#text")
    ash.page.keyboard.type("My name is Rosalind Fairweather")
    expect(ash.page.locator(".warns")).to_contain_text("There may be a name or a place in this.")
    ash.page.keyboard.press("Enter")
    ash.sees("Rosalind")
    expect(ash.page.locator(".warns")).to_be_hidden()


@pytest.mark.slow
def test_a_goodbye_is_kept_in_its_place_and_who_comes_is_named_by_itself(
    visitor: MakeVisitor, room: str
) -> None:
    birch, ash = visitor().sits_in(room), visitor().sits_in(room)
    ash.says(GOODBYE)
    care = ash.page.locator("#care")
    expect(care).to_contain_text("Only you and the person who comes can see this")
    expect(care.locator("a[href='/help']")).to_be_visible()
    ash.until("document.activeElement.id === 'care-title'")
    assert ash.page.locator(".log", has_text="goodbye").count() == 0
    number = number_of(ash, room)
    ash.place.call("POST", f"/api/v1/escalations/{number}/join", token=ash.place.staff[SAM])
    expect(care).to_contain_text("Sam is here for you")
    care.get_by_role("link", name="Go to your side space").click()
    ash.is_live()
    ash.says("I am still here")
    ash.sees("I am still here")
    assert "goodbye" not in birch.page.content()


@pytest.mark.slow
def test_a_goodbye_with_a_number_in_it_brings_somebody_and_the_number_stays_here(
    visitor: MakeVisitor, room: str
) -> None:
    ash = visitor(viewport=DESK)
    left = listens(ash)
    ash.sits_in(room)
    ash.says(f"{GOODBYE} Tell my sister, she is at {ADDRESS}")
    expect(ash.page.locator(".wait", has_text=ADDRESS)).to_contain_text("not left this device")
    expect(ash.page.locator("#care a[href='/help']")).to_be_visible()
    assert not [frame for frame in left if ADDRESS in frame]


@pytest.mark.slow
def test_who_is_paused_on_an_open_page_and_says_goodbye_there_sees_that_somebody_is_called(
    visitor: MakeVisitor, room: str
) -> None:
    ash = visitor()
    ash.sits_in(room)
    assert ash.member is not None
    ends = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    why = {"kind": "pause", "rule": "kind", "reason": "Rude to a newcomer", "until": ends}
    taken = ash.place.call(
        "POST",
        f"/api/v1/rooms/{room}/measures",
        token=ash.place.staff["moderator"],
        json={**why, "seat": ash.member.take_seat(room)["seat"]},
    )
    assert taken.status_code == 201
    expect(ash.page.get_by_text("The rooms are closed to you for now.").first).to_be_visible()
    ash.says(GOODBYE)
    expect(ash.page.locator("#care")).to_contain_text("Go to your side space")
