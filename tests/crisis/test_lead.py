"""About a child or exploitation the lead decides, with a second person."""

from __future__ import annotations

import httpx
import pytest

from crisis.voice import GOODBYE, speak
from holdfast.crisis.rules.tracks import Track, needs_lead
from holdfast.crisis.tables import EscalationRow
from holdfast.kit.ids import EscalationId
from holdfast.rights.rules import Role
from town import Person, Town, appoint, on_sqlite

HERE = "/api/v1/escalations/1"


async def ask(client: httpx.AsyncClient, who: Person, what: str, **body: object) -> httpx.Response:
    return await client.post(f"{HERE}/{what}", json=body or None, headers=who.bearer)


async def beside_ash(
    client: httpx.AsyncClient, town: Town, tracks: str, *roles: Role
) -> list[Person]:
    """Ash is in danger, on these tracks; the first of these people is there."""
    await speak(town, town.ash, GOODBYE)
    await town.house.reactions.settled()
    async with town.house.workshop.work() as work:
        people = [await appoint(work, role) for role in roles]
        (await work.db.get_one(EscalationRow, EscalationId(1))).tracks = tracks
    await ask(client, people[0], "join")
    return people


async def closed(client: httpx.AsyncClient, first: Person, second: Person) -> httpx.Response:
    asked = await ask(client, first, "close", how="safe", check_in_hours=24)
    assert asked.status_code == 202, asked.text
    return await ask(client, second, "grant", approval=asked.json()["waits_for_second"])


def test_the_lead_s_tracks_are_a_child_and_exploitation() -> None:
    assert [track for track in Track if needs_lead(track.value)] == [
        Track.CHILD,
        Track.EXPLOITATION,
    ]
    assert needs_lead("MC")
    assert not needs_lead("")


@pytest.mark.full
@on_sqlite
@pytest.mark.parametrize("tracks", ["C", "MX"])
async def test_without_the_lead_two_people_do_not_close_it(
    client: httpx.AsyncClient, town: Town, tracks: str
) -> None:
    two = Role.CRISIS_MODERATOR, Role.SUPERVISOR
    sam, kim, fern = await beside_ash(client, town, tracks, *two, Role.LEAD)
    refused = await closed(client, sam, kim)
    assert (refused.status_code, refused.json()["code"]) == (409, "lead_needed")
    done = await closed(client, sam, fern)
    assert done.json()["stage"] == "closed"


@pytest.mark.full
@on_sqlite
async def test_the_lead_may_be_the_one_who_asks(client: httpx.AsyncClient, town: Town) -> None:
    fern, sam = await beside_ash(client, town, "C", Role.LEAD, Role.CRISIS_MODERATOR)
    assert (await closed(client, fern, sam)).json()["stage"] == "closed"


@pytest.mark.full
@on_sqlite
async def test_on_other_tracks_two_crisis_moderators_are_two(
    client: httpx.AsyncClient, town: Town
) -> None:
    sam, kim = await beside_ash(client, town, "AVM", Role.CRISIS_MODERATOR, Role.CRISIS_MODERATOR)
    assert (await closed(client, sam, kim)).json()["stage"] == "closed"
