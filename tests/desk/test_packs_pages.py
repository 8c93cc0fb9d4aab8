"""Country packs at the desk: the tracks of the escalation first, and marked as unchecked."""

from __future__ import annotations

import re

import httpx
import pytest

from holdfast.crisis.rules.packs import packs
from holdfast.crisis.rules.tracks import Track
from holdfast.rights.rules import Role
from members.walking import visit
from town import Town, appoint, on_sqlite

HERE = "/desk/packs"


async def at_the_desk(client: httpx.AsyncClient, town: Town, role: Role) -> httpx.AsyncClient:
    async with town.house.workshop.work() as work:
        client.cookies.set("holdfast", (await appoint(work, role)).token)
    return client


@pytest.mark.full
@on_sqlite
async def test_every_country_leads_to_its_whole_pack_marked_as_unchecked(
    client: httpx.AsyncClient, town: Town
) -> None:
    sam = await at_the_desk(client, town, Role.CRISIS_MODERATOR)
    first = await visit(sam, HERE)
    for code, pack in packs().items():
        assert f"{HERE}/{code}" in first.links
        page = await visit(sam, f"{HERE}/{code}")
        assert f"/help?country={code}" in page.links
        for entry in pack.tracks.values():
            assert all(line in page.said for line in (entry.duty, *entry.say, *entry.must_not))
        shown = [1 + len(pack.places_for(track)) for track in Track]
        assert page.html.count("unchecked</span>") == sum(shown) + 1 + len(pack.standing)


@on_sqlite
async def test_the_tracks_that_are_asked_for_come_first_and_open(
    client: httpx.AsyncClient, town: Town
) -> None:
    sam = await at_the_desk(client, town, Role.CRISIS_MODERATOR)
    assert f"{HERE}/GB?tracks=XM" in (await visit(sam, f"{HERE}?tracks=MqX")).links
    page = await visit(sam, f"{HERE}/gb?tracks=XM")
    order = re.findall(r'<details class="card more" id="track-(\w)"( open)?', page.html)
    assert [letter for letter, _ in order] == ["X", "M", "C", "A", "V", "T", "W"]
    assert [bool(is_open) for _, is_open in order] == [True] * 2 + [False] * 5


@pytest.mark.full
@on_sqlite
async def test_no_pack_and_no_right_look_alike(client: httpx.AsyncClient, town: Town) -> None:
    dahlia = await at_the_desk(client, town, Role.MODERATOR)
    assert (await dahlia.get(f"{HERE}/GB")).status_code == 200
    assert (await dahlia.get(f"{HERE}/ZZ")).status_code == 404
    for token in (town.elm.token, town.ash.token):
        client.cookies.set("holdfast", token)
        assert (await client.get(f"{HERE}/GB")).status_code == 404
        assert (await client.get(HERE)).status_code == 404
