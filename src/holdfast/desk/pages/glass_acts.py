"""What the buttons of a request do."""

from __future__ import annotations

from holdfast.desk.pages.glass_open import keep_look, let_go
from holdfast.kit.errors import Malformed
from holdfast.kit.forms import Filled
from holdfast.kit.house import House
from holdfast.kit.limits import Pace
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
    async with house.workshop.work() as work:
        match form["do"]:
            case "agree":
                await agree_to_open(
                    work,
                    staff,
                    root=house.root,
                    request_id=number,
                    was_shown=form["shown"],
                    words=form["words"],
                )
            case "open":
                look = await open_look(
                    work, staff, root=house.root, request_id=number, words=form["words"]
                )
            case "withdraw":
                await withdraw_request(work, staff, request_id=number)
            case "call":
                await call_for_second(work, staff, request_id=number)
            case "close":
                await close_look(work, staff, request_id=number)
            case "delay":
                why = _why(form["why"])
                await ask_to_delay(work, staff, request_id=number, why=why)
            case "agree-delay":
                await agree_to_delay(work, staff, request_id=number)
            case "right" | "wrong":
                telling, was_right = _number(form["telling"]), form["do"] == "right"
                await answer_objection(work, staff, telling_id=telling, was_right=was_right)
            case _:
                raise Malformed
    if form["do"] == "open":
        keep_look(house, staff, number, look)
    if form["do"] in ("close", "withdraw"):
        let_go(house, number)


def _why(written: str) -> WhyUntold:
    if written not in set(WhyUntold):
        raise NoReason
    return WhyUntold(written)


def _number(written: str) -> int:
    if not written.isascii() or not written.isdigit() or len(written) > 15:
        raise Malformed
    return int(written)
