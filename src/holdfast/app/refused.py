"""Noting in the record that somebody on the staff asked for what is not theirs.

What they did is undone by then, so the row is written in a work of its own. It says which door,
never what was said at it.
"""

from __future__ import annotations

from contextlib import suppress

import structlog
from fastapi import Request

from holdfast.app.opening import token_of
from holdfast.audit.actions import record_refusal
from holdfast.audit.rules import NAME, Detail
from holdfast.kit.errors import HoldfastError
from holdfast.kit.house import House
from holdfast.rights.rules import Actor, Guest, Staff
from holdfast.staff.access import removed_staff_by_token

log = structlog.get_logger()
REFUSALS = {401, 403, 404, 409}
NOT_A_REFUSAL = {"fresh_sign_in_needed"}
LONGEST_NAME = 64


async def note_refusal(request: Request, error: HoldfastError) -> None:
    """Keep that a staff person was refused here. Whatever happens, they get their answer."""
    door = getattr(request.scope.get("route"), "path", "")
    if not door or error.status not in REFUSALS or error.code in NOT_A_REFUSAL:
        return
    house: House = request.app.state.house
    actor = await _staff_who_asked(request, house)
    if actor is not None:
        about, asked_for = f"{request.method}:{door}", named(request.path_params)
        await keep_refusal(house, actor, error.code, about, asked_for)


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


async def keep_refusal(
    house: House, actor: Staff, code: str, about: str, detail: Detail | None
) -> None:
    """One row, unless the same was refused to the same person within the last minute."""
    try:
        async with house.workshop.work() as work:
            await record_refusal(work, actor, code=code, about=about, detail=detail or None)
    except HoldfastError as no:
        log.warning("refusal not recorded", error=no.code)


def named(parameters: dict[str, object]) -> dict[str, str | int]:
    """What the address named. What could be words is left out; that it was there is kept."""
    return {
        name: str(value) if _is_a_name(str(value)) else "left-out"
        for name, value in parameters.items()
    }


def _is_a_name(value: str) -> bool:
    return len(value) <= LONGEST_NAME and NAME.fullmatch(value) is not None
