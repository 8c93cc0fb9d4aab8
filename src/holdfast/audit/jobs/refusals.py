"""Noting that somebody on the staff asked for what is not theirs, wherever they asked.

What they did is undone by then, so the row is written in a work of its own. It says which door,
never what was said at it.
"""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from holdfast.audit.actions import record_refusal
from holdfast.audit.rules import NAME
from holdfast.kit.errors import HoldfastError
from holdfast.kit.work import Workshop
from holdfast.rights.rules import Staff

log = structlog.get_logger()
REFUSALS = {401, 403, 404, 409}
NOT_A_REFUSAL = {"fresh_sign_in_needed"}  # they are asked who they are, and then let in
ALWAYS = {"no_reason", "no_end", "no_words", "not_about_this", "no_answer"}  # whatever its status
LONGEST_NAME = 64


def is_worth_a_row(refusal: HoldfastError) -> bool:
    """Whether this no is about whose something is, and not about how it was asked for."""
    return is_noted(refusal.status, refusal.code)


def is_noted(status: int, code: str) -> bool:
    """The same, of an answer as it went out. Measures and appeals out of order are always noted."""
    return (status in REFUSALS and code not in NOT_A_REFUSAL) or code in ALWAYS


async def keep_refusal(
    workshop: Workshop,
    actor: Staff,
    code: str,
    *,
    door: str,
    asked: Mapping[str, object],
) -> None:
    """One row. Whatever happens to it, whoever was refused gets their answer."""
    try:
        async with workshop.work() as work:
            detail = named(asked) or None
            await record_refusal(work, actor, code=code, about=door, detail=detail)
    except HoldfastError as no:
        log.warning("refusal not recorded", error=no.code)


def named(asked: Mapping[str, object]) -> dict[str, str | int]:
    """What was asked for. What could be words is left out; that it was there is kept."""
    return {
        name: str(value) if _is_a_name(str(value)) else "left-out" for name, value in asked.items()
    }


def _is_a_name(value: str) -> bool:
    return len(value) <= LONGEST_NAME and NAME.fullmatch(value) is not None
