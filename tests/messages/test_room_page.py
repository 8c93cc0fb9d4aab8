"""The room page reads at a glance what every other reading reads through a work."""

from __future__ import annotations

import httpx
import pytest

from holdfast.kit.looks import LANGUAGES
from holdfast.kit.pages import environment
from holdfast.kit.speech import say_marked
from holdfast.kit.words import NP_, say
from holdfast.messages.actions import remove_message, respond_to_message
from holdfast.messages.queries import Reader, messages_before, response_counts
from holdfast.messages.queries.pages import page_before, responses_to, rooms_with_seat
from holdfast.messages.rules import Response
from holdfast.rooms.actions import mark_read
from holdfast.rooms.queries import read_mark
from kit.counting import Counting
from members.walking import Page, visit
from town import NIGHT, Town, mostly_on_sqlite, unlimited


async def talk(town: Town) -> None:
    """Words, a note, an answer to old words and one to words taken back, responses."""
    for number in range(12):
        await town.say(town.ash if number % 3 else town.birch, f"Line {number}")
    await town.say(town.birch, "Under a cover", note="grief")
    await town.say(town.ash, "An answer to the second", reply_to=2)
    await town.say(town.ash, "An answer to the fifth", reply_to=5)
    ledger, ash = town.house.ledger, await town.seat(town.ash)
    await remove_message(ledger, ash, seq=5, nonce="taken-back-00")
    for person in (town.ash, town.birch):
        seat = await town.seat(person)
        await respond_to_message(
            ledger, seat, seq=13, nonce="with-you-0000", response=Response.STRENGTH, on=True
        )


@pytest.mark.full
@mostly_on_sqlite
@unlimited
async def test_a_page_has_the_same_messages_quotes_and_responses(town: Town) -> None:
    await talk(town)
    house, seat = town.house, await town.seat(town.birch)
    reader, glances = Reader(house.ledger.keyring, town.birch.actor), house.workshop.glances
    for before, limit in ((None, 31), (None, 4), (9, 5), (1, 5)):
        async with house.workshop.reading() as work:
            said = await messages_before(work, reader, seat.room_id, before, limit)
            counted = await response_counts(work, seat.room_id, [m.seq for m in said])
        page = await page_before(glances, reader, seat.room_id, before, limit)
        counts, given = await responses_to(glances, seat, page)
        assert page == said
        assert counts == counted
        assert given == ({(13, "strength")} if 13 in counted else set())
        assert await responses_to(glances, seat, page, (before, limit)) == (counts, given)
    whole = await page_before(glances, reader, seat.room_id, None, 31)
    quotes = {m.seq: m.quote for m in whole if m.quote}
    assert (quotes[14].excerpt, quotes[15].excerpt) == ("Line 1", "")


@mostly_on_sqlite
@unlimited
async def test_keys_that_are_not_in_hand_are_fetched(town: Town) -> None:
    await talk(town)
    seat = await town.seat(town.ash)
    before = await page_before(
        town.house.workshop.glances, town.reader(town.ash), seat.room_id, None, 31
    )
    known = town.house.ledger.keyring
    keyring = type(known)(town.house.root, known.store)
    again = await page_before(
        town.house.workshop.glances, Reader(keyring, town.ash.actor), seat.room_id, None, 31
    )
    assert again == before
    assert any(message.text for message in again)


@pytest.mark.full
@mostly_on_sqlite
@unlimited
async def test_the_rooms_where_somebody_sits_come_with_what_they_have_not_read(town: Town) -> None:
    await talk(town)
    house, seat = town.house, await town.seat(town.birch)
    async with house.workshop.work() as work:
        await mark_read(work, seat, seq=3)
        mark = await read_mark(work, seat.id)
    mine = await rooms_with_seat(house.workshop.glances, town.birch.member.id)
    assert [(room.slug, room.read_seq) for room in mine] == [(NIGHT, mark)]
    page = await page_before(
        house.workshop.glances, town.reader(town.birch), seat.room_id, None, 31
    )
    new = [m for m in page if m.seq > mark and m.owner != seat.id and not m.removed]
    assert mine[0].unread == len(new) > 0
    assert await rooms_with_seat(house.workshop.glances, town.stranger.member.id) == []


READER, ROOM, MEETINGS, WHOSE = 1, 1, 1, 1  # goes to the database


@pytest.mark.full
@mostly_on_sqlite
@unlimited
async def test_a_page_asks_the_database_in_four_goes_and_waits_for_three(
    town: Town, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await talk(town)
    counting = Counting(town.house.workshop.glances)
    monkeypatch.setattr(town.house.workshop, "glances", counting)
    client.cookies.set("holdfast", town.birch.token)
    page = await visit(client, f"/rooms/{NIGHT}")
    assert "Line 11" in page.html
    assert counting.goes == WHOSE + READER + ROOM + MEETINGS
    assert counting.waits == WHOSE + READER + ROOM  # what stands beside is asked meanwhile


@pytest.mark.full
def test_fixed_words_are_put_in_beforehand_and_others_when_the_page_is_drawn() -> None:
    source = "{{ _('Leave now') }} {{ _(name) }} {{ pgettext('safety', '100 % calm') }}"
    for locale in LANGUAGES:
        given = say_marked(locale, NP_("safety", "100 % calm"))
        shown = environment(locale).from_string(source).render(name="<b>")
        assert shown == f"{say(locale, 'Leave now')} &lt;b&gt; {given}"


@pytest.mark.full
@mostly_on_sqlite
async def test_a_plain_form_takes_back_and_leads_to_the_receipt_of_ones_own_words_only(
    town: Town, client: httpx.AsyncClient
) -> None:
    await town.say(town.ash, "Too much, sorry")
    await town.say(town.birch, "It is all right")
    client.cookies.set("holdfast", town.ash.token)
    told = "You took it back."
    assert told not in (await visit(client, f"/rooms/{NIGHT}?taken=1")).html.split("<template")[0]
    address = f"/rooms/{NIGHT}/messages/1"
    done = Page(await client.post(address, data={"remove": "yes"}, follow_redirects=True))
    shown = done.html.split("<template")[0]
    assert told in shown
    assert 'role="status"' in shown
    assert 'href="/me/erasures"' in shown
    receipts = await visit(client, "/me/erasures")
    assert "One message" in receipts.said
    assert told not in (await visit(client, f"/rooms/{NIGHT}?taken=2")).html.split("<template")[0]
