"""Someone else in the member's room, for the doors by which one looks away from them."""

from __future__ import annotations

from holdfast.messages.actions import block_member
from holdfast.messages.tables import BlockKind
from rights.stage import Stage
from town import NIGHT


async def seat(stage: Stage) -> str:
    """Birch's seat, as the room knows it."""
    return (await stage.town.seat(stage.town.birch)).author.seat


async def theirs(stage: Stage) -> int:
    """Something that Birch said."""
    said = await stage.town.say(stage.town.birch, "I am here, too")
    assert said.seq is not None
    return said.seq


async def block_id(stage: Stage) -> str:
    """The member's mute of Birch."""
    who = await seat(stage)
    async with stage.town.house.workshop.work() as work:
        block = await block_member(
            work, stage.member.member, slug=NIGHT, handle=who, kind=BlockKind.MUTE
        )
    return block.handle
