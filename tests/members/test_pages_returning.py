"""Coming back with seven words or a link, leaving, and what the cookies are."""

from __future__ import annotations

from http.cookies import SimpleCookie

import httpx
import pytest
from sqlalchemy import select

from holdfast.kit.house import House
from holdfast.members.actions import PHRASES, make_link
from holdfast.members.rules.phrases import phrase_words
from holdfast.members.tables import SessionRow
from holdfast.rights.rules import Member, Role, System
from holdfast.staff.actions import make_staff_link
from members.walking import inside, send, visit
from town import Person, StillClock, Town, appoint, mostly_on_sqlite, on_sqlite

A_FORM = {"content-type": "application/x-www-form-urlencoded"}


async def sessions(house: House) -> int:
    async with house.workshop.reading() as work:
        return len(list(await work.db.scalars(select(SessionRow))))


@pytest.mark.full
@mostly_on_sqlite
async def test_the_seven_words_let_a_member_in(client: httpx.AsyncClient, town: Town) -> None:
    page = await visit(client, "/sign-in")
    assert (await send(client, page, "/sign-in", phrase=town.ash.phrase)).headings == ["Rooms"]
    assert (await visit(client, "/rooms/night-room")).status == 200


@pytest.mark.full
@on_sqlite
async def test_capitals_commas_and_line_ends_are_forgiven(
    client: httpx.AsyncClient, town: Town
) -> None:
    typed = ",\n ".join(word.upper() for word in town.ash.phrase.split())
    page = await visit(client, "/sign-in")
    assert (await send(client, page, "/sign-in", phrase=typed)).headings == ["Rooms"]


@on_sqlite
@pytest.mark.parametrize(
    ("place", "hint"), [(0, "The first word"), (2, "The third word"), (6, "The seventh word")]
)
async def test_a_typo_is_told_by_its_place_and_the_words_stay_in_their_field(
    client: httpx.AsyncClient, town: Town, place: int, hint: str
) -> None:
    words = town.ash.phrase.split()
    words[place] = "qqqq"
    page = await send(client, await visit(client, "/sign-in"), "/sign-in", phrase=" ".join(words))
    assert (page.status, page.focused) == (422, "summary")
    assert f"{hint} isn’t on our list." in page.said
    assert page.html.count("qqqq") == 1  # in the field, and in no sentence
    assert "holdfast" not in client.cookies


@pytest.mark.full
@on_sqlite
async def test_words_that_nobody_has_and_words_that_were_erased_look_alike(
    client: httpx.AsyncClient, town: Town
) -> None:
    unknown = " ".join(phrase_words()[:7])
    answers = []
    await client.request("DELETE", "/api/v1/me", headers=town.cedar.bearer)
    for phrase in (unknown, town.cedar.phrase):
        page = await visit(client, "/sign-in")
        answer = await send(client, page, "/sign-in", phrase=phrase)
        answers.append((answer.status, answer.html.replace(phrase, "")))
    assert answers[0] == answers[1]
    assert answers[0][0] == 422


@on_sqlite
@pytest.mark.parametrize("phrase", ["", "one", "x " * 3000, "\x00", "ä \u202e", "<script>"])
async def test_what_is_no_phrase_is_refused_kindly(
    client: httpx.AsyncClient, town: Town, phrase: str
) -> None:
    page = await send(client, await visit(client, "/sign-in"), "/sign-in", phrase=phrase)
    assert page.status == 422
    assert "That didn’t fit yet" in page.said
    assert "<script>" not in page.html


@on_sqlite
async def test_where_too_many_try_words_at_once_the_words_stay_in_their_field(
    client: httpx.AsyncClient, town: Town
) -> None:
    page = await visit(client, "/sign-in")
    while town.house.limits.wait("phrases", PHRASES) == 0:
        pass
    asked = await send(client, page, "/sign-in", phrase=town.ash.phrase)
    assert (asked.status, asked.focused) == (429, "refused")
    assert town.ash.phrase in asked.html
    assert dict(client.cookies) == {}


