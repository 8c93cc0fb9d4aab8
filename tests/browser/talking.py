"""Talks of two in front of a browser: who may listen, who asks, and the two in their room."""

from __future__ import annotations

import re
import secrets
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from browser.colleagues import Colleagues
from browser.visitors import PATIENCE, Visitor
from contract.client import Member, Place
from contract.server import command

API = "/api/v1/listening"
SENTENCE = "My brother has stopped talking to me and I keep going over it"
PHRASE = re.compile(r'class="b words"[^>]*>([a-z ]+)<')
KEYED: dict[str, dict[str, str]] = {}


def cared_for(place: Place) -> dict[str, str]:
    """Tokens of a supervisor on shift and a lead, who hold the two halves of break-glass."""
    if place.url not in KEYED:
        KEYED[place.url] = {role: _keyed(place, role) for role in ("supervisor", "lead")}
        until = (datetime.now(UTC) + timedelta(hours=4)).strftime("%Y-%m-%dT%H:%M:%SZ")
        token = KEYED[place.url]["supervisor"]
        place.call("POST", "/api/v1/shifts/check-in", token=token, json={"until": until})
    return KEYED[place.url]


def _keyed(place: Place, role: str) -> str:
    """A token of somebody who has just signed in, and has made their half."""
    assert isinstance(place.staff, Colleagues)
    server, name = place.staff.server, f"{role[:3].title()} {secrets.token_hex(2)}"
    asked = [*command(), "steward", "token", "--role", role, "--name", name, "--data", server.data]
    done = subprocess.run(asked, env=server.environment, capture_output=True, text=True, check=True)
    token = done.stdout.split()[-1]
    with httpx.Client(base_url=place.url, trust_env=False, cookies={"holdfast": token}) as client:
        made = client.post("/desk/glass/key", data={"do": "make"}, headers={"origin": place.url})
        words = PHRASE.search(made.text)
        assert words, made.text[:400]
        typed = {"do": "type", "words": words[1]}
        client.post("/desk/glass/key", data=typed, headers={"origin": place.url})
    return token


def let_listen(place: Place, one: Member) -> Member:
    """The lead lets a member listen."""
    tokens = cared_for(place)
    code = one.call("POST", f"{API}/code").json()["code"]
    until = (datetime.now(UTC) + timedelta(days=60)).date().isoformat()
    granted = place.call(
        "POST",
        f"{API}/rights",
        token=tokens["lead"],
        json={"code": code, "role": "listener", "until": until, "languages": []},
    )
    assert granted.status_code == 201, granted.text
    return one


def on_duty(place: Place, one: Member, *wants: str) -> Member:
    """A listener to whom asks may come now."""
    let_listen(place, one)
    body = {"minutes": 60, "most": 2, "wants": list(wants), "ways": ["questions", "slow"]}
    begun = one.call("POST", f"{API}/duty", json=body)
    assert begun.status_code == 201, begun.text
    return one


def asks(member: Member, *wants: str) -> None:
    """Somebody asks, with a sentence that nobody else asks with."""
    mark = "".join(secrets.choice("bcdfgh") for _ in range(8))
    body = {"wants": list(wants), "preferences": ["questions"], "language": "en"}
    asked = member.call("POST", f"{API}/ask", json={**body, "words": f"{SENTENCE}, {mark}"})
    assert asked.status_code == 201, asked.text


def offer_before(listener: Member, asker: Member) -> int:
    """The number of somebody's ask, as soon as it lies before a listener; others go on."""
    words = asker.call("GET", f"{API}/ask").json()["words"]

    def theirs() -> int | None:
        for offer in listener.call("GET", f"{API}/offers").json()["items"]:
            if offer["words"] == words:
                return int(offer["id"])
            listener.call("POST", f"{API}/offers/{offer['id']}", json={"accept": False})
        return None

    return int(soon(theirs))


