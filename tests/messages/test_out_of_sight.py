"""What is out of sight is on no page: the room, its earlier pages, search, lists, the stream."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from holdfast.kit.house import House
from holdfast.messages.actions import (
    block_member,
    edit_message,
    hide_message,
    remove_message,
    respond_to_message,
)
from holdfast.messages.events import MessageEdited, MessagePosted, MessageResponded, Skipped
from holdfast.messages.queries import Reader, messages_before, response_counts, unread_in_rooms
from holdfast.messages.queries.entries import entries_since
from holdfast.messages.queries.pages import page_before, responses_to, rooms_with_seat
from holdfast.messages.queries.unseen import unseen_while_here
from holdfast.messages.rules import Response
from holdfast.messages.tables import BlockKind
from members.walking import Page
from serving import Served
from town import NIGHT, Person, Town, mostly_on_sqlite, newcomers, on_sqlite, unlimited

ROOM = f"/rooms/{NIGHT}"
pytestmark = unlimited


async def unsee(town: Town, who: Person, whom: Person, kind: BlockKind = BlockKind.BLOCK) -> str:
    handle = (await town.seat(whom)).author.seat
    async with town.house.workshop.work() as work:
        block = await block_member(work, who.actor, slug=NIGHT, handle=handle, kind=kind)
    return block.handle


async def hide(town: Town, who: Person, seq: int) -> None:
    async with town.house.workshop.work() as work:
        await hide_message(work, who.actor, slug=NIGHT, seq=seq)


async def respond(town: Town, who: Person, seq: int) -> None:
    await respond_to_message(
        town.house.ledger,
        await town.seat(who),
        seq=seq,
        nonce="with-you-0000",
        response=Response.STRENGTH,
        on=True,
    )


@pytest.fixture
async def kim(town: Town) -> Person:
    """A third person in the night room."""
    (kim,) = await newcomers(town.house, 1, NIGHT)
    return kim


@pytest.fixture
async def talk(town: Town, kim: Person) -> list[int]:
    """Ash, Birch and Kim talk; Kim answers each of them, and each responds to Kim."""
    await town.say(town.ash, "ash begins")
    await town.say(town.birch, "birch goes on")
    await town.say(kim, "kim says so to ash", reply_to=1)
    await town.say(kim, "kim says so to birch", reply_to=2)
    for person in (town.ash, town.birch):
        await respond(town, person, 3)
    return [1, 2, 3, 4]


Loaded = tuple[list[MessagePosted], dict[int, dict[str, int]]]


async def loaded(house: House, town: Town, who: Person) -> Loaded:
    """What somebody is shown of the room; at a glance it is the same."""
    seat, reader = await town.seat(who), Reader(house.ledger.keyring, who.actor)
    glances = house.workshop.glances
    async with house.workshop.reading() as work:
        said = await messages_before(work, reader, seat.room_id, None, 50)
        unseen = await reader.unseen(work, seat.room_id)
        counts = await response_counts(work, seat.room_id, [m.seq for m in said], unseen)
    assert await page_before(glances, reader, seat.room_id, None, 50) == said
    assert (await responses_to(glances, seat, said))[0] == counts
    assert (await responses_to(glances, seat, said, (None, 50)))[0] == counts
    return said, counts


@pytest.mark.full
@pytest.mark.usefixtures("talk")
async def test_of_whom_i_do_not_see_no_message_quote_or_response_is_left(
    town: Town, house: House, kim: Person
) -> None:
    said, counts = await loaded(house, town, town.ash)
    assert [m.seq for m in said] == [1, 2, 3, 4]
    assert counts == {3: {"strength": 2}}
    await unsee(town, town.ash, town.birch)
    for who, seqs, answers in (
        (town.ash, [1, 3, 4], [1, None]),
        (town.birch, [2, 3, 4], [None, 2]),
        (kim, [1, 2, 3, 4], [1, 2]),
    ):
        said, counts = await loaded(house, town, who)
        assert [m.seq for m in said] == seqs
        assert [m.reply_to for m in said[-2:]] == answers
        assert [m.quote is None for m in said[-2:]] == [seq is None for seq in answers]
        assert counts == {3: {"strength": 2 if who is kim else 1}}


@pytest.mark.full
@pytest.mark.usefixtures("talk")
async def test_a_page_is_as_long_as_any_other(town: Town, house: House) -> None:
    await unsee(town, town.ash, town.birch)
    seat = await town.seat(town.ash)
    reader = Reader(house.ledger.keyring, town.ash.actor)
    async with house.workshop.reading() as work:
        said = await messages_before(work, reader, seat.room_id, 4, 2)
    assert [m.seq for m in said] == [1, 3]


@pytest.mark.usefixtures("talk")
async def test_one_hidden_message_is_gone_for_me_alone_and_so_are_quotes_of_it(
    town: Town, house: House, kim: Person
) -> None:
    await hide(town, town.ash, 2)
    said, counts = await loaded(house, town, town.ash)
    assert [m.seq for m in said] == [1, 3, 4]
    assert said[-1].reply_to is None
    assert counts == {3: {"strength": 2}}
    for who in (town.birch, kim):
        said, _ = await loaded(house, town, who)
        assert [m.seq for m in said] == [1, 2, 3, 4]


@pytest.mark.usefixtures("talk")
async def test_what_is_unread_counts_only_what_i_see(town: Town, house: House) -> None:
    async def unread(who: Person) -> int:
        glances, seat = house.workshop.glances, await town.seat(who)
        found = (await unread_in_rooms(glances, who.member.id))[seat.room_id]
        assert [one.unread for one in await rooms_with_seat(glances, who.member.id)] == [found]
        return found

    assert [await unread(town.ash), await unread(town.birch)] == [3, 3]
    await unsee(town, town.ash, town.birch, BlockKind.MUTE)
    assert [await unread(town.ash), await unread(town.birch)] == [2, 3]
    await hide(town, town.birch, 4)
    assert [await unread(town.ash), await unread(town.birch)] == [2, 2]


@pytest.mark.usefixtures("talk")
async def test_what_was_told_of_them_live_and_what_is_read_again_is_shown_alike(
    town: Town, house: House
) -> None:
    birch = await town.seat(town.birch)
    await edit_message(
        house.ledger, birch, seq=2, nonce="edited-0000", text="birch again", note=None
    )
    await remove_message(house.ledger, birch, seq=2, nonce="removed-000")
    await house.ledger.tell_untold()
    await unsee(town, town.ash, town.birch)
    unseen = await unseen_while_here(house.workshop.glances, town.ash.actor, birch.room_id)
    async with house.workshop.reading() as work:
        entries = await entries_since(work, town.reader(town.ash), birch.room_id, 0, 100)
    shown = [unseen.shown(entry) for entry in entries]
    assert [entry.seq for entry in shown] == [entry.seq for entry in entries]
    hidden = [entry.seq for entry in shown if isinstance(entry, Skipped)]
    assert hidden == [e.seq for e in entries if e.seq == 2 or getattr(e, "of", 0) == 2]
    assert len(hidden) == 3
    folded = [entry for entry in shown if isinstance(entry, MessageResponded)]
    assert all(entry.counts == {"strength": 1} for entry in folded)
    assert "birch goes on" not in str(shown)
    assert "birch again" not in str(shown)


@pytest.mark.full
@pytest.mark.usefixtures("talk")
async def test_who_changes_an_answer_to_somebody_hidden_changes_it_whole_for_the_others(
    town: Town, house: House, kim: Person
) -> None:
    await unsee(town, kim, town.birch, BlockKind.MUTE)
    await edit_message(
        house.ledger, await town.seat(kim), seq=4, nonce="edited-0001", text="kim again", note=None
    )
    said, _ = await loaded(house, town, town.ash)
    assert (said[-1].text, said[-1].reply_to) == ("kim again", 2)
    async with house.workshop.reading() as work:
        entries = await entries_since(work, town.reader(town.ash), said[0].room_id, 4, 100)
    quotes = [e.now.quote for e in entries if isinstance(e, MessageEdited) and e.now]
    assert [quote.excerpt for quote in quotes if quote] == ["birch goes on"]


# ---------------------------------------------------------------- pages


@pytest.fixture
def ash(client: httpx.AsyncClient, town: Town) -> httpx.AsyncClient:
    """Ash's browser, without scripts."""
    client.cookies.set("holdfast", town.ash.token)
    return client


