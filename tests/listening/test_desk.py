"""Listening at the desk: a hand on top of the queue, the guard, and rights by a code."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from holdfast.listening.actions import raise_hand
from holdfast.listening.queries.hands import guard_call_in
from holdfast.listening.tables import GuardCallRow, HandRow, ListeningRow
from holdfast.rights.actions import make_granting_code
from holdfast.rights.queries import has_right
from holdfast.rights.rules import Role
from holdfast.rights.tables import RightRole, RightRow
from holdfast.staff.actions.shifts import check_in
from listening.talking import Stage
from town import Person, appoint, on_sqlite

pytestmark = on_sqlite


async def _page(client: httpx.AsyncClient, person: Person, path: str) -> str:
    answer = await client.get(path, headers={**person.bearer, "accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return answer.text


async def _post(
    client: httpx.AsyncClient, person: Person, path: str, **form: str
) -> httpx.Response:
    return await client.post(path, data=form, headers={**person.bearer, "accept": "text/html"})


@pytest.mark.full
async def test_a_hand_stands_on_top_of_the_queue_and_leads_into_the_room(
    client: httpx.AsyncClient, talks: Stage
) -> None:
    await talks.on_duty(talks.town.cedar)
    slug = await talks.two(talks.town.ash, talks.town.cedar)
    await talks.town.say(talks.town.ash, "canary between two", slug)
    assert "A hand is up" not in await _page(client, talks.hazel, "/desk")
    async with talks.town.house.workshop.work() as work:
        hand = await raise_hand(work, talks.town.ash.member, slug=slug)
    for path in ("/desk", "/desk/fragments/queue", "/desk/listening"):
        page = await _page(client, talks.hazel, path)
        assert f"/desk/listening/hands/{hand.id}" in page
        assert "canary" not in page
    gone = await _post(client, talks.hazel, f"/desk/listening/hands/{hand.id}")
    assert (gone.status_code, gone.headers["location"]) == (303, f"/rooms/{slug}")
    assert "A hand is up" not in await _page(client, talks.hazel, "/desk")
    assert "Hazel" in await _page(client, talks.hazel, "/desk/listening")


@pytest.mark.full
async def test_a_hand_says_its_language_by_name_and_who_is_off_shift_finds_the_shifts(
    client: httpx.AsyncClient, talks: Stage
) -> None:
    await talks.on_duty(talks.town.cedar)
    slug = await talks.two(talks.town.ash, talks.town.cedar)
    async with talks.town.house.workshop.work() as work:
        hand = await raise_hand(work, talks.town.ash.member, slug=slug)
        ivy = await appoint(work, Role.SUPERVISOR, name="Ivy")
    assert "<bdi>English</bdi>" in await _page(client, ivy, "/desk/listening")
    refused = await _post(client, ivy, f"/desk/listening/hands/{hand.id}")
    assert refused.status_code == 403
    assert 'Please begin your shift first. <a href="/desk/shifts">' in refused.text
    gone = await _post(client, talks.hazel, f"/desk/listening/hands/{hand.id}")
    assert gone.status_code == 303


@pytest.mark.full
async def test_who_comes_second_is_told_so_on_the_page(
    client: httpx.AsyncClient, talks: Stage
) -> None:
    await talks.on_duty(talks.town.cedar)
    slug = await talks.two(talks.town.ash, talks.town.cedar)
    async with talks.town.house.workshop.work() as work:
        await raise_hand(work, talks.town.ash.member, slug=slug)
        other = await appoint(work, Role.SUPERVISOR, name="Ivy")
        await check_in(work, other.actor, until=talks.clock.now() + timedelta(hours=3))
    hand = await talks.one(HandRow)
    assert (await _post(client, talks.hazel, f"/desk/listening/hands/{hand.id}")).status_code == 303
    late = await _post(client, other, f"/desk/listening/hands/{hand.id}")
    assert late.status_code == 409
    assert "can’t be done just now" in late.text


@pytest.mark.full
async def test_a_moderator_sees_no_hand_in_the_queue(
    client: httpx.AsyncClient, talks: Stage
) -> None:
    await talks.on_duty(talks.town.cedar)
    slug = await talks.two(talks.town.ash, talks.town.cedar)
    async with talks.town.house.workshop.work() as work:
        await raise_hand(work, talks.town.ash.member, slug=slug)
        dahlia = await appoint(work, Role.MODERATOR, name="Dahlia")
    assert "A hand is up" in await _page(client, talks.hazel, "/desk")
    assert "A hand is up" not in await _page(client, dahlia, "/desk")


async def test_the_lead_gives_a_right_by_a_code_and_ends_it(
    client: httpx.AsyncClient, talks: Stage
) -> None:
    async with talks.town.house.workshop.work() as work:
        code = await make_granting_code(work, talks.town.birch.member)
    until = (talks.clock.now() + timedelta(days=60)).date().isoformat()
    asked = {"role": "listener", "until": until, "language-en": "yes"}
    wrong = await _post(client, talks.fern, "/desk/listening/rights", code="nobody", **asked)
    assert wrong.status_code == 404
    assert "Nobody has this code now" in wrong.text
    given = await _post(client, talks.fern, "/desk/listening/rights", code=code, **asked)
    assert given.headers["location"] == "/desk/listening?saved=granted"
    async with talks.town.house.workshop.reading() as work:
        assert await has_right(work, talks.town.birch.member.id, RightRole.LISTENER, "en")
        (right,) = [one.id for one in await talks.all(RightRow) if one.languages == "en"]
    assert f"/desk/listening/rights/{right}/end" in await _page(
        client, talks.fern, "/desk/listening"
    )
    assert "/rights/" not in await _page(client, talks.hazel, "/desk/listening")
    ended = await _post(client, talks.fern, f"/desk/listening/rights/{right}/end")
    assert ended.status_code == 303
    async with talks.town.house.workshop.reading() as work:
        assert not await has_right(work, talks.town.birch.member.id, RightRole.LISTENER)


@pytest.mark.full
async def test_a_person_decides_about_a_listener_on_the_page(
    client: httpx.AsyncClient, talks: Stage
) -> None:
    await talks.on_duty(talks.town.cedar)
    await talks.two(talks.town.ash, talks.town.cedar)
    session = await talks.one(ListeningRow)
    now = talks.clock.now()
    async with talks.town.house.workshop.work() as work:
        due = now + timedelta(minutes=60)
        work.db.add(
            GuardCallRow(session_id=session.id, right_id=session.right_id, at=now, due_at=due)
        )
    assert "1 listener to decide about" in await _page(client, talks.hazel, "/desk")
    path = f"/desk/listening/guard/{session.id}"
    assert (await _post(client, talks.hazel, path, outcome="perhaps")).status_code == 400
    done = await _post(client, talks.hazel, path, outcome="ends")
    assert done.headers["location"] == "/desk/listening?saved=decided"
    assert "They no longer listen" in await _page(client, talks.hazel, "/desk/listening")
    async with talks.town.house.workshop.reading() as work:
        call = await guard_call_in(work, session.id)
    assert call is not None
    assert call.decided_at is not None
