"""The bar of the desk: what stands in it for whom."""

from __future__ import annotations

import httpx
import pytest

from desk.sitting import Desk
from holdfast.rights.rules import Permission, Role, Staff, may
from town import Town, on_sqlite

pytestmark = on_sqlite
WAY = '<a href="/desk/glass"'
AT_THE_DESK = (Role.MODERATOR, Role.CRISIS_MODERATOR, Role.SUPERVISOR, Role.LEAD)


@pytest.mark.parametrize("role", AT_THE_DESK)
async def test_break_glass_is_one_click_away_for_those_who_may_and_for_nobody_else(
    town: Town, client: httpx.AsyncClient, role: Role
) -> None:
    desk = Desk(town, client)
    sam = await desk.hires(role, "Sam")
    assert isinstance(sam.actor, Staff)
    allowed = may(sam.actor, Permission.GLASS_AGREE)
    assert allowed is (role is not Role.MODERATOR)
    for path in ("/desk", "/desk/held", "/desk/listening", "/desk/notes"):
        page = await desk.at(sam).get(path)
        if page.status_code == 200:
            assert (WAY in page.text) is allowed, path
    there = await desk.at(sam).get("/desk/glass")
    assert there.status_code == (200 if allowed else 404)
    if allowed:
        assert 'href="/desk/glass" aria-current="page"' in there.text
