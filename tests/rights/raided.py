"""Raids and invitations, for the doors that lead to one."""

from __future__ import annotations

from holdfast.kit.ids import RaidId
from holdfast.members.actions import make_invitations
from holdfast.members.queries import batches_made
from holdfast.raids.actions import end_raid, raid_by_hand, undo_cohort
from holdfast.raids.queries import open_raids
from holdfast.rights.matrix import Role
from holdfast.rights.rules import System
from rights.stage import Stage
from town import EVENING


async def batch_id(stage: Stage) -> int:
    """Invitations that a steward made."""
    house = stage.town.house
    async with house.workshop.work() as work:
        await make_invitations(work, System(), root=house.root, count=1)
        return (await batches_made(work))[0][0].id


async def raid_id(stage: Stage) -> int:
    """Raid mode that a moderator turned on just now, in a room where nothing else is tried."""
    async with stage.town.house.workshop.work() as work:
        for before in await open_raids(work):
            await end_raid(work, System(), raid_id=before)
        return await raid_by_hand(work, stage.staff[Role.MODERATOR].actor, slug=EVENING)


async def undone_id(stage: Stage) -> int:
    """A raid whose cohort, in which nobody is, was taken back."""
    raid, keeper = RaidId(await raid_id(stage)), stage.staff[Role.MODERATOR].actor
    await undo_cohort(stage.town.house.ledger, keeper, raid_id=raid, version=1, rule="kind")
    return raid
