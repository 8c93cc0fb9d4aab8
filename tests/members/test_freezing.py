"""Everything about somebody is kept and not used, until they take that back themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, update

from crisis.voice import GOODBYE
from holdfast.audit.tables import AuditRow
from holdfast.crisis.queries import open_escalations
from holdfast.desk.jobs import Forgetting
from holdfast.kit.errors import NotFound
from holdfast.members.rules.freezing import Frozen
from holdfast.members.tables import FreezeRow, MemberRow
from holdfast.messages.actions import (
    erase_with_words,
    post_message,
    remove_message,
    respond_to_message,
)
from holdfast.messages.actions.fading import let_fade
from holdfast.messages.actions.hiding import hide_words, restore_words
from holdfast.messages.queries import messages_before
from holdfast.messages.queries.hidden import hidden_before
from holdfast.messages.rules import Response, drafted
from holdfast.messages.tables import HiddenWordsRow, MessageRow
from holdfast.rights.rules import System
from members.freezing import froze, thawed
from members.walking import send, visit
from town import NIGHT, Person, StillClock, Town, mostly_on_sqlite, on_sqlite, written

HERE = "/me/freeze"
WORDS = "Something only mine"


async def said_in(town: Town, reader: Person | None = None) -> list[tuple[str, str | None]]:
    """What a reader sees of the night room."""
    seat = await town.seat(town.birch)
    async with town.house.workshop.reading() as work:
        who = town.reader(reader or town.birch)
        found = await messages_before(work, who, seat.room_id, None, 50)
    return [(one.text, one.removed) for one in found]


async def count(town: Town, table: Any) -> int:
    async with town.house.workshop.reading() as work:
        return await work.db.scalar(select(func.count()).select_from(table)) or 0


async def test_frozen_words_are_out_of_sight_and_say_only_what_a_taking_back_says(
    town: Town,
) -> None:
    await town.say(town.ash, WORDS, note="heavy")
    await town.say(town.birch, "Somebody else's")
    await froze(town)
    assert await said_in(town) == [("", "author"), ("Somebody else's", None)]
    async with town.house.workshop.reading() as work:
        rows = (await work.db.scalars(select(MessageRow).order_by(MessageRow.row))).all()
        (apart,) = await work.db.scalars(select(HiddenWordsRow))
        (row,) = await work.db.scalars(select(FreezeRow))
    assert (rows[0].text, rows[0].note) == (None, None)
    assert (apart.frozen, apart.message_id) == (True, rows[0].id)
    assert row.apart_at is not None


@pytest.mark.full
async def test_thawing_puts_everything_back_and_no_row_of_it_is_left(
    town: Town, clock: StillClock
) -> None:
    first = await town.say(town.ash, WORDS, note="heavy")
    seat = await town.seat(town.birch)
    await respond_to_message(
        town.house.ledger,
        seat,
        nonce="nonce-0004",
        seq=first.seq or 0,
        response=Response.WITH_YOU,
        on=True,
    )
    async with town.house.workshop.reading() as work:
        before = await messages_before(work, town.reader(town.birch), seat.room_id, None, 50)
    clock.pass_time(minutes=5)
    await froze(town)
    assert await said_in(town) == [("", "author")]
    await thawed(town)
    async with town.house.workshop.reading() as work:
        after = await messages_before(work, town.reader(town.birch), seat.room_id, None, 50)
    assert after == before
    assert await count(town, FreezeRow) == await count(town, HiddenWordsRow) == 0
    await town.say(town.ash, "And I can write again")


@pytest.mark.full
async def test_nothing_is_said_into_rooms_meanwhile_and_what_may_be_a_goodbye_is_heard(
    town: Town,
) -> None:
    await town.say(town.ash, WORDS)
    await froze(town)
    seat = await town.seat(town.ash)
    with pytest.raises(Frozen):
        await post_message(town.house.ledger, seat, drafted("nonce-0001", "Good evening"))
    async with town.house.workshop.reading() as work:
        assert await open_escalations(work) == []
    await post_message(town.house.ledger, seat, drafted("nonce-0002", GOODBYE))
    await town.house.reactions.settled()
    async with town.house.workshop.reading() as work:
        assert len(await open_escalations(work)) == 1
    await thawed(town)
    await town.house.reactions.settled()


@pytest.mark.full
@on_sqlite
async def test_what_a_stop_left_undone_is_done_by_the_clock(town: Town) -> None:
    freezing, hearers = town.house.reactions.freezing, town.house.workshop.hearers
    await town.say(town.ash, WORDS)
    hearers.remove(freezing.hear)
    await froze(town)
    assert await said_in(town) == [(WORDS, None)]
    await town.house.reactions.look()
    assert await said_in(town) == [("", "author")]
    await thawed(town)
    assert await said_in(town) == [("", "author")]
    await town.house.reactions.look()
    assert await said_in(town) == [(WORDS, None)]
    assert await count(town, FreezeRow) == 0


@pytest.mark.full
@on_sqlite
async def test_what_a_moderator_hid_stays_hidden_and_what_comes_back_lies_apart_again(
    town: Town,
) -> None:
    ledger, room = town.house.ledger, (await town.seat(town.ash)).room_id
    seq = (await town.say(town.ash, WORDS)).seq or 0
    await hide_words(ledger, System(), room_id=room, seq=seq)
    await froze(town)
    await thawed(town)
    assert await said_in(town) == [("", "moderator")]
    await froze(town)
    await restore_words(ledger, System(), room_id=room, seq=seq)
    await town.house.reactions.look()
    assert await said_in(town) == [("", "author")]
    await thawed(town)
    assert await said_in(town) == [(WORDS, None)]


@pytest.mark.full
@mostly_on_sqlite
async def test_no_night_and_no_month_takes_what_is_frozen(town: Town, clock: StillClock) -> None:
    night = Forgetting(town.house.workshop, town.house.ledger.keyring)
    await town.say(town.ash, WORDS)
    await town.say(town.birch, "Theirs goes")
    await froze(town)
    clock.pass_time(days=60)
    assert await night.look() == 1
    async with town.house.workshop.reading() as work:
        assert await hidden_before(work, clock.now() - timedelta(days=30)) == []
    assert await said_in(town) == [("", "author"), ("", "time")]
    await thawed(town)
    assert await said_in(town) == [(WORDS, None), ("", "time")]
    clock.pass_time(days=1)
    assert await night.look() == 1  # and thawed, it goes like everybody's
    assert await said_in(town) == [("", "time"), ("", "time")]


@pytest.mark.full
@mostly_on_sqlite
async def test_no_account_goes_by_the_clock_while_it_is_frozen(
    town: Town, clock: StillClock
) -> None:
    await froze(town)
    clock.pass_time(days=500)
    async with town.house.workshop.work() as work:
        await work.db.execute(update(FreezeRow).values(apart_at=clock.now()))
    gone = await let_fade(town.house.ledger, System())
    async with town.house.workshop.reading() as work:
        here = set(await work.db.scalars(select(MemberRow.id)))
    assert gone > 0
    assert here == {town.ash.member.id}


@pytest.mark.full
@on_sqlite
async def test_erasing_oneself_erases_what_is_frozen(town: Town) -> None:
    await town.say(town.ash, WORDS)
    await froze(town)
    await erase_with_words(town.house.ledger, town.ash.member)
    await written(town.house)
    assert await count(town, FreezeRow) == await count(town, HiddenWordsRow) == 0
    assert await said_in(town) == [("", "author")]
    assert town.ash.member.id not in town.house.ledger.frozen


@pytest.mark.full
@on_sqlite
async def test_one_message_alone_is_taken_back_after_thawing_and_not_before(town: Town) -> None:
    seq = (await town.say(town.ash, WORDS)).seq or 0
    await froze(town)
    seat, ledger = await town.seat(town.ash), town.house.ledger
    with pytest.raises(NotFound):
        await remove_message(ledger, seat, nonce="nonce-0005", seq=seq)
    await thawed(town)
    await remove_message(ledger, seat, nonce="nonce-0006", seq=seq)
    assert await said_in(town) == [("", "author")]


@mostly_on_sqlite
async def test_freezing_and_thawing_stand_in_the_record_once_each(town: Town) -> None:
    await froze(town)
    await froze(town)
    await thawed(town)
    await thawed(town)
    async with town.house.workshop.reading() as work:
        kept = select(AuditRow.what, AuditRow.about, AuditRow.role).order_by(AuditRow.seq)
        rows = [tuple(row) for row in await work.db.execute(kept)]
    about = f"member:{town.ash.member.id}"
    mine = [row for row in rows if row[1] == about]
    assert mine == [("member:frozen", about, "member"), ("member:thawed", about, "member")]


# ---------------------------------------------------------------- by hand, without scripts


@pytest.mark.full
@mostly_on_sqlite
async def test_somebody_freezes_reads_the_receipt_is_refused_in_the_room_and_thaws(
    client: httpx.AsyncClient, town: Town
) -> None:
    await town.say(town.ash, WORDS)
    await client.post("/sign-in", data={"phrase": town.ash.phrase})
    assert HERE in (await visit(client, "/me")).links
    page = await send(client, await visit(client, HERE), HERE)
    await town.house.reactions.settled()
    assert "is kept and not used." in page.said
    letters = page.html.split("<textarea", 1)[1].split(">", 1)[1].split("<", 1)[0]
    checked = await client.post("/receipts", data={"receipt": letters})
    assert "This receipt is ours" in checked.text
    assert "Nothing: what we hold about you is kept and not used" in checked.text
    assert WORDS not in (await client.get(f"/rooms/{NIGHT}")).text
    refused = await client.post(
        f"/rooms/{NIGHT}/messages", data={"text": "Hello", "nonce": "nonce-0003"}
    )
    assert refused.status_code == 409
    assert f'<a href="{HERE}">' in refused.text
    assert "/help" in refused.text
    assert (await client.get("/help")).status_code == 200
    again = await send(client, await visit(client, HERE), f"{HERE}/end")
    await town.house.reactions.settled()
    assert "It is only kept now" not in again.said
    assert WORDS in (await client.get(f"/rooms/{NIGHT}")).text


@on_sqlite
async def test_who_could_not_come_back_to_end_it_is_asked_for_words_first(
    client: httpx.AsyncClient, town: Town
) -> None:
    await client.post("/sign-in", data={"phrase": town.ash.phrase})
    assert HERE in [form.action for form in (await visit(client, HERE)).forms]
    async with town.house.workshop.work() as work:
        await work.db.execute(update(MemberRow).values(phrase_lookup=None))
    page = await visit(client, HERE)
    assert HERE not in [form.action for form in page.forms]
    assert "/me#words" in page.links
    answer = await client.post(HERE)
    assert answer.status_code == 409
    assert await count(town, FreezeRow) == 0


@pytest.mark.full
@mostly_on_sqlite
async def test_a_program_freezes_and_thaws_and_finds_it_in_the_export(
    client: httpx.AsyncClient, town: Town
) -> None:
    ash = town.ash.bearer
    first = (await client.put("/api/v1/me/freeze", headers=ash)).json()
    again = (await client.put("/api/v1/me/freeze", headers=ash)).json()
    assert first == again
    told = (await client.get("/api/v1/me/export", headers=ash)).json()
    assert told["member"]["frozen_since"] == first["frozen_since"]
    assert (await client.delete("/api/v1/me/freeze", headers=ash)).status_code == 204
    await town.house.reactions.settled()
    told = (await client.get("/api/v1/me/export", headers=ash)).json()
    assert told["member"]["frozen_since"] is None
