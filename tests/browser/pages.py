"""Every page there is, and what a visitor must do to see it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from browser.breaking import GLASS
from browser.cases import appeals, as_the_room_knows_them, before_a_break, with_a_case
from browser.circling import CIRCLES
from browser.holding import with_a_hold
from browser.kept import KEPT
from browser.measured import stepped_in
from browser.talking import TALKS
from browser.visitors import PATIENCE, Visitor


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


def behind_a_pin(one: Visitor, room: str) -> None:
    """A device with a PIN of its own, just locked."""
    as_member("/me/private")(one, room)
    form = one.page.locator("form[action='/me/private/pin']")
    for name in ("pin", "again"):
        form.locator(f"[name={name}]").fill("271828")
    form.locator("button").click()
    one.page.wait_for_url("**saved=pin*")
    one.goes_to("/unlock")


def as_steward(path: str) -> Callable[[Visitor, str], None]:
    def go(one: Visitor, room: str) -> None:
        del room
        one.holds_cookie("holdfast", one.place.steward)
        one.goes_to(path)

    return go


def in_a_full_room(one: Visitor, room: str) -> None:
    """A room with a bit of everything: a cover, a quote, responses, my own words, a menu."""
    teller = one.place.member_in(room)
    teller.put(room, "A quiet evening, so far", wants="same_boat", expires="24h")
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


GOODBYE = "This is my goodbye. I am going to kill myself tonight, I have everything ready."
SAM = "crisis-moderator"


def someone_says_goodbye(one: Visitor, room: str) -> int:
    """Somebody in the room writes it; the number of the escalation."""
    teller = one.place.member_in(room)
    teller.put(room, "A long evening, so far")
    teller.put(room, GOODBYE)
    return number_of(one, room)


def number_of(one: Visitor, room: str) -> int:
    """The escalation that was raised in a room, as soon as the desk knows it."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        answer = one.place.call("GET", "/api/v1/escalations", token=one.place.staff[SAM])
        for found in answer.json()["items"]:
            if found["room"] == room:
                return int(found["id"])
        time.sleep(0.05)
    raise AssertionError("nobody was told")


def at_the_desk(path: str) -> Callable[[Visitor, str], None]:
    """The crisis moderator's page, while somebody waits and something is held."""

    def go(one: Visitor, room: str) -> None:
        number = someone_says_goodbye(one, room)
        asks = one.place.member_in(room)
        asks.put(room, "Write to me at heron.night@example.org", as_is=True)
        asks.put(room, "I know where you live and I am going to hurt you.")
        one.holds_cookie("holdfast", one.place.staff[SAM])
        one.goes_to(path.replace("NUMBER", str(number)))

    return go


def in_own_hands(one: Visitor, room: str) -> None:
    """A card with everything that can be done about it, its folds open."""
    number = someone_says_goodbye(one, room)
    sam = one.place.staff[SAM]
    for what in ("take", "join"):
        one.place.call("POST", f"/api/v1/escalations/{number}/{what}", token=sam)
    one.holds_cookie("holdfast", sam)
    one.goes_to(f"/desk/escalations/{number}")
    for fold in one.page.locator(".acts summary").all():
        fold.click()


def looked_after(in_side_space: bool) -> Callable[[Visitor, str], None]:
    """A member who said goodbye: kept words, and the card that says who comes."""

    def go(one: Visitor, room: str) -> None:
        member = one.is_a_member()
        member.take_seat(room)
        member.put(room, "Is anybody here")
        member.put(room, "Write to me at heron.night@example.org", as_is=True)
        member.put(room, GOODBYE)
        number_of(one, room)
        one.goes_to(f"/rooms/{room}")
        if in_side_space:
            one.goes_to(one.page.locator("#care a.btn-main").get_attribute("href") or "")
        if one.scripts:
            one.is_live()

    return go


def answered(one: Visitor, room: str) -> None:
    """A member whom somebody answered while they were away: on their list of notices."""
    member = one.is_a_member()
    member.take_seat(room)
    asked = member.put(room, "Is anybody awake").json()["seq"]
    one.place.member_in(room).put(room, "I am, too", reply_to=asked)
    one.goes_to("/me/notices")
    end = time.monotonic() + 3 * PATIENCE
    while not one.page.locator(".notices").count() and time.monotonic() < end:
        time.sleep(0.3)
        one.goes_to("/me/notices")


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


def told_about(*, sent: bool) -> Callable[[Visitor, str], None]:
    """The form of a report; sent, with words and what happens now."""

    def go(one: Visitor, room: str) -> None:
        teller = one.place.member_in(room)
        teller.put(room, "You are all pathetic, every one of you")
        one.sits_in(room)
        heard = one.sees("You are all pathetic")
        one.goes_to(f"/rooms/{room}/messages/{heard.get_attribute('data-seq')}/report")
        if sent:
            one.page.check("input[value=conduct]")
            one.page.fill("#words", "It hurt me, and it is the third time tonight")
            one.page.locator("main form button").first.click()
            one.page.wait_for_url("**/me/reports/*")

    return go