@on_sqlite
async def test_opening_a_link_signs_nobody_in_and_its_button_does(
    client: httpx.AsyncClient, town: Town
) -> None:
    link = await link_for(town.birch, town)
    page = await visit(client, link)
    assert page.headings == ["Come in with this link"]
    assert dict(client.cookies) == {}
    assert (await send(client, page, link)).headings == ["Rooms"]
    assert (await client.get("/me")).status_code == 200


async def link_for(person: Person, town: Town) -> str:
    """A link that signs in as this member, or as a steward."""
    async with town.house.workshop.work() as work:
        if isinstance(person.actor, Member):
            return f"/sign-in/{await make_link(work, System(), member_id=person.actor.id)}"
        return f"/sign-in/{await make_staff_link(work, System(), role=Role.STEWARD)}"


@pytest.mark.full
@mostly_on_sqlite
async def test_a_link_opens_a_session_each_time_and_outlives_leaving(
    client: httpx.AsyncClient, town: Town
) -> None:
    for person, door in ((town.birch, "/leave"), (town.elm, "/sign-out")):
        link, cookies = await link_for(person, town), set()
        for _ in range(2):
            assert (await client.post(link)).status_code == 303
            cookies.add(token := client.cookies["holdfast"])
            assert (await client.get("/api/v1/rooms", headers=bearing(token))).status_code == 200
            await client.post(door)
            assert (await client.get("/api/v1/rooms", headers=bearing(token))).status_code == 401
        assert len(cookies) == 2
        assert link.removeprefix("/sign-in/") not in cookies


