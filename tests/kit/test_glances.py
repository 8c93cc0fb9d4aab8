"""Quick look-ups: a crowd that asks at once shares a few connections."""

from __future__ import annotations

import asyncio

from holdfast.kit.glances import AT_ONCE, glances_at
from holdfast.kit.house import House
from town import on_postgresql

ASKING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"


@on_postgresql
async def test_a_crowd_that_asks_first_shares_one_pool(house: House) -> None:
    glances = glances_at(house.workshop.database)
    ((before,),) = await house.workshop.glances.rows(ASKING)
    await asyncio.gather(*(glances.rows("SELECT 1") for _ in range(40)))
    ((after,),) = await house.workshop.glances.rows(ASKING)
    await glances.close()
    assert 1 <= after - before <= AT_ONCE