def my_reports(one: Visitor, room: str) -> None:
    told_about(sent=True)(one, room)
    one.goes_to("/me/reports")


def guided(path: str, role: str) -> Callable[[Visitor, str], None]:
    """A room with all that can stand in it, as a member or the moderator on shift sees it."""

    def go(one: Visitor, room: str) -> None:
        call, token = one.place.call, one.place.staff["moderator"]
        one.place.member_in(room).put(room, "Then it got harder", note="self-harm")
        now = datetime.now(UTC)
        until = (now + timedelta(hours=1)).isoformat()
        call("POST", "/api/v1/shifts/check-in", token=token, json={"until": until})
        topic = {"topic": "Small good things, one from each of us if we like", "until": until}
        asked = {"text": "What helped you today?", "nonce": "question-1", "pin": True}
        slow = {"seconds": 60, "until": until}
        for what, body in (("topic", topic), ("question", asked), ("slow", slow)):
            call("POST", f"/api/v1/rooms/{room}/{what}", token=token, json=body)
        if role == "member":
            one.sits_in(room)
            one.page.locator(".pin summary").click()
        else:
            one.holds_cookie("holdfast", token)
            one.goes_to(path.replace("ROOM", room))

    return go


def with_somebody(path: str, kind: str = "") -> Callable[[Visitor, str], None]:
    """Somebody else in the room, muted or blocked there; `SEAT` and `BLOCK` stand for the two."""

    def go(one: Visitor, room: str) -> None:
        seat = one.place.member_in(room).take_seat(room)["seat"]
        one.sits_in(room)
        asked, block = {"room": room, "seat": seat, "kind": kind}, ""
        if kind and one.member:
            block = one.member.call("POST", "/api/v1/me/blocks", json=asked).json()["id"]
        place = path.replace("ROOM", room).replace("SEAT", seat)
        one.goes_to(place.replace("BLOCK", block))

    return go


PAGES: dict[str, Callable[[Visitor, str], None]] = {
    "landing": as_guest("/"),
    "help": as_guest("/help"),
    "offline": as_guest("/offline"),
    "not found": as_guest("/nowhere-at-all"),
    "rooms": as_member("/rooms"),
    "me": as_member("/me"),
    "staying private": as_member("/me/private"),
    **KEPT,
    "other device": as_guest("/other-device"),
    "unlock": behind_a_pin,
    "erase": as_member("/me/erase"),
    "export": as_member("/me/export"),
    "erasures": as_member("/me/erasures"),
    "receipts": as_guest("/receipts"),
    "room": in_a_full_room,
    "about": as_member("/rooms/ROOM#about"),
    "someone here": with_somebody("/rooms/ROOM/people/SEAT/about"),
    "looked away": with_somebody("/rooms/ROOM?unseen=BLOCK", "block"),
    "mutes and blocks": with_somebody("/me/blocks", "mute"),
    "earlier": as_member("/rooms/ROOM?before=100"),
    "safety plan": with_a_plan("/me/safety-plan?saved=shared#saved"),
    "plan to print": with_a_plan("/me/safety-plan/print"),
    "shifts": as_steward("/desk/shifts"),
    "pager": as_steward("/staff/pager"),
    "desk": at_the_desk("/desk"),
    "card": at_the_desk("/desk/escalations/NUMBER?show=0"),
    "card in hand": in_own_hands,
    "case in hand": with_a_case,
    "person": as_the_room_knows_them,
    "appeals": appeals,
    "break": before_a_break,
    "held posts": at_the_desk("/desk/held"),
    "holds": with_a_hold("/desk/holds", number_of),
    "hold": with_a_hold("/desk/holds/escalation/NUMBER", number_of),
    "hand-over": at_the_desk("/desk/notes"),
    "country pack": at_the_desk("/desk/packs/GB?tracks=CX"),
    "sealed line": at_the_desk("/desk/escalations/NUMBER/sealed-line"),
    "record": at_the_desk("/desk/record"),
    "looked after": looked_after(in_side_space=False),
    "side space": looked_after(in_side_space=True),
    "report form": told_about(sent=False),
    "report made": told_about(sent=True),
    "my reports": my_reports,
    "when we stepped in": stepped_in("/me/measures"),
    "hushed": stepped_in("/rooms/ROOM"),
    "notices": answered,
    "care of helpers": at_the_desk("/desk/care?country=IE"),
    "guided room": guided("/rooms/ROOM", "member"),
    "rooms of the desk": guided("/desk/rooms", "moderator"),
    "guiding": guided("/desk/rooms/ROOM", "moderator"),
    "search": as_member("/rooms/ROOM/search?q=evening"),
    **TALKS,
    **CIRCLES,
    **GLASS,
}
