"""What the doors of staying private lead to."""

from __future__ import annotations

import secrets

from holdfast.members.tables import MemberPasskeyRow
from holdfast.rights.rules import Role, Staff
from holdfast.staff.tables import PasskeyRow
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


async def passkey(stage: Stage) -> int:
    """A passkey of the lead's."""
    lead = stage.staff[Role.LEAD].actor
    assert isinstance(lead, Staff)
    async with stage.town.house.workshop.work() as work:
        rows = [
            PasskeyRow(
                staff_id=lead.id,
                credential=secrets.token_bytes(16),
                public_key=b"key",
                count=0,
                name=name,
                made_at=work.clock.now(),
            )
            for name in ("Phone", "Laptop")
        ]
        work.db.add_all(rows)
        await work.db.flush()
        return rows[0].id
