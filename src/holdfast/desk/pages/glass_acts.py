"""What the buttons of a request do."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from holdfast.desk.pages.glass_open import keep_look, let_go
from holdfast.kit.errors import Malformed
from holdfast.kit.forms import Filled
from holdfast.kit.house import House
from holdfast.kit.limits import Pace
from holdfast.kit.work import Work
from holdfast.listening.glass.actions import (
    agree_to_delay,
    agree_to_open,
    answer_objection,
    ask_to_delay,
    call_for_second,
    close_look,
    open_look,
    withdraw_request,
)
from holdfast.listening.glass.rules import NoReason, WhyUntold
from holdfast.rights.rules import Staff

TYPING = Pace(every=30, burst=6)  # seven words: nobody guesses them, and nobody needs more


async def act_on_request(house: House, staff: Staff, number: int, form: Filled) -> None:
    """One button. Raises what its action raises, `Malformed` for none of ours, `TooFast`."""
    if form["do"] in ("agree", "open"):
        house.limits.take(("glass words", staff.id), TYPING)
    if form["do"] == "open":
        async with house.workshop.work() as work:
            look = await open_look(
                work, staff, root=house.root, request_id=number, words=form["words"]
            )
        keep_look(house, staff, number, look)
        return
    async with house.workshop.work() as work:
        await (_told(work, staff, number, form) or _asked(work, staff, number, form, house))
    if form["do"] in ("close", "withdraw"):
        let_go(house, number)


def _asked(
    work: Work, staff: Staff, number: int, form: Filled, house: House
) -> Coroutine[Any, Any, None]:
    match form["do"]:
        case "agree":
            shown, words = form["shown"], form["words"]
            return agree_to_open(
                work, staff, root=house.root, request_id=number, was_shown=shown, words=words
            )
        case "withdraw":
            return withdraw_request(work, staff, request_id=number)
        case "call":
            return call_for_second(work, staff, request_id=number)
        case "close":
            return close_look(work, staff, request_id=number)
        case _:
            raise Malformed


def _told(work: Work, staff: Staff, number: int, form: Filled) -> Coroutine[Any, Any, None] | None:
    """What is about telling the members; nothing where this button is not."""
    match form["do"]:
        case "delay":
            return ask_to_delay(work, staff, request_id=number, why=_why(form["why"]))
        case "agree-delay":
            return agree_to_delay(work, staff, request_id=number)
        case "right" | "wrong":
            telling, was_right = _number(form["telling"]), form["do"] == "right"
            return answer_objection(work, staff, telling_id=telling, was_right=was_right)
        case _:
            return None


def _why(written: str) -> WhyUntold:
    if written not in set(WhyUntold):
        raise NoReason
    return WhyUntold(written)


def _number(written: str) -> int:
    if not written.isascii() or not written.isdigit() or len(written) > 15:
        raise Malformed
    return int(written)