def soon(look: Callable[[], Any]) -> Any:
    """What there is to see, once there is something."""
    end = time.monotonic() + PATIENCE
    while not (found := look()):
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)
    return found


def two_talk(asker: Member, listener: Member) -> str:
    """They are put together; the slug of their room."""
    offer = offer_before(listener, asker)
    taken = listener.call("POST", f"{API}/offers/{offer}", json={"accept": True})
    assert taken.status_code == 200, taken.text
    return str(taken.json()["room"])


def begun(one: Visitor, *wants: str) -> tuple[str, Member]:
    """The visitor asked and was found: the room, and who listens."""
    listener = on_duty(one.place, one.place.newcomer(), *wants)
    member = one.is_a_member()
    asks(member, *wants)
    slug = two_talk(member, listener)
    listener.call("DELETE", f"{API}/duty")  # so that no other test's ask comes to them
    return slug, listener


# -------------------------------------------------------------------- pages, as pages.py takes them


def not_offered(one: Visitor, room: str) -> None:
    del room
    one.is_a_member()
    one.goes_to("/listening")


def asking(one: Visitor, room: str) -> None:
    """The form, with something chosen and a yes still open."""
    del room
    cared_for(one.place)
    one.is_a_member()
    one.goes_to("/listening")
    one.page.fill("#words", SENTENCE)
    one.page.locator("input[name=want]").first.check(force=True)


def waiting(one: Visitor, room: str) -> None:
    del room
    cared_for(one.place)
    asks(one.is_a_member(), "caring")
    one.goes_to("/listening/waiting")


def found(one: Visitor, room: str) -> None:
    del room
    slug, _ = begun(one, "illness", "money")
    one.goes_to(f"/listening/{slug}/found")


def in_a_talk(one: Visitor, room: str) -> None:
    """A talk with words, a hand that is up and a hand-over to read."""
    del room
    slug, listener = begun(one, "illness", "money")
    listener.put(slug, "I am here. Take your time")
    one.member and one.member.put(slug, "It helps that somebody is there")
    words = {"words": "They are the eldest of four"}
    listener.call("PUT", f"{API}/talks/{slug}/hand-over", json=words)
    listener.call("PUT", f"{API}/talks/{slug}/hand")
    one.goes_to(f"/rooms/{slug}")
    if one.scripts:
        one.is_live()


def as_listener(path: str) -> Callable[[Visitor, str], None]:
    """A listener's pages in the middle of an evening; `SLUG` is a talk of theirs."""

    def go(one: Visitor, room: str) -> None:
        del room
        asker = one.place.newcomer()
        listener = on_duty(one.place, one.is_a_member(), "habit", "love")
        asks(asker, "habit", "love")
        slug = two_talk(asker, listener)
        other = one.place.newcomer()
        asks(other, "habit", "love")
        offer_before(listener, other)
        one.goes_to(path.replace("SLUG", slug))

    return go


def landed(one: Visitor, room: str) -> None:
    """After goodbye: everything that can be answered is open."""
    del room
    slug, _ = begun(one, "illness", "money")
    assert one.member is not None
    one.member.call("POST", f"{API}/talks/{slug}/goodbye")
    one.goes_to(f"/listening/{slug}/goodbye")


def handed_over(one: Visitor, room: str) -> None:
    in_a_talk(one, room)
    slug = one.page.url.rsplit("/", 1)[-1]
    one.goes_to(f"/listening/{slug}/hand-over")


TALKS: dict[str, Callable[[Visitor, str], None]] = {
    "one person": asking,
    "waiting for a listener": waiting,
    "found a listener": found,
    "talk of two": in_a_talk,
    "goodbye": landed,
    "reading a hand-over": handed_over,
    "on duty to listen": as_listener("/listening/duty"),
    "writing a hand-over": as_listener("/listening/SLUG/hand-over"),
    "asking to listen": as_listener("/listening/right"),
}
