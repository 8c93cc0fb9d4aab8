"""All of mine is handed to me, and nothing of anyone else's; and gone, it is gone."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, text

from holdfast.app.tables import TABLES
from holdfast.members.actions import choose_looks
from holdfast.members.tables import (
    ConsentRow,
    DeviceLinkRow,
    MemberPasskeyRow,
    MemberRow,
    SessionRow,
)
from holdfast.messages.actions import edit_message, remove_message, respond_to_message
from holdfast.messages.rules import Response
from holdfast.rooms.actions import keep_name
from holdfast.rooms.tables import SeatRow
from sealing.test_on_disk import bytes_below, shapes
from town import NIGHT, StillClock, Town, mostly_on_sqlite, on_sqlite

MINE = ("canary-one in words", "canary-two in a note", "canary-three edited", "canary-four reply")
THEIRS = ("stranger-canary in words", "stranger-canary in a note")


async def lived(town: Town, clock: StillClock) -> None:
    """Ash and Birch have been here for a while."""
    await town.say(town.ash, MINE[0], note=MINE[1], wants="ideas")
    await town.say(town.birch, THEIRS[0], note=THEIRS[1])
    clock.pass_time(days=1)
    await town.say(town.ash, "first shape")
    seat, ledger = await town.seat(town.ash), town.house.ledger
    await edit_message(ledger, seat, seq=3, nonce="edit-0001", text=MINE[2], note=None)
    await town.say(town.ash, MINE[3], reply_to=2)
    await town.say(town.ash, "taken back")
    await remove_message(ledger, seat, seq=6, nonce="remove-01")
    await respond_to_message(
        ledger, seat, seq=2, nonce="respond-1", response=Response.STRENGTH, on=True
    )
    async with town.house.workshop.work() as work:
        await keep_name(work, town.ash.member, seat=seat)
        await choose_looks(
            work, town.ash.member, language="es", time_zone="Europe/Lisbon", theme="dark"
        )


async def exported(client: httpx.AsyncClient, town: Town) -> dict[str, Any]:
    answer = await client.get("/api/v1/me/export", headers=town.ash.bearer)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.full
@mostly_on_sqlite
async def test_everything_of_mine_is_in_it(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    await lived(town, clock)
    found = await exported(client, town)
    seat = await town.seat(town.ash)
    member = found["member"]
    assert (member["language"], member["time_zone"], member["theme"]) == (
        "es",
        "Europe/Lisbon",
        "dark",
    )
    assert member["kept_name"] == seat.author.pseudonym
    assert member["age_band"] == "18+"
    assert len(found["consents"]) >= 3
    assert [session["kind"] for session in found["sessions"]] == ["kept"]
    room = next(room for room in found["rooms"] if room["room"] == NIGHT)
    assert (room["seat"], room["pseudonym"]) == (seat.author.seat, seat.author.pseudonym)
    assert [message["text"] for message in room["messages"]] == [MINE[0], MINE[2], MINE[3], ""]
    first = room["messages"][0]
    assert (first["note"], first["wants"]) == (MINE[1], "ideas")
    assert room["messages"][1]["edited_at"]
    assert room["messages"][2]["reply_to"] == 2
    assert room["messages"][3]["removed"] == "author"
    assert room["responses"] == [{"to": 2, "response": "strength"}]


@pytest.mark.full
@mostly_on_sqlite
async def test_nothing_of_anyone_else_s_is_in_it_and_no_secret(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    await lived(town, clock)
    found = json.dumps(await exported(client, town), ensure_ascii=False)
    birch = await town.seat(town.birch)
    for theirs in (*THEIRS, birch.author.pseudonym, birch.author.seat, birch.author.avatar):
        assert theirs not in found
    for secret in (town.ash.token, town.ash.phrase, town.birch.token):
        assert secret not in found


def test_whatever_is_kept_about_a_member_is_in_the_export_or_left_out_for_a_reason() -> None:
    """A new column must be added to the export, or here with its reason."""
    told = {
        "members": {"phrase_lookup": "only whether there is one", "id": "says nothing to anyone"},
        "consents": {"id": "", "member_id": ""},
        "sessions": {"id": "", "member_id": "", "token_hash": "a seal of a secret"},
        "member_passkeys": {
            "id": "",
            "member_id": "",
            "credential": "the device's own number for it",
            "public_key": "opens nothing, says nothing",
            "handle": "a random name",
        },
        "device_links": {
            "member_id": "",
            "session_id": "",
            "lookup": "a seal of a secret",
            "own_key": "on its way for two minutes, locked under words nobody kept",
        },
        "seats": {
            "id": "",
            "member_id": "",
            "room_id": "its slug is told",
            "staff_id": "never with a member",
            "reads_after": "of staff alone, too",
        },
    }
    exported_fields = {
        **{"members": 12, "consents": 5, "sessions": 7, "seats": 6},
        **{"member_passkeys": 3, "device_links": 3},
    }
    for row in (MemberRow, ConsentRow, SessionRow, SeatRow, MemberPasskeyRow, DeviceLinkRow):
        columns = {column.name for column in row.__table__.columns}
        left = columns - set(told[row.__tablename__])
        assert len(left) == exported_fields[row.__tablename__], (row.__tablename__, sorted(left))


@pytest.mark.full
@mostly_on_sqlite
async def test_erased_nothing_that_names_them_is_left_in_any_row(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    await lived(town, clock)
    seat = await town.seat(town.ash)
    gone = await client.delete("/api/v1/me", headers=town.ash.bearer)
    assert gone.status_code == 200
    async with town.house.workshop.reading() as work:
        for field in (MemberRow.id, ConsentRow.member_id, SessionRow.member_id, SeatRow.member_id):
            found = select(func.count()).where(field == town.ash.member.id)
            assert (await work.db.execute(found)).scalar_one() == 0
        assert await town.house.ledger.keyring.store.of_seats([seat.id]) == []
        kept = ""
        for table in TABLES:
            rows = (await work.db.execute(text(f"SELECT * FROM {table.__tablename__}"))).all()  # noqa: S608
            kept += repr(rows)
    for mine in (*MINE, seat.author.pseudonym, seat.author.avatar, town.ash.phrase, town.ash.token):
        assert mine not in kept
    assert (await client.get("/api/v1/me", headers=town.ash.bearer)).status_code == 401
    again = await client.post("/api/v1/sign-in", json={"recovery_phrase": town.ash.phrase})
    assert (again.status_code, again.json()["code"]) == (401, "phrase_not_known")


@pytest.mark.full
@mostly_on_sqlite
async def test_erased_their_words_are_gone_for_everyone_and_the_others_stand(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    await lived(town, clock)
    await client.delete("/api/v1/me", headers=town.ash.bearer)
    page = await client.get(f"/api/v1/rooms/{NIGHT}/messages", headers=town.birch.bearer)
    items = page.json()["items"]
    assert [item["text"] for item in items] == ["", THEIRS[0], "", "", ""]
    assert [item.get("removed") for item in items] == ["author", None, *["author"] * 3]
    assert items[1]["counts"] == {}


@pytest.mark.full
@on_sqlite
async def test_erased_neither_their_words_nor_a_usable_key_lie_in_the_data_folder(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    await lived(town, clock)
    seat = await town.seat(town.ash)
    store = town.house.ledger.keyring.store
    wrapped = [key.wrapped for key in await store.named(await store.of_seats([seat.id]))]
    assert len(wrapped) == 2
    assert all(key in bytes_below(town.house.settings.data) for key in wrapped)
    await client.delete("/api/v1/me", headers=town.ash.bearer)
    kept = bytes_below(town.house.settings.data)
    for words in MINE:
        assert [shape for shape, sought in shapes(words).items() if sought in kept] == []
    assert [key.hex() for key in wrapped if key in kept] == []
    assert seat.author.pseudonym.encode() not in kept


@pytest.mark.full
@mostly_on_sqlite
async def test_the_figures_tell_of_the_machine_and_never_of_people(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    await lived(town, clock)
    figures = (await client.get("/metrics")).text
    assert "holdfast_entries_committed_total" in figures
    seat = await town.seat(town.ash)
    for said in (*MINE, *THEIRS, seat.author.pseudonym, seat.author.seat, NIGHT, "Ash"):
        assert said not in figures