async def page(client: httpx.AsyncClient, path: str) -> Page:
    return Page(await client.get(path))


async def submit(client: httpx.AsyncClient, path: str, **fields: Any) -> Page:
    return Page(await client.post(path, data=fields, follow_redirects=True))


@pytest.mark.full
@mostly_on_sqlite
@pytest.mark.usefixtures("talk")
async def test_no_page_shows_whom_i_do_not_see(
    ash: httpx.AsyncClient, town: Town, house: House
) -> None:
    name = (await town.seat(town.birch)).author.pseudonym
    pages = [ROOM, f"{ROOM}?before=5", f"{ROOM}/history?before=5", f"{ROOM}/search?q=birch"]
    for path in pages:
        assert name in (await ash.get(path)).text, path
    await unsee(town, town.ash, town.birch)
    for path in pages:
        shown = (await ash.get(path)).text
        assert name not in shown, path
        assert "birch goes on" not in shown, path
    assert (await ash.get(f"{ROOM}?reply=2")).status_code in {303, 404}


@pytest.mark.full
@mostly_on_sqlite
@pytest.mark.usefixtures("talk")
async def test_muting_on_the_page_says_so_and_is_undone_with_one_press(
    ash: httpx.AsyncClient, town: Town
) -> None:
    seat = (await town.seat(town.birch)).author
    about = await page(ash, f"{ROOM}/people/{seat.seat}/about")
    assert about.headings == [seat.pseudonym]
    muted = await submit(ash, f"{ROOM}/people/{seat.seat}/mute")
    assert f"You no longer see {seat.pseudonym}." in muted.said
    assert muted.focused == "unseen"
    assert "birch goes on" not in muted.said
    undo = next(form for form in muted.forms if form.action.endswith("/undo"))
    back = await submit(ash, undo.action, **undo.fields)
    assert "birch goes on" in back.said
    assert "You no longer see" not in back.said


