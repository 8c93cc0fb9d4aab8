"""/me: names, looks, sessions, seven words, and what was said yes to."""

from __future__ import annotations

import re

import httpx
import pytest
from sqlalchemy import select

from holdfast.kit.house import House
from holdfast.members.actions import make_link, sign_in, time_zones
from holdfast.members.queries import consents_of, sessions_of
from holdfast.members.rules import promises
from holdfast.members.tables import MemberRow
from holdfast.rights.rules import Guest, System
from members.walking import send, visit
from town import NIGHT, StillClock, Town, mostly_on_sqlite, on_sqlite


@pytest.fixture
async def ash(client: httpx.AsyncClient, town: Town) -> httpx.AsyncClient:
    """Ash at their browser."""
    client.cookies.set("holdfast", town.ash.token)
    return client


async def row_of(house: House, town: Town) -> MemberRow:
    async with house.workshop.reading() as work:
        return await work.db.get_one(MemberRow, town.ash.member.id)


async def another_session(house: House, town: Town) -> str:
    """Ash comes back from another device."""
    async with house.workshop.work() as work:
        return await sign_in(work, Guest(), root=house.root, phrase=town.ash.phrase)


@pytest.mark.full
@mostly_on_sqlite
async def test_a_member_chooses_how_pages_look(
    ash: httpx.AsyncClient, house: House, town: Town
) -> None:
    before = await visit(ash, "/me")
    fields = {"theme": "dark", "text_size": "130", "letters": "clear", "language": "en"}
    answer = await ash.post("/me/looks", data={**fields, "time_zone": "Africa/Nairobi"})
    assert answer.status_code == 303
    after = await visit(ash, answer.headers["location"])
    assert "Saved." in after.said
    for chosen in ('data-theme="dark"', 'data-text="130"', 'data-letters="clear"'):
        assert chosen in after.html
        assert chosen not in before.html
    row = await row_of(house, town)
    assert (row.theme, row.text_size, row.letters) == ("dark", "130", "clear")
    assert row.time_zone == "Africa/Nairobi"


@on_sqlite
@pytest.mark.parametrize(
    ("choice", "value"),
    [
        ("theme", "neon"),
        ("text_size", "9000"),
        ("letters", "comic"),
        ("language", "xx"),
        ("time_zone", "../../etc/passwd"),
        ("time_zone", "\x00"),
    ],
)
async def test_a_look_that_is_not_offered_changes_nothing(
    ash: httpx.AsyncClient, house: House, town: Town, choice: str, value: str
) -> None:
    answer = await ash.post("/me/looks", data={"theme": "dark", choice: value})
    assert answer.status_code == 400
    assert (await row_of(house, town)).theme == "system"


def test_time_zones_are_named_after_places() -> None:
    assert {"UTC", "Europe/Berlin", "America/Sao_Paulo", "Asia/Kolkata"} <= set(time_zones())
    assert not {"EST", "Etc/GMT+5", "posixrules"} & set(time_zones())


@pytest.mark.full
@on_sqlite
async def test_days_are_those_of_the_members_own_clock(
    ash: httpx.AsyncClient, house: House, clock: StillClock
) -> None:
    assert "yes on 22 November 2026" in (await visit(ash, "/me")).said
    await ash.post("/me/looks", data={"time_zone": "America/Los_Angeles"})
    assert "yes on 21 November 2026" in (await visit(ash, "/me")).said


@pytest.mark.full
@mostly_on_sqlite
async def test_sessions_are_listed_by_day_and_kind_and_ended_one_by_one(
    ash: httpx.AsyncClient, house: House, town: Town, clock: StillClock
) -> None:
    clock.pass_time(days=3)
    other = await another_session(house, town)
    page = await visit(ash, "/me")
    assert page.said.count("A place that is kept") == 2
    assert page.html.count('badge">this device<') == 1
    assert "since 22 November 2026" in page.said
    assert "since 25 November 2026" in page.said
    ends = [
        form.action for form in page.forms if re.fullmatch(r"/me/sessions/\d+/end", form.action)
    ]
    theirs = next(end for end in ends if str(town.ash.member.session) not in end.split("/"))
    assert (await send(ash, page, theirs)).said.count("A place that is kept") == 1
    me = await ash.get("/api/v1/me", headers={"authorization": f"Bearer {other}"})
    assert me.status_code == 401
    assert (await ash.get("/me")).status_code == 200


