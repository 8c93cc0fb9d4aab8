"""Words of a report are read before anything else: whatever comes of it, a goodbye is heard."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from holdfast.kit.errors import HoldfastError
from holdfast.messages.actions import hear_out
from holdfast.messages.ledger import Ledger
from holdfast.moderation.rules.reports import Door
from holdfast.rights.rules import Actor, Member


class _Heard(HoldfastError):
    """Carries whether words were kept for somebody who comes."""


@asynccontextmanager
async def heard_first(
    ledger: Ledger, actor: Actor, *, text: str, where: str, door: Door | None
) -> AsyncIterator[bool]:
    """High or immediate words are said in the writer's side space, and someone comes (ADR 0013).

    Says whether that is so; a refusal then shows the way to help. So does every refusal of a
    worry. `where` makes sending the same words again the same words.
    """
    heard, language = _Heard(), actor.looks.locale if isinstance(actor, Member) else "en"
    await hear_out(
        ledger, actor, text=text, nonce=f"report:{where}", refusal=heard, language=language
    )
    try:
        yield heard.help
    except HoldfastError as refusal:
        refusal.help = refusal.help or heard.help or door is Door.WORRIED
        raise
