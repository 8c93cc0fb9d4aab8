"""Staff are told why they stand at a door again, and what new recovery codes do to the old."""

from __future__ import annotations

import httpx

from holdfast.kit.house import House
from members.walking import visit
from staff.joining import first_steward
from town import on_sqlite


@on_sqlite
async def test_who_is_led_to_the_door_reads_that_they_are_not_signed_in(
    client: httpx.AsyncClient,
) -> None:
    why = "You are not signed in now."
    assert why in (await visit(client, "/staff/people")).said
    assert why not in (await visit(client, "/staff/sign-in")).said


@on_sqlite
async def test_new_recovery_codes_are_said_to_end_the_old(
    house: House, client: httpx.AsyncClient
) -> None:
    sam = await first_steward(house)
    page = await client.get("/staff", headers=sam.bearer)
    assert "With new recovery codes the old ones stop working at once." in page.text