@on_sqlite
async def test_nobody_ends_a_session_that_is_not_theirs(ash: httpx.AsyncClient, town: Town) -> None:
    theirs = town.birch.member.session
    assert (await ash.post(f"/me/sessions/{theirs}/end")).status_code == 404
    assert (await ash.post("/me/sessions/987654/end")).status_code == 404
    assert (await ash.get("/api/v1/me", headers=town.birch.bearer)).status_code == 200


@on_sqlite
async def test_signing_out_everywhere_ends_every_session(
    ash: httpx.AsyncClient, house: House, town: Town
) -> None:
    other = await another_session(house, town)
    answer = await ash.post("/me/sessions/end")
    assert answer.headers["location"] == "/gone/signed-out"
    assert answer.headers["set-cookie"].startswith('holdfast="";')
    for token in (other, town.ash.token):
        me = await ash.get("/api/v1/me", headers={"authorization": f"Bearer {token}"})
        assert me.status_code == 401


@pytest.mark.full
@on_sqlite
async def test_new_words_make_the_old_ones_worthless(
    ash: httpx.AsyncClient, house: House, town: Town
) -> None:
    shown = await send(ash, await visit(ash, "/me"), "/me/words")
    assert shown.headings == ["Your seven words"]
    words = re.findall(r"<li><b>([a-z]+)</b></li>", shown.html)
    assert len(words) == 7
    assert " ".join(words) != town.ash.phrase
    ash.cookies.clear()
    old = await ash.post("/sign-in", data={"phrase": town.ash.phrase})
    assert old.status_code == 422
    new = await ash.post("/sign-in", data={"phrase": " ".join(words)})
    assert new.status_code == 303


@pytest.mark.full
@on_sqlite
async def test_every_yes_can_be_read_again_word_for_word_with_its_day(
    ash: httpx.AsyncClient, house: House, town: Town
) -> None:
    page = await visit(ash, "/me")
    yeses = [link for link in page.links if link.startswith("/me/yeses/")]
    assert len(yeses) == len(promises.CONSENTS)
    for link, consent in zip(yeses, promises.CONSENTS, strict=True):
        read = await visit(ash, link)
        assert consent.words in read.said
        assert f"to the words of {promises.VERSION}" in read.said
    assert promises.PROMISES[6].words in (await visit(ash, yeses[0])).said


@mostly_on_sqlite
async def test_a_yes_that_nothing_rests_on_is_taken_back_and_one_stays(
    ash: httpx.AsyncClient, house: House, town: Town, clock: StillClock
) -> None:
    row = await yes_to(house, town, "danger-signs")
    clock.pass_time(days=2)
    read = await visit(ash, f"/me/yeses/{row}")
    after = await send(ash, read, f"/me/yeses/{row}/withdraw")
    assert "You took this back on 24 November 2026." in after.said
    clock.pass_time(days=1)
    await ash.post(f"/me/yeses/{row}/withdraw")
    assert "You took this back on 24 November 2026." in (await visit(ash, f"/me/yeses/{row}")).said
    async with house.workshop.reading() as work:
        kept = await consents_of(work, town.ash.member.id)
    assert len(kept) == len(promises.CONSENTS)
    assert [one.kind for one in kept if one.withdrawn_at] == ["danger-signs"]


@pytest.mark.full
@on_sqlite
@pytest.mark.parametrize("kind", ["promises", "words", "age"])
async def test_taking_back_what_being_here_rests_on_is_leaving_and_says_so_before(
    ash: httpx.AsyncClient, house: House, town: Town, kind: str
) -> None:
    await another_session(house, town)
    row = await yes_to(house, town, kind)
    read = await visit(ash, f"/me/yeses/{row}")
    assert "Taking it back means leaving" in read.said
    assert "/me/erase" in read.links
    gone = await send(ash, read, f"/me/yeses/{row}/withdraw")
    assert gone.headings == ["You have left"]
    async with house.workshop.reading() as work:
        assert await sessions_of(work, town.ash.member.id) == []
        (kept,) = [one for one in await consents_of(work, town.ash.member.id) if one.kind == kind]
    assert kept.withdrawn_at is not None
    assert (await ash.post("/sign-in", data={"phrase": town.ash.phrase})).status_code == 422


