"""Waiting at the door, for who can or will not have a device do some work first."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import Response

from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.forms import filled
from holdfast.kit.house import InHouse
from holdfast.kit.pages import render
from holdfast.members.actions import DOOR
from holdfast.members.actions.proofs import make_wait, open_wait, wait_is_over_at
from holdfast.members.pages.door import door_stands, pass_now, turned_away
from holdfast.members.pages.passes import UNDERSTOOD
from holdfast.members.rules.door import LONGEST_WAIT

router = APIRouter(prefix="/come-in")


@router.post("/wait")
async def post_wait(request: Request, house: InHouse) -> Response:
    """A place in the line, which is good for one time once the wait is over."""
    form = await filled(request)
    if away := turned_away(request, house, UNDERSTOOD, form["pass"]):
        return away
    house.limits.take("door", DOOR)
    door = await door_stands(house)
    line = house.limits.line_up("waits", door.apart.total_seconds(), LONGEST_WAIT.total_seconds())
    wait = max(door.wait, timedelta(seconds=line))
    given = make_wait(house.root, house.workshop.clock.now(), wait)
    return go_to(f"/come-in/wait?{urlencode({'pass': pass_now(house, UNDERSTOOD), 'wait': given})}")


@router.get("/wait")
async def get_wait(request: Request, house: InHouse) -> Response:
    """How long still; whoever looks again when the wait is over is led on."""
    if away := turned_away(request, house, UNDERSTOOD):
        return away
    given, now = request.query_params.get("wait", ""), house.workshop.clock.now()
    door_pass = pass_now(house, UNDERSTOOD)
    query = urlencode({"pass": door_pass, "wait": given})
    if open_wait(house.root, given, now):
        return go_to(f"/come-in/agree?{query}")
    ready = wait_is_over_at(house.root, given)
    if ready is None or now >= ready:  # never given, or not used while it was good
        return go_to(f"/come-in/agree?{urlencode({'pass': door_pass})}")
    left = max(1, round((ready - now).total_seconds()))
    door = await door_stands(house)
    again = f"/come-in/wait?{query}"
    return render(request, "members/waiting.html", minutes=-(-left // 60), door=door, again=again)
