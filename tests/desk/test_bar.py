"""The bar of the desk: what stands in it for whom."""

from __future__ import annotations

import re

import pytest

from desk.sitting import Desk
from holdfast.rights.rules import Permission, Role, Staff, may
from town import on_sqlite

pytestmark = on_sqlite
WAY = '<a href="/desk/glass"'
AT_THE_DESK = (Role.MODERATOR, Role.CRISIS_MODERATOR, Role.SUPERVISOR, Role.LEAD)


@pytest.mark.parametrize("role", AT_THE_DESK)
async def test_break_glass_is_one_click_away_for_those_who_may_and_for_nobody_else(
    desk: Desk, role: Role
) -> None:
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


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.STEWARD, Role.AUDITOR])
async def test_on_a_phone_too_there_is_a_way_to_ones_own_account(desk: Desk, role: Role) -> None:
    there = await desk.opens(await desk.hires(role, "Sam"), "/desk/record")
    without_the_wide = re.sub(r"<a [^>]*wide-only[^>]*>", "", there.html)
    assert 'href="/staff"' in without_the_wide


async def test_a_steward_keeps_the_stewards_ways_on_the_rota_and_in_the_record(desk: Desk) -> None:
    elm = await desk.hires(Role.STEWARD, "Elm")
    for path in ("/desk/shifts", "/desk/record"):
        assert "/desk/steward/settings" in (await desk.opens(elm, path)).links
    page = await desk.opens(elm, "/desk/steward/erasing")
    assert re.search(r'name="why" value="\w+" required', page.html)
    page = await desk.opens(elm, "/desk/steward/helplines")
    assert '<span id="ways-name">Helplines</span>' in page.html, "folded on a small screen"
    juniper = await desk.hires(Role.AUDITOR, "Juniper")
    assert "/desk/steward/settings" not in (await desk.opens(juniper, "/desk/record")).links
