"""Finding out whether a refused request came from somebody on the staff, for the record."""

from __future__ import annotations

from contextlib import suppress

from fastapi import Request

from holdfast.app.opening import token_of
from holdfast.audit.jobs import is_worth_a_row, keep_refusal
from holdfast.kit.errors import HoldfastError
from holdfast.kit.house import House
from holdfast.rights.rules import Actor, Guest, Staff
from holdfast.staff.access import removed_staff_by_token


async def note_refusal(request: Request, error: HoldfastError) -> None:
    """Keep that a staff person was refused at this door."""
    path = getattr(request.scope.get("route"), "path", "")
    if not path or not is_worth_a_row(error):
        return
    house: House = request.app.state.house
    actor = await _staff_who_asked(request, house)
    if actor is not None:
        door = f"{request.method}:{path}"
        await keep_refusal(house.workshop, actor, error, door=door, asked=request.path_params)


async def _staff_who_asked(request: Request, house: House) -> Staff | None:
    """A staff person, or somebody who was one and comes with the token they had."""
    actor: Actor | None = getattr(request.state, "actor", None)
    if isinstance(actor, Staff):
        return actor
    token = token_of(request) if isinstance(actor, Guest) else ""
    if not token:
        return None
    with suppress(HoldfastError):
        return await removed_staff_by_token(house.workshop.glances, token)
    return None
