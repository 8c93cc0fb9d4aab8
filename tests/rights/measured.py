"""Measures with an offer, for the doors that lead to one."""

from __future__ import annotations

from holdfast.moderation.actions.measures import Wish, take_measure_here
from holdfast.moderation.rules.measures import MeasureKind
from holdfast.rights.matrix import Role
from rights.stage import Stage
from town import appoint


async def offered_id(stage: Stage) -> int:
    """Somebody else hid what the member said, and offered another way to say it."""
    said, seat = await stage.town.say(stage.member, "Oh you"), await stage.town.seat(stage.member)
    wish = Wish(
        kind=MeasureKind.HIDE, rule="kind", reason="Rude", seq=said.seq, rewrite="Good evening"
    )
    async with stage.town.house.workshop.work() as work:
        robin = (await appoint(work, Role.SUPERVISOR)).actor
        keyring = stage.town.house.ledger.keyring
        row = await take_measure_here(
            work, robin, keyring, room_id=seat.room_id, seat_id=seat.id, wish=wish
        )
    return row.id
