"""Doing what nobody is in danger without: where it cannot be kept, nobody is called for it."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

import structlog

from holdfast.kit.errors import HoldfastError

log = structlog.get_logger()


async def lightly(work: Coroutine[Any, Any, None]) -> None:
    """Do it; that it could not be kept is noted, and no more."""
    try:
        await work
    except HoldfastError as no:
        log.warning("reactions.not_kept", error=no.code)
