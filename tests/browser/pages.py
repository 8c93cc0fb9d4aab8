"""Every page there is, and what a visitor must do to see it."""

from __future__ import annotations

from collections.abc import Callable

from browser.visitors import Visitor


def as_guest(path: str) -> Callable[[Visitor, str], None]:
    def go(one: Visitor, room: str) -> None:
        del room
        one.goes_to(path)

    return go


def as_member(path: str) -> Callable[[Visitor, str], None]:
    def go(one: Visitor, room: str) -> None:
        one.sits_in(room)
        one.goes_to(path.replace("ROOM", room))

    return go


def as_steward(path: str) -> Callable[[Visitor, str], None]:
    def go(one: Visitor, room: str) -> None:
        del room
        one.holds_cookie("holdfast", one.place.steward)
        one.goes_to(path)

    return go


def in_a_full_room(one: Visitor, room: str) -> None:
    """A room with a bit of everything: a cover, a quote, responses, my own words, a menu."""
    teller = one.place.member_in(room)
    teller.put(room, "A quiet evening, so far", wants="same_boat")
    teller.put(room, "Then it got harder", note="self-harm")
    one.sits_in(room)
    one.says("A word from me")
    own = one.sees("A word from me")
    heard = one.sees("A quiet evening")
    one.menu_of(heard).locator("[value=with_you]").click()
    heard.locator(".rx button").first.wait_for()
    one.menu_of(heard).locator("[data-do=reply]").click()
    one.says("An answer to that")
    one.sees("An answer to that").locator(".quote").wait_for()
    one.menu_of(own)


def with_a_plan(path: str) -> Callable[[Visitor, str], None]:
    """A safety plan with a line agreed to, one changed, and a sealed line."""

    def go(one: Visitor, room: str) -> None:
        del room
        one.is_a_member()
        one.goes_to("/me/safety-plan")
        for box, words in (("new-signs", "I stop answering"), ("worst-line", "The blue door")):
            one.page.fill(f"#{box}", words)
            one.page.locator(f"form:has(#{box}) button").click()
        one.page.locator("#signs details summary").click()
        one.page.locator("form[action$=share] button").click()
        one.page.locator("#signs details summary").click()
        if not one.page.url.endswith(path):
            one.goes_to(path)

    return go


PAGES: dict[str, Callable[[Visitor, str], None]] = {
    "landing": as_guest("/"),
    "help": as_guest("/help"),
    "offline": as_guest("/offline"),
    "not found": as_guest("/nowhere-at-all"),
    "rooms": as_member("/rooms"),
    "me": as_member("/me"),
    "room": in_a_full_room,
    "about": as_member("/rooms/ROOM#about"),
    "earlier": as_member("/rooms/ROOM?before=100"),
    "safety plan": with_a_plan("/me/safety-plan?saved=shared#saved"),
    "plan to print": with_a_plan("/me/safety-plan/print"),
    "shifts": as_steward("/desk/shifts"),
    "pager": as_steward("/staff/pager"),
    "search": as_member("/rooms/ROOM/search?q=evening"),
}
