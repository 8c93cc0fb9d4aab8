"""What is held of what somebody erased, as the desk sees it."""

from __future__ import annotations

import time
from collections.abc import Callable

from browser.visitors import PATIENCE, Visitor

HIGH = "I want to die. I keep thinking about killing myself."
SAM = "crisis-moderator"


def with_a_hold(path: str, number_of: Callable[[Visitor, str], int]) -> Callable[..., None]:
    """Somebody in danger took their words back: `NUMBER` stands for their escalation."""

    def go(one: Visitor, room: str) -> None:
        place, token = one.place, one.place.staff[SAM]
        teller = place.member_in(room)
        seq = teller.put(room, HIGH).json()["seq"]
        number = number_of(one, room)
        teller.call("DELETE", f"/api/v1/rooms/{room}/messages/{seq}/words/take-back-1")
        end = time.monotonic() + PATIENCE
        here = f"/api/v1/holds/escalation/{number}"
        while "hold" not in place.call("GET", here, token=token).json():
            assert time.monotonic() < end, "nothing is held"
            time.sleep(0.05)
        one.holds_cookie("holdfast", token)
        one.goes_to(path.replace("NUMBER", str(number)))

    return go
