"""Noting in the record that somebody on the staff asked for what is not theirs.

What they did is undone by then, so the row is written in a work of its own. It says which door,
never what was said at it.
"""

from __future__ import annotations

import structlog
from fastapi import Request

from holdfast.audit.actions import record_refusal
from holdfast.audit.rules import NAME, Detail
from holdfast.kit.errors import HoldfastError
from holdfast.kit.house import House
from holdfast.rights.rules import Actor, Staff

log = structlog.get_logger()
REFUSALS = {403, 404, 409}
NOT_A_REFUSAL = {"fresh_sign_in_needed"}
LONGEST_NAME = 64


async def note_refusal(request: Request, error: HoldfastError) -> None:
    """Keep that a staff person was refused here. Whatever happens, they get their answer."""
    actor: Actor | None = getattr(request.state, "actor", None)
    door = getattr(request.scope.get("route"), "path", "")
    if not door or not isinstance(actor, Staff) or not _is_refusal(error):
        return
    house: House = request.app.state.house
    asked_for = named(request.path_params)
    await keep_refusal(house, actor, error.code, f"{request.method}:{door}", asked_for)


async def keep_refusal(
    house: House, actor: Staff, code: str, about: str, detail: Detail | None
) -> None:
    """One row, unless the same was refused to the same person within the last minute."""
    try:
        async with house.workshop.work() as work:
            await record_refusal(work, actor, code=code, about=about, detail=detail or None)
    except HoldfastError as no:
        log.warning("refusal not recorded", error=no.code)


def _is_refusal(error: HoldfastError) -> bool:
    return error.status in REFUSALS and error.code not in NOT_A_REFUSAL


def named(parameters: dict[str, object]) -> dict[str, str | int]:
    """What the address named. What could be words is left out; that it was there is kept."""
    return {
        name: str(value) if _is_a_name(str(value)) else "left-out"
        for name, value in parameters.items()
    }


def _is_a_name(value: str) -> bool:
    return len(value) <= LONGEST_NAME and NAME.fullmatch(value) is not None