@on_sqlite
async def test_nobody_reads_or_takes_back_the_yes_of_another(
    ash: httpx.AsyncClient, house: House, town: Town
) -> None:
    async with house.workshop.reading() as work:
        theirs = (await consents_of(work, town.birch.member.id))[0].id
    assert (await ash.get(f"/me/yeses/{theirs}")).status_code == 404
    assert (await ash.post(f"/me/yeses/{theirs}/withdraw")).status_code == 404
    async with house.workshop.reading() as work:
        assert (await consents_of(work, town.birch.member.id))[0].withdrawn_at is None


@pytest.mark.full
@on_sqlite
async def test_names_are_listed_room_by_room_and_one_may_be_kept_and_given_up(
    ash: httpx.AsyncClient, house: House, town: Town
) -> None:
    name = (await town.seat(town.ash)).author.pseudonym
    page = await visit(ash, "/me/names")
    assert name in page.said
    assert f"/rooms/{NIGHT}/name" in page.links
    await ash.post(f"/rooms/{NIGHT}/name", data={"keep": "yes"})
    me = await visit(ash, "/me")
    assert f"You wear one name in every room you go into: {name}." in me.said
    after = await send(ash, me, "/me/names")
    assert "Each new room gives you another name again." in after.said
    assert (await row_of(house, town)).kept_name is None


@on_sqlite
async def test_export_and_erase_are_one_step_away(ash: httpx.AsyncClient) -> None:
    assert {"/me/export", "/me/erase", "/help"} <= set((await visit(ash, "/me")).links)


@on_sqlite
async def test_signed_out_everywhere_says_so_and_offers_the_way_back(
    ash: httpx.AsyncClient,
) -> None:
    after = await send(ash, await visit(ash, "/me"), "/me/sessions/end")
    assert after.headings == ["You are signed out everywhere"]
    assert {"/sign-in", "/help"} <= set(after.links)


@pytest.mark.full
@on_sqlite
async def test_erased_says_that_it_is_done(ash: httpx.AsyncClient) -> None:
    after = await send(ash, await visit(ash, "/me/erase"), "/me/erase", sure="yes")
    assert after.headings == ["Everything about you is erased"]
    assert {"/come-in", "/help"} <= set(after.links)


@on_sqlite
async def test_signed_out_a_page_of_mine_says_how_to_come_in(client: httpx.AsyncClient) -> None:
    page = await visit(client, "/me")
    assert (page.status, page.headings) == (401, ["You are signed out"])
    assert {"/sign-in", "/come-in", "/help"} <= set(page.links)


@on_sqlite
@pytest.mark.parametrize("path", ["/me", "/me/names", "/me/yeses/1", "/come-in/place"])
async def test_without_a_session_there_is_no_page_of_mine(
    client: httpx.AsyncClient, town: Town, path: str
) -> None:
    for token, status in (("", 401), ("nobody-has-this", 401), (town.elm.token, 403)):
        client.cookies.set("holdfast", token)
        answer = await client.get(path)
        assert answer.status_code == status
        assert "/help" in answer.text
        assert ("signed out" in answer.text) == (status == 401)


async def yes_to(house: House, town: Town, kind: str) -> int:
    async with house.workshop.reading() as work:
        rows = await consents_of(work, town.ash.member.id)
    return next(row.id for row in rows if row.kind == kind)


@pytest.mark.full
@on_sqlite
async def test_nothing_of_a_walk_through_every_page_is_logged(
    ash: httpx.AsyncClient, house: House, town: Town, capfd: pytest.CaptureFixture[str]
) -> None:
    await ash.post("/me/words")
    await ash.post("/sign-in", data={"phrase": town.birch.phrase})
    async with house.workshop.work() as work:
        key = await make_link(work, System(), member_id=town.birch.member.id)
    await ash.get(f"/sign-in/{key}")
    await ash.get("/no-such-page")
    async with house.workshop.reading() as work:
        assert await work.db.scalar(select(MemberRow.id).limit(1))
    written = "".join(capfd.readouterr())
    for secret in (town.ash.token, key, *town.birch.phrase.split()):
        assert secret not in written
