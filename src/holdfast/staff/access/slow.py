"""What is slow to load, takes 5 MB and is rarely needed: loaded on a thread once it is."""

from __future__ import annotations

import asyncio
import sys
from importlib import import_module

CHECKS_PASSKEYS = "webauthn"


async def at_hand() -> None:
    """Have at hand what checks passkeys; whoever is about to ask for one waits for it."""
    if CHECKS_PASSKEYS not in sys.modules:
        await asyncio.to_thread(import_module, CHECKS_PASSKEYS)
