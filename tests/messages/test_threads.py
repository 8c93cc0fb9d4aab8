"""Threads of a circle, and what is told to somebody who comes back."""

from __future__ import annotations

import httpx
import pytest

from holdfast.messages.actions import block_member, remove_message
from holdfast.messages.queries import messages_before
from holdfast.messages.queries.threads import Digest, digest_for, replies_in, reply_counts
from holdfast.messages.tables import BlockKind
from holdfast.rooms.actions import mark_read
from holdfast.rooms.queries import head_of
from meetings.meeting import CIRCLE, a_circle, planned
from members.walking import Page, send, visit
from town import NIGHT, ORIGIN, Person, StillClock, Town, mostly_on_sqlite, on_sqlite, unlimited

ROOM = f"/rooms/{CIRCLE}"


async def counts(town: Town, who: Person) -> dict[int, int]:
    """How many replies each message has, as somebody sees it."""
    seat = await town.seat(who, CIRCLE)
    async with town.house.workshop.reading() as work:
        page = await messages_before(work, town.reader(who), seat.room_id, None, 50)
    return await reply_counts(town.house.workshop.glances, seat, page)


async def digest(town: Town, who: Person) -> Digest | None:
    seat = await town.seat(who, CIRCLE)
    async with town.house.workshop.reading() as work:
        return await digest_for(work, town.reader(who), seat, work.clock.now())


async def blocks(town: Town, who: Person, other: Person) -> None:
    handle = (await town.seat(other, CIRCLE)).author.seat
    async with town.house.workshop.work() as work:
        await block_member(work, who.actor, slug=CIRCLE, handle=handle, kind=BlockKind.BLOCK)


@pytest.mark.full
@mostly_on_sqlite
async def test_replies_to_a_message_are_counted_as_each_reader_sees_them(town: Town) -> None:
    await a_circle(town, town.birch, town.cedar, host=town.ash)
    first = await town.say(town.ash, "How do you sleep?", CIRCLE)
    assert first.seq is not None
    await town.say(town.birch, "Badly, since May.", CIRCLE, reply_to=first.seq)
    taken = await town.say(town.cedar, "Better now.", CIRCLE, reply_to=first.seq)
    await town.say(town.cedar, "Better than in May.", CIRCLE, reply_to=first.seq)
    assert await counts(town, town.ash) == {first.seq: 3}
    cedar = await town.seat(town.cedar, CIRCLE)
    assert taken.seq is not None
    await remove_message(town.house.ledger, cedar, seq=taken.seq, nonce="taken-back-1")
    assert await counts(town, town.ash) == {first.seq: 2}
    await blocks(town, town.birch, town.cedar)
    assert await counts(town, town.birch) == {first.seq: 1}
    assert await counts(town, town.ash) == {first.seq: 2}
    async with town.house.workshop.reading() as work:
        room = (await town.seat(town.birch, CIRCLE)).room_id
        seen = await replies_in(work, town.reader(town.birch), room, first.seq)
    assert [one.text for one in seen] == ["Badly, since May."]


@pytest.mark.full
@mostly_on_sqlite
async def test_a_thread_has_a_page_that_replies_without_scripts(
    town: Town, client: httpx.AsyncClient
) -> None:
    await a_circle(town, town.birch, host=town.ash)
    first = await town.say(town.ash, "How do you sleep?", CIRCLE)
    client.headers.update({**town.birch.bearer, "origin": ORIGIN})
    thread = f"{ROOM}/threads/{first.seq}"
    assert thread not in (await visit(client, ROOM)).links
    page = await visit(client, thread)
    assert "Nobody has replied yet." in page.said
    page = await send(client, page, f"{ROOM}/messages", text="Badly, since May.")
    assert "Badly, since May." in page.said
    assert page.form(f"{ROOM}/messages").fields["reply_to"] == str(first.seq)
    page = await visit(client, ROOM)
    assert thread in page.links
    assert "1 reply" in page.said


@pytest.mark.full
@on_sqlite
async def test_a_thread_says_each_of_its_days_once(town: Town, client: httpx.AsyncClient) -> None:
    await a_circle(town, town.birch, host=town.ash)
    first = await town.say(town.ash, "How do you sleep?", CIRCLE)
    for text in ("Badly, since May.", "And you?"):
        await town.say(town.birch, text, CIRCLE, reply_to=first.seq)
        page = await client.get(f"{ROOM}/threads/{first.seq}", headers=town.ash.bearer)
        assert page.text.count('class="day"') == 1
    town.house.workshop.clock.pass_time(days=1)  # type: ignore[attr-defined]
    await town.say(town.birch, "Better, last night.", CIRCLE, reply_to=first.seq)
    page = await client.get(f"{ROOM}/threads/{first.seq}", headers=town.ash.bearer)
    assert page.text.count('class="day"') == 2


