"""Listening for programs: the same story as on the pages, and refusals with codes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from holdfast.kit.house import House
from listening.talking import Stage
from town import Person, on_sqlite

pytestmark = on_sqlite
BASE = "/api/v1/listening"
PHONE = "Call me on +44 7700 900123"


class Client:
    """Somebody’s program."""

    def __init__(self, client: httpx.AsyncClient, person: Person) -> None:
        self._client, self._headers = client, person.bearer

    async def __call__(self, method: str, path: str, body: Any = None) -> httpx.Response:
        return await self._client.request(method, BASE + path, json=body, headers=self._headers)


@pytest.fixture
def ash(client: httpx.AsyncClient, talks: Stage) -> Client:
    return Client(client, talks.town.ash)


@pytest.fixture
def cedar(client: httpx.AsyncClient, talks: Stage) -> Client:
    return Client(client, talks.town.cedar)


async def _two(talks: Stage, ash: Client, cedar: Client) -> str:
    assert (await cedar("POST", "/duty", {"minutes": 60, "wants": ["listen"]})).status_code == 201
    assert (await ash("POST", "/ask", {"wants": ["listen"]})).status_code == 201
    await talks.settled()
    (offer,) = (await cedar("GET", "/offers")).json()["items"]
    taken = await cedar("POST", f"/offers/{offer['id']}", {"accept": True})
    await talks.settled()
    room: str = taken.json()["room"]
    return room


@pytest.mark.full
async def test_from_asking_to_goodbye_and_a_wish(talks: Stage, ash: Client, cedar: Client) -> None:
    queue = (await ash("GET", "/queue")).json()
    assert (queue["offered"], queue["wait"]) == (True, None)
    room = await _two(talks, ash, cedar)
    assert (await ash("GET", "/ask")).status_code == 404
    talk = (await ash("GET", f"/talks/{room}")).json()
    assert (talk["side"], talk["number"], talk["hand_up"]) == ("asker", 1, False)
    assert (await cedar("GET", f"/talks/{room}")).json()["side"] == "listener"
    assert (await ash("POST", f"/talks/{room}/pause")).json()["paused_by"] == "asker"
    assert "paused_by" not in (await cedar("POST", f"/talks/{room}/go-on")).json()
    assert (await ash("POST", f"/talks/{room}/goodbye")).json()["ended_how"] == "goodbye"
    answers = {"heard": 2, "safe": 2, "again": 1}
    assert (await ash("POST", f"/talks/{room}/feedback", answers)).status_code == 204
    assert (await cedar("PUT", f"/talks/{room}/note", {"words": "Good."})).status_code == 204
    assert (await cedar("POST", f"/talks/{room}/hard")).status_code == 204
    assert (await ash("PUT", f"/talks/{room}/again", {"yes": True})).json() == {"both": False}
    assert (await cedar("PUT", f"/talks/{room}/again", {"yes": True})).json() == {"both": True}
    (mine,) = (await ash("GET", "/talks")).json()["items"]
    assert mine["both_wish"] is True
    assert (await cedar("DELETE", "/duty")).status_code == 204


@pytest.mark.full
async def test_a_hand_goes_up_somebody_comes_and_earlier_lines_are_shown(
    client: httpx.AsyncClient, talks: Stage, ash: Client, cedar: Client
) -> None:
    hazel = Client(client, talks.hazel)
    room = await _two(talks, ash, cedar)
    assert (await ash("PUT", f"/talks/{room}/hand")).json()["hand_up"] is True
    (hand,) = (await hazel("GET", "/hands")).json()["items"]
    assert (hand["state"], hand["by"]) == ("raised", "asker")
    assert (await hazel("POST", f"/hands/{hand['id']}")).json() == {"room": room}
    assert (await ash("GET", f"/talks/{room}")).json()["staff"] == ["Hazel"]
    assert (await ash("POST", f"/talks/{room}/earlier")).status_code == 204
    assert (await ash("PUT", f"/talks/{room}/hand")).status_code == 200
    assert (await ash("DELETE", f"/talks/{room}/hand")).json()["hand_up"] is False


@pytest.mark.full
async def test_a_hand_over_is_read_changed_and_agreed_to(
    talks: Stage, ash: Client, cedar: Client
) -> None:
    room = await _two(talks, ash, cedar)
    words = {"words": "Likes to be asked."}
    assert (await cedar("PUT", f"/talks/{room}/hand-over", words)).json()["hand_over"] == "proposed"
    assert (await ash("POST", f"/talks/{room}/hand-over/no")).json()["hand_over"] == "refused"
    assert (await cedar("PUT", f"/talks/{room}/hand-over", words)).status_code == 200
    done = (await ash("POST", f"/talks/{room}/hand-over/yes", words)).json()
    assert (done["hand_over"], done["ended_how"]) == ("approved", "handed_over")
    assert (await ash("GET", "/ask")).json()["wants"] == ["listen"]
    assert (await ash("DELETE", "/ask")).status_code == 204


@pytest.mark.full
async def test_somebody_else_is_asked_for(talks: Stage, ash: Client, cedar: Client) -> None:
    room = await _two(talks, ash, cedar)
    assert (await ash("POST", f"/talks/{room}/someone-else")).status_code == 204
    assert (await ash("GET", "/ask")).status_code == 200


async def test_refusals_have_codes_and_words(talks: Stage, ash: Client, cedar: Client) -> None:
    room = await _two(talks, ash, cedar)
    for who, method, path, body, status, code in (
        (ash, "POST", "/ask", {"wants": []}, 400, "malformed"),
        (ash, "POST", "/ask", {"wants": ["listen"], "words": PHONE}, 422, "contact_detail"),
        (ash, "POST", "/duty", {"minutes": 60}, 403, "no_right"),
        (cedar, "POST", "/duty", {"minutes": 60}, 409, "on_duty_already"),
        (cedar, "POST", "/offers/999", {"accept": True}, 404, "not_found"),
        (ash, "POST", f"/talks/{room}/hard", None, 409, "not_now"),
        (ash, "GET", "/talks/night-room", None, 404, "not_found"),
    ):
        answer = await who(method, path, body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), path
        assert answer.json()["detail"]


@pytest.mark.full
async def test_the_lead_gives_a_right_by_a_code_and_ends_it(
    client: httpx.AsyncClient, house: House, talks: Stage
) -> None:
    fern, birch = Client(client, talks.fern), Client(client, talks.town.birch)
    code = (await birch("POST", "/code")).json()["code"]
    until = talks.clock.now().replace(year=2027).date().isoformat()
    body = {"code": code, "role": "listener", "until": until, "languages": ["en"]}
    given = await fern("POST", "/rights", body)
    assert given.status_code == 201, given.text
    number = given.json()["id"]
    listed = (await fern("GET", "/rights")).json()["items"]
    assert number in [one["id"] for one in listed]
    assert "member" not in str(listed)
    assert (await birch("GET", "/duty")).json()["may_listen"] is True
    assert (await fern("DELETE", f"/rights/{number}")).status_code == 204
    assert (await birch("GET", "/duty")).json()["may_listen"] is False


@pytest.mark.full
async def test_the_lead_lets_somebody_go_on_until_another_day_and_nobody_else_does(
    client: httpx.AsyncClient, talks: Stage
) -> None:
    fern, birch = Client(client, talks.fern), Client(client, talks.town.birch)
    code = (await birch("POST", "/code")).json()["code"]
    first, later = (talks.clock.now().date() + timedelta(days=days) for days in (30, 60))
    body = {"code": code, "role": "listener", "until": first.isoformat(), "languages": []}
    number = (await fern("POST", "/rights", body)).json()["id"]
    until, there = f"/rights/{number}/until", {"until": later.isoformat()}
    assert (await birch("PUT", until, there)).status_code == 404
    assert (await fern("PUT", until, there)).status_code == 204
    (row,) = [one for one in (await fern("GET", "/rights")).json()["items"] if one["id"] == number]
    assert row["until"].startswith(later.isoformat())
    too_late = {"until": (first + timedelta(days=800)).isoformat()}
    assert (await fern("PUT", until, too_late)).json()["code"] == "malformed"
    assert (await fern("PUT", "/rights/999/until", there)).status_code == 404
