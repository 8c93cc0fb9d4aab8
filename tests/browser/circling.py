"""A circle in front of a browser: four who wished for the same, were asked, and said yes."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from browser.colleagues import Colleagues
from browser.talking import soon
from browser.visitors import Visitor
from contract.client import Member, Place
from contract.server import command

API = "/api/v1/circles"
OTHERS = 3  # they and the visitor are as many as a circle needs
WISH: dict[str, Any] = {"languages": ["en"], "times": ["evening"], "pace": "quiet"}
MUCH = 13  # new messages, so that a digest stands above them


def sits_in_a_circle(one: Visitor, theme: str = "grief") -> tuple[str, list[Member]]:
    """The visitor and three others begin a circle: its address, and the others."""
    people = [one.is_a_member(), *(one.place.newcomer() for _ in range(OTHERS))]
    return begins(one.place, people, theme), people[1:]


def begins(place: Place, people: list[Member], theme: str) -> str:
    """These wish for the same, are asked, and say yes: the address of their circle."""
    wish_and_are_asked(place, people, theme)
    for person in people:
        says_yes(person)
    rooms = people[0].call("GET", "/rooms").text
    return rooms.split('href="/rooms/circle-')[1].split('"')[0].join(("circle-", ""))


def wish_and_are_asked(
    place: Place, people: list[Member], theme: str, language: str = "en"
) -> None:
    """These wish for the same, and somebody looks for circles by hand."""
    wish = {**WISH, "themes": [theme], "languages": [language]}
    for person in people:
        wished = person.call("PUT", f"{API}/wish", json=wish)
        assert wished.status_code == 200, wished.text
    _looked_for(place)


def says_yes(person: Member) -> None:
    """Once they are asked, they would like to begin."""
    number = soon(partial(_asked, person))
    said = person.call("POST", f"{API}/asked/{number}/yes", json={"promises": True})
    assert said.is_success, said.text


def _asked(person: Member) -> int | None:
    """The number of what they are asked about, once they are."""
    number: int | None = person.call("GET", f"{API}/wish").json().get("asked")
    return number


def _looked_for(place: Place) -> None:
    """Somebody looks for circles by hand, and does not wait for the hour."""
    assert isinstance(place.staff, Colleagues)
    server = place.staff.server
    asked = [*command(), "circles", "form", "--data", server.data]
    subprocess.run(asked, env=server.environment, capture_output=True, check=True)


def in_a_thread(one: Visitor, room: str) -> None:
    """A message, two replies, and the form for a third."""
    del room
    slug, (other, *_) = sits_in_a_circle(one)
    seq = other.put(slug, "The mornings are the hardest part").json()["seq"]
    other.put(slug, "And the evenings, some days", reply_to=seq)
    one.member and one.member.put(slug, "The evenings for me, too", reply_to=seq)
    one.goes_to(f"/rooms/{slug}/threads/{seq}")


def with_a_digest(one: Visitor, room: str) -> None:
    """Back in a circle after much was said: what is new stands above it, unfolded."""
    del room
    slug, (other, *_) = sits_in_a_circle(one)
    seq = other.put(slug, "Is anybody awake", wants="listening").json()["seq"]
    for number in range(MUCH):
        other.put(slug, f"A line of a long evening, {number}", reply_to=seq)
    one.goes_to(f"/rooms/{slug}")
    one.page.locator("#digest summary").click()
    if one.scripts:
        one.is_live()


def in_its_room(one: Visitor, room: str) -> None:
    """About the circle in which somebody sits."""
    del room
    slug, _ = sits_in_a_circle(one)
    one.goes_to(f"/circles/{slug}")


def about_one(one: Visitor, room: str) -> None:
    """About a circle in which somebody does not sit, at times that do not fit it."""
    del room
    slug, _ = sits_in_a_circle(Visitor(one.windows, one.place), theme="loneliness")
    one.is_a_member()
    one.goes_to(f"/circles/{slug}?part=morning&day=mon")


def asked_how_they_are(one: Visitor, room: str) -> None:
    """Four weeks after a circle: the question is put where the clock would put it."""
    del room
    slug, _ = sits_in_a_circle(one)
    is_asked_how_they_are(one.place, slug)
    one.goes_to("/circles/how")


def is_asked_how_they_are(place: Place, slug: str) -> None:
    """Each of a circle is asked, as they are four weeks after it."""
    assert isinstance(place.staff, Colleagues)
    with sqlite3.connect(Path(place.staff.server.data) / "holdfast.db") as db:
        db.execute("PRAGMA busy_timeout = 5000")
        db.execute(
            "INSERT INTO circle_checks (room_id, member_id, asked_at, until)"
            " SELECT room_id, member_id, taken_at, taken_at + 1209600000 FROM seats"
            " WHERE room_id = (SELECT id FROM rooms WHERE slug = ?)",
            (slug,),
        )


def finding(one: Visitor, room: str) -> None:
    """The page that finds one, with something chosen."""
    del room
    one.is_a_member()
    one.goes_to("/circles?theme=grief&part=evening&language=en&closer=50")


CIRCLES: dict[str, Callable[[Visitor, str], None]] = {
    "find a circle": finding,
    "circle": in_its_room,
    "about a circle": about_one,
    "after a circle": asked_how_they_are,
    "thread": in_a_thread,
    "digest": with_a_digest,
}
