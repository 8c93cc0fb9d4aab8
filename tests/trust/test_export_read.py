"""The page to take along is for people: names of ours, and times of their own zone."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import httpx
import pyrage
import pytest
from sqlalchemy import update

from holdfast.app.knowing.archive import PAGE
from holdfast.app.knowing.labels import LABELS, PARTS, TABLES
from holdfast.app.knowing.reached import REACHED
from holdfast.members.tables import MemberRow
from holdfast.messages.rules.expiring import Expires
from town import Person, Town, on_sqlite
from trust.planted import planted
from trust.test_export_complete import exported, told
from trust.test_export_file import asked_for, file_of

FOLDED = "<details>"


async def page_of(client: httpx.AsyncClient, person: Person) -> tuple[str, str]:
    """What people read, and what is folded away."""
    passphrase = await asked_for(client, person)
    answer = await file_of(client, person, passphrase)
    opened = pyrage.passphrase.decrypt(answer.content, passphrase)
    with zipfile.ZipFile(io.BytesIO(opened)) as kept:
        read, _, folded = kept.read(PAGE).decode().partition(FOLDED)
    return read, folded


async def lives(town: Town, person: Person, *, language: str, zone: str) -> None:
    async with town.house.workshop.work() as work:
        row = update(MemberRow).where(MemberRow.id == person.member.id)
        await work.db.execute(row.values(language=language, time_zone=zone))


def keys_in(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(keys_in, value.values()))
    return set().union(*map(keys_in, value)) if isinstance(value, list) else set()


@on_sqlite
async def test_every_part_table_and_column_has_a_name_of_ours(
    client: httpx.AsyncClient, town: Town
) -> None:
    async with town.house.workshop.work() as work:
        await planted(work, town, town.ash, "ash", told=True)
    export = await exported(client, town.ash)
    tables = export.pop("tables")
    assert set(export) - set(PARTS) == set()
    assert {name for name in REACHED if told(name)} - set(TABLES) == set()
    columns = keys_in(list(tables.values())) | keys_in(list(export.values()))
    assert sorted(columns - set(LABELS)) == []


@pytest.mark.full
@on_sqlite
async def test_words_stand_under_their_room_and_day_in_the_hours_of_who_reads_them(
    client: httpx.AsyncClient, town: Town
) -> None:
    await lives(town, town.ash, language="en", zone="America/New_York")
    await town.say(town.ash, "late at night", nonce="a-nonce-of-mine")
    town.house.workshop.clock.pass_time(hours=6)  # type: ignore[attr-defined]
    await town.say(town.ash, "gone tomorrow", expires=Expires.DAY)
    read, folded = await page_of(client, town.ash)
    assert "Made on Sunday, 22 November 2026 at 03:40." in read
    assert "Eastern Time (America/New_York)" in read
    said = ("Night owls", "Saturday, 21 November 2026", "21:40", "late at night")
    then = ("Sunday, 22 November 2026", "goes by itself on 23 November 2026, 03:40")
    in_order = ".*".join(re.escape(one) for one in (*said, *then, "gone tomorrow"))
    assert re.search(in_order, read, re.DOTALL)
    assert re.findall(r"\d{4}-\d\d-\d\dT\d\d:", read + folded) == []
    assert ("a-nonce-of-mine" in read, "a-nonce-of-mine" in folded) == (False, True)


@pytest.mark.full
@on_sqlite
async def test_it_is_written_from_right_to_left_where_its_reader_s_language_is(
    client: httpx.AsyncClient, town: Town
) -> None:
    await lives(town, town.ash, language="ar", zone="Asia/Amman")
    read, _ = await page_of(client, town.ash)
    assert '<html lang="ar" dir="rtl">' in read
    assert "٢٢ نوفمبر ٢٠٢٦" in read


@pytest.mark.full
@on_sqlite
async def test_neither_its_title_nor_the_name_of_the_file_tells_what_it_is(
    client: httpx.AsyncClient, town: Town
) -> None:
    await lives(town, town.ash, language="en", zone="Pacific/Kiritimati")
    passphrase = await asked_for(client, town.ash)
    answer = await file_of(client, town.ash, passphrase)
    named = 'attachment; filename="notes-2026-11-22.zip.age"'
    assert answer.headers["content-disposition"] == named
    read, folded = await page_of(client, town.ash)
    assert "<title>Notes</title>" in read
    assert "holdfast" not in (read + folded).lower()