def bearing(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


@pytest.mark.full
@mostly_on_sqlite
async def test_a_link_is_no_session_and_a_session_is_no_link(
    client: httpx.AsyncClient, town: Town
) -> None:
    for person in (town.birch, town.elm):
        key = (await link_for(person, town)).removeprefix("/sign-in/")
        assert (await client.get("/api/v1/rooms", headers=bearing(key))).status_code == 401
        assert (await client.get("/api/v1/rooms", headers=person.bearer)).status_code == 200
        for method in ("GET", "POST"):
            answer = await client.request(method, f"/sign-in/{person.token}")
            assert (answer.status_code, "set-cookie" in answer.headers) == (404, False)


@pytest.mark.full
@on_sqlite
async def test_a_link_ends_and_is_not_listed_as_a_place_of_being_signed_in(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    links = [await link_for(person, town) for person in (town.birch, town.elm)]
    await client.post(links[0])
    page = await visit(client, "/me")
    assert page.html.count("/end") - page.html.count("/me/sessions/end") == 2
    clock.pass_time(hours=24)
    for link in links:
        assert (await client.post(link)).status_code == (await client.get(link)).status_code == 404


@pytest.mark.full
@mostly_on_sqlite
async def test_signing_out_a_steward_ends_their_token_at_every_door(
    client: httpx.AsyncClient, town: Town
) -> None:
    for door in ("/leave", "/sign-out", "/api/v1/sign-out"):
        async with town.house.workshop.work() as work:
            elm = await appoint(work, Role.STEWARD)
        assert (await client.get("/api/v1/rooms", headers=elm.bearer)).status_code == 200
        await client.post(door, headers=elm.bearer)
        assert (await client.get("/api/v1/rooms", headers=elm.bearer)).status_code == 401
    assert (await client.get("/api/v1/rooms", headers=town.elm.bearer)).status_code == 200


@pytest.mark.full
@on_sqlite
async def test_a_steward_comes_in_by_a_link_too(client: httpx.AsyncClient, town: Town) -> None:
    link = await link_for(town.elm, town)
    page = await send(client, await visit(client, link), link)
    assert "You are signed in as staff." in page.said
    landing = await visit(client, "/")
    assert "You are here as someone who looks after this place." in landing.said
    assert "/me" not in landing.links
    assert (await send(client, landing, "/sign-out")).headings == landing.headings
    assert dict(client.cookies) == {}


@on_sqlite
@pytest.mark.parametrize("token", ["nobody", "a" * 43, "%00", "x" * 3000])
async def test_a_link_that_stands_for_nobody_looks_like_no_page_at_all(
    client: httpx.AsyncClient, town: Town, token: str
) -> None:
    absent = await client.get("/no-such-page")
    for answer in (await client.get(f"/sign-in/{token}"), await client.post(f"/sign-in/{token}")):
        assert answer.status_code == 404
        assert answer.text == absent.text
        assert "set-cookie" not in answer.headers


@on_sqlite
async def test_the_session_cookie_ends_with_the_browser_and_no_script_or_site_can_use_it(
    client: httpx.AsyncClient, town: Town
) -> None:
    answer = await client.post("/sign-in", data={"phrase": town.ash.phrase})
    (cookie,) = SimpleCookie(answer.headers["set-cookie"]).values()
    assert cookie.key == "holdfast"
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/", True, "strict")
    assert (cookie["max-age"], cookie["expires"], cookie["domain"]) == ("", "", "")


@on_sqlite
async def test_over_https_the_cookie_belongs_to_this_host_alone(
    client: httpx.AsyncClient, town: Town
) -> None:
    town.house.settings = town.house.settings.model_copy(
        update={"origin": "https://holdfast.example", "limits": "on"}
    )
    answer = await client.post("/sign-in", data={"phrase": town.ash.phrase})
    (cookie,) = SimpleCookie(answer.headers["set-cookie"]).values()
    assert cookie.key == "__Host-holdfast"
    assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
    left = await client.post("/leave", headers={"cookie": f"__Host-holdfast={cookie.value}"})
    assert left.headers["set-cookie"].startswith('__Host-holdfast="";')
    assert "Secure" in left.headers["set-cookie"]
    me = await client.get("/me", headers={"cookie": f"__Host-holdfast={cookie.value}"})
    assert me.status_code == 401


@pytest.mark.full
@mostly_on_sqlite
async def test_leaving_ends_the_session_and_has_the_browser_forget(
    client: httpx.AsyncClient, house: House
) -> None:
    await inside(client)
    token = client.cookies["holdfast"]
    answer = await client.post("/leave", headers=A_FORM)
    assert (answer.status_code, answer.headers["location"]) == (303, "/left")
    assert answer.headers["clear-site-data"] == '"cache", "cookies", "storage"'
    assert "holdfast" not in client.cookies
    assert await sessions(house) == 0
    client.cookies.set("holdfast", token)
    assert (await client.get("/me")).status_code == 401


@pytest.mark.full
@on_sqlite
async def test_a_beacon_that_leaves_waits_for_no_page(
    client: httpx.AsyncClient, house: House
) -> None:
    await inside(client)
    answer = await client.post("/leave")
    assert (answer.status_code, answer.content) == (204, b"")
    assert "clear-site-data" in answer.headers
    assert await sessions(house) == 0


@on_sqlite
async def test_the_page_between_leads_to_the_neutral_site_and_says_nothing_of_us(
    client: httpx.AsyncClient, house: House
) -> None:
    page = await visit(client, "/left")
    assert f"url={house.settings.neutral_site}" in page.html
    assert "Holdfast" not in page.said


@on_sqlite
async def test_a_guest_may_leave_as_well(client: httpx.AsyncClient) -> None:
    assert (await client.post("/leave", headers=A_FORM)).status_code == 303


@on_sqlite
async def test_signing_out_ends_this_session_and_no_other(
    client: httpx.AsyncClient, town: Town
) -> None:
    await client.post("/sign-in", data={"phrase": town.ash.phrase})
    assert (await client.get("/me")).status_code == 200
    assert (await client.post("/sign-out")).headers["location"] == "/"
    assert (await client.get("/me")).status_code == 401
    assert (await client.get("/api/v1/me", headers=town.ash.bearer)).status_code == 200


@on_sqlite
async def test_a_form_of_another_site_is_not_obeyed(client: httpx.AsyncClient, town: Town) -> None:
    await client.post("/sign-in", data={"phrase": town.ash.phrase})
    for headers in ({"origin": "https://elsewhere.example"}, {"sec-fetch-site": "cross-site"}):
        assert (await client.post("/leave", headers=headers)).status_code == 403
    assert (await client.get("/me")).status_code == 200