@pytest.mark.full
@on_sqlite
async def test_there_are_no_threads_in_open_rooms(town: Town, client: httpx.AsyncClient) -> None:
    await a_circle(town, town.birch, host=town.ash)
    mine = await town.say(town.ash, "How do you sleep?", CIRCLE)
    first = await town.say(town.ash, "Hello")
    await town.say(town.birch, "Hello to you", reply_to=first.seq)
    client.headers.update(town.birch.bearer)
    assert (await client.get(f"{ROOM}/threads/{mine.seq}")).status_code == 200
    for path in (f"/rooms/{NIGHT}/threads/{first.seq}", f"{ROOM}/threads/999"):
        assert (await client.get(path)).status_code == 404
        assert (await client.get(f"/api/v1{path}")).status_code == 404
    assert "1 reply" not in (await visit(client, f"/rooms/{NIGHT}")).said


@pytest.mark.full
@on_sqlite
async def test_a_program_reads_a_thread_and_a_stranger_does_not(
    town: Town, client: httpx.AsyncClient
) -> None:
    await a_circle(town, town.birch, host=town.ash)
    first = await town.say(town.ash, "How do you sleep?", CIRCLE)
    await town.say(town.birch, "Badly.", CIRCLE, reply_to=first.seq)
    path = f"/api/v1{ROOM}/threads/{first.seq}"
    body = (await client.get(path, headers=town.birch.bearer)).json()
    assert body["parent"]["text"] == "How do you sleep?"
    assert [one["text"] for one in body["items"]] == ["Badly."]
    assert (await client.get(path, headers=town.stranger.bearer)).status_code == 404


@pytest.mark.full
@mostly_on_sqlite
@unlimited
async def test_who_was_away_is_told_how_much_is_new_and_never_a_word_of_it(
    town: Town, client: httpx.AsyncClient, clock: StillClock
) -> None:
    room = await a_circle(town, town.birch, town.cedar, host=town.ash)
    await planned(town, town.ash, room, hours=30)
    first = await town.say(town.ash, "How do you sleep?", CIRCLE, wants="same_boat")
    await town.say(town.cedar, "Canary words.", CIRCLE, reply_to=first.seq)
    assert await digest(town, town.birch) is None  # a little, just now
    clock.pass_time(hours=12)
    found = await digest(town, town.birch)
    assert found is not None
    assert (found.messages, found.people) == (2, 2)
    assert [(one.seq, one.count) for one in found.threads] == [(first.seq, 1)]
    assert [one.wants for one in found.wants] == ["same_boat"]
    client.headers.update({**town.birch.bearer, "origin": ORIGIN})
    page = await visit(client, ROOM)
    card = page.html.split('id="digest"')[1].split("</section>")[0]
    assert "2 new messages" in card
    assert "Next meeting:" in card
    assert "Canary" not in card
    page = await send(client, page, f"{ROOM}/read")
    assert 'id="digest"' not in page.html
    assert await digest(town, town.birch) is None


@pytest.mark.full
@mostly_on_sqlite
@unlimited
async def test_ten_new_messages_are_told_at_once_and_nobody_out_of_sight_is_named(
    town: Town,
) -> None:
    await a_circle(town, town.birch, town.cedar, host=town.ash)
    first = await town.say(town.cedar, "I would like that.", CIRCLE, wants="ideas")
    for number in range(9):
        await town.say(town.ash, f"Line {number}", CIRCLE, reply_to=first.seq)
    found = await digest(town, town.birch)
    assert found is not None
    assert (found.messages, found.people, len(found.threads), len(found.wants)) == (10, 2, 1, 1)
    await blocks(town, town.birch, town.cedar)
    assert await digest(town, town.birch) is None  # nine are left, just now
    await town.say(town.ash, "One more", CIRCLE)
    found = await digest(town, town.birch)
    assert found is not None
    assert (found.messages, found.people, found.threads, found.wants) == (10, 1, (), ())


@pytest.mark.full
@on_sqlite
async def test_what_i_said_and_what_i_read_is_not_new_to_me(town: Town, clock: StillClock) -> None:
    await a_circle(town, town.birch, host=town.ash)
    await town.say(town.birch, "Mine", CIRCLE)
    await town.say(town.ash, "Read", CIRCLE)
    seat = await town.seat(town.birch, CIRCLE)
    clock.pass_time(hours=13)
    assert await digest(town, town.birch) is not None
    async with town.house.workshop.work() as work:
        await mark_read(work, seat, seq=await head_of(work, seat.room_id))
    assert await digest(town, town.birch) is None


@on_sqlite
@pytest.mark.parametrize("seq", ["0", "nothing", str(2**60)])
async def test_a_thread_that_cannot_be_is_refused_in_words(
    town: Town, client: httpx.AsyncClient, seq: str
) -> None:
    await a_circle(town, town.birch, host=town.ash)
    client.headers.update(town.birch.bearer)
    answer = await client.get(f"{ROOM}/threads/{seq}")
    assert 400 <= answer.status_code < 500
    assert "/help" in Page(answer).links
