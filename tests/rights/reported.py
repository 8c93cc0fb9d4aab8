"""Reports, for the doors that lead to one."""

from __future__ import annotations

from holdfast.moderation.actions import report_message
from holdfast.moderation.rules.reports import Door
from rights.stage import Stage
from rights.unseen import theirs
from town import NIGHT


async def report(stage: Stage) -> str:
    """A report that the member made."""
    house, seq = stage.town.house, await theirs(stage)
    async with house.workshop.work() as work:
        made = await report_message(
            work,
            stage.member.actor,
            house.ledger.keyring,
            slug=NIGHT,
            seq=seq,
            kind=Door.CONDUCT,
        )
    return made.handle
