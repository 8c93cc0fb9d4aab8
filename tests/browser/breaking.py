"""Break-glass in front of a browser: two who hold a half each, and a talk that raised a concern."""

from __future__ import annotations

import re
import secrets
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from browser.colleagues import Colleagues
from browser.talking import PHRASE, begun, cared_for, soon
from browser.visitors import Visitor
from contract.client import Place
from contract.server import command

HIGH = "I want to die. I keep thinking about killing myself."
SHOWN = re.compile(r'name="shown" value="([^"]+)"')


@dataclass
class Holder:
    """One of the staff with a key of their own."""

    place: Place
    token: str
    words: str

    def sends(self, path: str, **form: str) -> httpx.Response:
        cookies, origin = {"holdfast": self.token}, {"origin": self.place.url}
        with httpx.Client(base_url=self.place.url, trust_env=False, cookies=cookies) as client:
            if not form:
                return client.get(path)
            return client.post(path, data=form, headers=origin)


def holder(place: Place, role: str) -> Holder:
    """Somebody who has just signed in, and made their half."""
    assert isinstance(place.staff, Colleagues)
    server, name = place.staff.server, f"{role[:3].title()} {secrets.token_hex(2)}"
    asked = [*command(), "steward", "token", "--role", role, "--name", name, "--data", server.data]
    done = subprocess.run(asked, env=server.environment, capture_output=True, text=True, check=True)
    one = Holder(place, done.stdout.split()[-1], "")
    words = PHRASE.search(one.sends("/desk/glass/key", do="make").text)
    assert words
    one.words = words[1]
    one.sends("/desk/glass/key", do="type", words=one.words)
    return one


@dataclass
class Broken:
    """A request about a talk, and the two who may open it."""

    care: Holder
    lead: Holder
    number: int  # of the escalation
    request: str = ""  # its address


def asked_for(one: Visitor) -> Broken:
    """Somebody in a talk of two wrote that they want to die, and a crisis moderator asks."""
    place = one.place
    cared_for(place)
    broken = Broken(holder(place, "crisis-moderator"), holder(place, "lead"), 0)
    slug, listener = begun(one, "illness", "money")
    listener.put(slug, "I am here. Take your time")
    assert one.member is not None
    one.member.put(slug, HIGH)
    one.member.put(slug, "I have not told anybody else")

    def number() -> Any:
        answer = place.call("GET", "/api/v1/escalations", token=broken.care.token).json()
        return next((item["id"] for item in answer["items"] if item["room"] == slug), None)

    broken.number = int(soon(number))
    today = datetime.now(UTC).date().isoformat()
    form = {"why": "danger", "since": today, "until": today, "minutes": "30"}
    made = broken.care.sends("/desk/glass/ask", about=f"escalation:{broken.number}", **form)
    assert made.status_code == 303, made.text[:300]
    broken.request = made.headers["location"]
    return broken


def opened(broken: Broken) -> None:
    """The other half agrees, and it stands open for who asked."""
    shown = SHOWN.search(broken.lead.sends(broken.request).text)
    assert shown
    broken.lead.sends(broken.request, do="agree", shown=shown[1], words=broken.lead.words)
    broken.care.sends(broken.request, do="open", words=broken.care.words)


def as_holder(path: str, *, lead: bool = False, is_open: bool = False) -> Callable[..., None]:
    """A page of those who may: `REQUEST` and `NUMBER` stand for what was asked, and about what."""

    def go(one: Visitor, room: str) -> None:
        del room
        broken = asked_for(one)
        if is_open:
            opened(broken)
        one.holds_cookie("holdfast", (broken.lead if lead else broken.care).token)
        place = path.replace("REQUEST", broken.request)
        one.goes_to(place.replace("NUMBER", str(broken.number)))

    return go


def page_of_words(one: Visitor, room: str) -> None:
    """What two people opened, one page of it."""
    as_holder("REQUEST", is_open=True)(one, room)
    one.page.locator("form[action$='/pages/1'] button").click()
    one.page.wait_for_url("**/pages/1")


def new_words(one: Visitor, room: str) -> None:
    """Seven words, shown once."""
    del room
    one.holds_cookie("holdfast", holder(one.place, "auditor").token)
    one.goes_to("/desk/glass/key")
    one.page.locator("button[value=make]").click()
    one.page.locator(".words").wait_for()


def told_nothing(one: Visitor, room: str) -> None:
    del room
    one.is_a_member()
    one.goes_to("/me/opened")


GLASS: dict[str, Callable[[Visitor, str], None]] = {
    "break-glass": as_holder("/desk/glass"),
    "my half of the key": new_words,
    "asking to open": as_holder("/desk/glass/ask?about=escalation:NUMBER"),
    "asked to agree": as_holder("REQUEST", lead=True),
    "asked and waiting": as_holder("REQUEST"),
    "open for a while": as_holder("REQUEST", is_open=True),
    "opened words": page_of_words,
    "card without words": as_holder("/desk/escalations/NUMBER"),
    "when staff opened my words": told_nothing,
}
