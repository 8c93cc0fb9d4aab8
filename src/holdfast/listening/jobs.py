"""What goes by the clock: offers pass on, asks, duties and talks end, decisions are hurried."""

from __future__ import annotations

from holdfast.kit.work import Workshop
from holdfast.listening.actions import (
    end_asks,
    end_duties,
    end_what_has_nobody,
    fade_sessions,
    forget_old_words,
    hurry_guards,
    let_offers_pass,
    make_offers,
)
from holdfast.listening.queries.due import is_anything_due
from holdfast.rights.rules import System


async def look(workshop: Workshop, *, covered: bool = True) -> None:
    """Everything that is due now. Takes no pen where nothing is."""
    async with workshop.reading() as work:
        if not await is_anything_due(work):
            return
    async with workshop.work() as work:
        await let_offers_pass(work, System())
        await end_duties(work, System())
        await end_asks(work, System())
    async with workshop.work() as work:
        await make_offers(work, System(), covered=covered)
    async with workshop.work() as work:
        await end_what_has_nobody(work, System())
        await fade_sessions(work, System())
        await hurry_guards(work, System())


async def forget(workshop: Workshop) -> None:
    """What was kept for long enough goes; looked at now and then."""
    async with workshop.work() as work:
        await forget_old_words(work, System())
