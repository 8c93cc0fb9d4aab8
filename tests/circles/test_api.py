"""Circles as JSON: wishing, being asked, coming, and the desk beside it."""

from __future__ import annotations

import httpx
import pytest

from circles.gathering import asked, circle_with, may_host_now, slug_of, waiting, wishes_left
from holdfast.circles.actions.hosting import call_somebody
from holdfast.circles.jobs import form_circles
from holdfast.rights.rules import Role
from holdfast.staff.actions.shifts import check_in
from town import NIGHT, Town, appoint, newcomers, on_sqlite

pytestmark = on_sqlite
HERE = "/api/v1/circles"


@pytest.mark.full
async def test_a_wish_is_put_read_and_taken_back(client: httpx.AsyncClient, town: Town) -> None:
    body = {"languages": ["en"], "themes": ["grief"], "closer": 100, "words": "Since spring."}
    put = await client.put(f"{HERE}/wish", headers=town.ash.bearer, json=body)
    assert put.status_code == 200
    mine = (await client.get(f"{HERE}/wish", headers=town.ash.bearer)).json()
    assert (mine["themes"], mine["closer"], mine["words"]) == (["grief"], 100, "Since spring.")
    assert (await client.get(f"{HERE}/wish", headers=town.birch.bearer)).status_code == 404
    gone = await client.delete(f"{HERE}/wish", headers=town.ash.bearer)
    assert gone.status_code == 204
    assert await wishes_left(town) == 0


async def test_a_shape_that_is_not_known_is_refused(client: httpx.AsyncClient, town: Town) -> None:
    wrong: list[dict[str, object]] = [{}, {"languages": []}, {"languages": ["en"], "score": 5}]
    for body in wrong:
        put = await client.put(f"{HERE}/wish", headers=town.ash.bearer, json=body)
        assert put.status_code in {400, 422}
    assert await wishes_left(town) == 0


@pytest.mark.full
async def test_four_say_yes_and_sit_in_their_circle(client: httpx.AsyncClient, town: Town) -> None:
    people = await waiting(town, 4)
    await form_circles(town.house.workshop, seed=1)
    number = await asked(town, people[0])
    for person in people:
        told = (await client.get(f"{HERE}/wish", headers=person.bearer)).json()
        assert told["asked"] == number
    for person in people:
        path, body = f"{HERE}/asked/{number}/yes", {"promises": True, "weeks": 8}
        assert (await client.post(path, headers=person.bearer, json=body)).status_code == 204
    slug = await slug_of(town.house, people[0])
    mine = (await client.get(f"{HERE}/{slug}", headers=people[0].bearer)).json()
    assert (mine["weeks"], len(mine["people"])) == (8, 4)
    assert (await client.get(f"{HERE}/{slug}", headers=town.ash.bearer)).status_code == 404


@pytest.mark.full
async def test_coming_to_a_circle_and_going_again(client: httpx.AsyncClient, town: Town) -> None:
    slug = await circle_with(town, *await newcomers(town.house, 4), language="es")
    shown = (await client.get(HERE, headers=town.ash.bearer)).json()
    assert [(one["slug"], one["people"], one["places_left"]) for one in shown] == [(slug, 4, 4)]
    path, yes = f"{HERE}/{slug}/seat", {"promises": True, "times": ["evening"]}
    refused = await client.put(path, headers=town.ash.bearer, json=yes)
    assert refused.json()["code"] == "other_language"
    refused = await client.put(
        path, headers=town.ash.bearer, json={"promises": False, "languages": ["es"]}
    )
    assert refused.json()["code"] == "not_agreed"
    done = await client.put(path, headers=town.ash.bearer, json={**yes, "languages": ["es"]})
    assert done.status_code == 204
    assert (await client.delete(path, headers=town.ash.bearer)).status_code == 204
    assert (await client.delete(path, headers=town.ash.bearer)).status_code == 404


async def test_not_with_this_person(client: httpx.AsyncClient, town: Town) -> None:
    seat = await town.seat(town.birch)
    body = {"room": NIGHT, "seat": seat.author.seat}
    made = await client.post(f"{HERE}/apart", headers=town.ash.bearer, json=body)
    assert made.status_code == 201
    mine = (await client.get(f"{HERE}/apart", headers=town.ash.bearer)).json()
    assert [one["number"] for one in mine] == [made.json()["number"]]
    await client.delete(f"{HERE}/apart/{mine[0]['number']}", headers=town.ash.bearer)
    assert (await client.get(f"{HERE}/apart", headers=town.ash.bearer)).json() == []


@pytest.mark.full
async def test_the_host_sets_the_theme_by_program(client: httpx.AsyncClient, town: Town) -> None:
    people = await newcomers(town.house, 4)
    await may_host_now(town, people[0])
    slug = await circle_with(town, *people)
    path, body = f"{HERE}/{slug}/theme", {"theme": "rest"}
    assert (await client.put(path, headers=people[0].bearer, json=body)).status_code == 204
    assert (await client.put(path, headers=people[1].bearer, json=body)).status_code == 403


@pytest.mark.full
async def test_the_desk_shows_who_called_and_somebody_goes_there(
    client: httpx.AsyncClient, town: Town
) -> None:
    people = await newcomers(town.house, 4)
    slug = await circle_with(town, *people, name="Quiet Water")
    async with town.house.workshop.work() as work:
        fern = await appoint(work, Role.SUPERVISOR, name="Fern")
        await call_somebody(work, people[0].actor, slug=slug)
    html = (await client.get("/desk/circles", headers=fern.bearer)).text
    assert "Quiet Water" in html
    assert "called at" in html
    async with town.house.workshop.work() as work:
        await check_in(work, fern.actor, until=work.clock.now().replace(hour=6))
    went = await client.post(f"/desk/circles/{slug}/visit", headers=fern.bearer)
    assert went.headers["location"] == f"/circles/{slug}"
    inside = await client.get(f"/circles/{slug}", headers=fern.bearer)
    assert inside.status_code == 200
    room = await client.get(f"/rooms/{slug}", headers=people[0].bearer)
    assert "Fern from the staff is here" in room.text
    html = (await client.get("/desk/circles", headers=fern.bearer)).text
    assert "called at" not in html
    assert "Go on there" in html
    assert (await client.get("/desk/circles", headers=town.elm.bearer)).status_code == 404
