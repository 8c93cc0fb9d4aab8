"""What the doors of staying private lead to."""

from __future__ import annotations

import secrets

from holdfast.members.tables import MemberPasskeyRow
from rights.stage import Stage


async def member_passkey(stage: Stage) -> int:
    """A passkey of the member's."""
    async with stage.town.house.workshop.work() as work:
        row = MemberPasskeyRow(
            member_id=stage.member.member.id,
            credential=secrets.token_bytes(16),
            public_key=b"key",
            handle=secrets.token_bytes(32),
            count=0,
            name="Phone",
            made_on=work.clock.now().date(),
        )
        work.db.add(row)
        await work.db.flush()
        return row.id
