"""A member about whom something was decided: their list of it, and their room."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from browser.visitors import Visitor


def stepped_in(path: str) -> Callable[[Visitor, str], None]:
    """One message hidden with another way to say it, a hush, and an appeal that waits."""

    def go(one: Visitor, room: str) -> None:
        member = one.is_a_member()
        seat = member.take_seat(room)["seat"]
        said = member.put(room, "You people are all so slow").json()["seq"]
        ends = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
        why = {"seat": seat, "rule": "kind", "reason": "Rude to a newcomer"}
        hide = {"kind": "hide", "seq": said, "rewrite": "I wish it went a little faster"}
        hush, note = {"kind": "hush", "until": ends}, {"kind": "note", "words": "Please be kinder"}
        for wish in (hide, hush, note):
            one.place.call(
                "POST",
                f"/api/v1/rooms/{room}/measures",
                token=one.place.staff["moderator"],
                json={**why, **wish},
            )
        mine = member.call("GET", "/api/v1/me/measures").json()["items"]
        [number] = [taken["id"] for taken in mine if taken["kind"] == "hush"]
        words = {"words": "I was quoting a song, and I am sorry that it hurt."}
        member.call("POST", f"/api/v1/me/measures/{number}/appeal", json=words)
        one.goes_to(path.replace("ROOM", room))
        for fold in one.page.locator("main details.more > summary").all():
            fold.click()

    return go