@pytest.mark.full
@mostly_on_sqlite
@pytest.mark.usefixtures("talk")
async def test_a_hidden_message_comes_back_with_one_press(ash: httpx.AsyncClient) -> None:
    hidden = await submit(ash, f"{ROOM}/messages/2/hide")
    assert "You no longer see that message." in hidden.said
    assert "birch goes on" not in hidden.said
    assert "birch goes on" in (await submit(ash, f"{ROOM}/messages/2/show")).said


@pytest.mark.full
@mostly_on_sqlite
@pytest.mark.usefixtures("talk")
async def test_my_list_says_where_and_under_which_name_and_lets_me_undo(
    ash: httpx.AsyncClient, town: Town
) -> None:
    assert "You mute and block nobody." in (await page(ash, "/me/blocks")).said
    handle = await unsee(town, town.ash, town.birch)
    mine = await page(ash, "/me/blocks")
    name = (await town.seat(town.birch)).author.pseudonym
    assert f"{name} blocked in Night owls, since" in mine.said
    undone = await submit(ash, f"/me/blocks/{handle}/undo")
    assert "Undone." in undone.said
    assert name not in undone.said
    assert "birch goes on" in (await page(ash, ROOM)).said


@pytest.mark.full
@on_sqlite
@pytest.mark.usefixtures("talk")
async def test_the_page_that_never_ends_leaves_them_out_too(
    town: Town, served: Served, kim: Person
) -> None:
    await unsee(town, town.ash, town.birch)
    told = ""
    async with (
        asyncio.timeout(5),
        httpx.AsyncClient(base_url=served.url, headers=town.ash.bearer) as browser,
        browser.stream("GET", f"{ROOM}/stream") as answer,
    ):
        async for piece in answer.aiter_text():
            told += piece
            if "kim says so to birch" in piece:
                await town.say(town.birch, "birch is here")
                await town.say(kim, "kim ends", reply_to=2)
            if "kim ends" in piece:
                break
    assert "ash begins" in told
    assert "birch goes on" not in told
    assert "birch is here" not in told
