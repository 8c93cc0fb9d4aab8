"""Cases in front of a browser: somebody reports, and a moderator sits down with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from browser.visitors import Visitor

RUDE = "You are all pathetic, every one of you"
MODERATOR = "moderator"


def someone_reports(one: Visitor, room: str) -> int:
    """Somebody says something that is not ok, and another tells us. The number of the case."""
    place = one.place
    teller, reader = place.member_in(room), place.member_in(room)
    seq = teller.put(room, RUDE).json()["seq"]
    told = {"kind": "conduct", "words": "It hurt me"}
    place.call(
        "POST", f"/api/v1/rooms/{room}/messages/{seq}/reports", token=reader.token, json=told
    )
    found = place.call("GET", "/api/v1/cases", token=place.staff[MODERATOR]).json()["items"]
    return int(next(case["id"] for case in found if case["room"] == room))


def with_a_case(one: Visitor, room: str) -> None:
    """A case in the moderator's hands, everything that can be done unfolded."""
    number = someone_reports(one, room)
    token = one.place.staff[MODERATOR]
    one.place.call("POST", f"/api/v1/cases/{number}/claim", token=token)
    one.holds_cookie("holdfast", token)
    one.goes_to(f"/desk/cases/{number}")
    for fold in one.page.locator(".acts summary").all():
        fold.click()


def as_the_room_knows_them(one: Visitor, room: str) -> None:
    """The page of whoever the case is about; it needs a shift."""
    until = (datetime.now(UTC) + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    token = one.place.staff[MODERATOR]
    one.place.call("POST", "/api/v1/shifts/check-in", token=token, json={"until": until})
    with_a_case(one, room)
    one.page.locator("main a[href*='/people/']").click()
    one.page.wait_for_url("**/people/*")


def before_a_break(one: Visitor, room: str) -> None:
    """What a break means to somebody who holds a case."""
    with_a_case(one, room)
    one.goes_to("/desk/break")


def appeals(one: Visitor, room: str) -> None:
    """An appeal that somebody else reads."""
    place = one.place
    teller, reader = place.member_in(room), place.member_in(room)
    seq = teller.put(room, RUDE).json()["seq"]
    where = f"/api/v1/rooms/{room}/messages/{seq}/reports"
    place.call("POST", where, token=reader.token, json={"kind": "conduct"})
    lead = place.staff["lead"]
    case = next(
        one
        for one in place.call("GET", "/api/v1/cases", token=lead).json()["items"]
        if one["room"] == room
    )
    wish = {"version": case["version"], "kind": "hide", "rule": "kind", "reason": "It hurts"}
    place.call(
        "POST", f"/api/v1/cases/{case['id']}/measures", token=lead, json={**wish, "seq": seq}
    )
    (mine,) = place.call("GET", "/api/v1/me/measures", token=teller.token).json()["items"]
    place.call(
        "POST",
        f"/api/v1/me/measures/{mine['id']}/appeal",
        token=teller.token,
        json={"words": "I was quoting what she says to me"},
    )
    one.holds_cookie("holdfast", place.staff[MODERATOR])
    one.goes_to("/desk/appeals")
