"""After an erasing, column by column: what is gone, and what stays because the page says so."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import delete, select

from holdfast.app.knowing.columns import Privacy, privacy_of
from holdfast.app.knowing.gathering import as_kept, rows_about
from holdfast.app.knowing.kept import as_plain
from holdfast.app.knowing.reached import REACHED
from holdfast.kit.house import House
from holdfast.kit.tables import Table
from holdfast.meetings.jobs import look_at_meetings
from holdfast.messages.actions import erase_with_words
from town import StillClock, Town, mostly_on_sqlite
from trust.erased import two_minutes_later
from trust.planted import Planted
from trust.test_export_complete import is_canary
from trust.thief import sealed_words_of_ash

HOLDING = ("held_words", "hold_names", "hold_deeds", "holds", "erasure_keys", "erasures")
# Rows that stay without a person, as docs/understanding/anonymity.md says, each in its line.
STAYS = {
    *("messages", "goings", "changes", "held", "hushes"),
    *("signals", "escalations", "escalation_steps", "approvals", "packets"),
    *("pages", "page_tries", "exposures", "debriefs"),
    *("reports", "cases", "flags", "case_steps", "measures", "appeals", "audit"),
    *("listening_sessions", "hand_overs", "raised_hands", "listening_tries", "guard_calls"),
    *("reported_lines", "glass_requests", "circle_seats"),
}
# Tables in which no value is a person's alone: closed lists, small numbers, keys.
WITHOUT_CANARY = {"members", "seats", "standings", "data_keys", "plan_keys", "raid_cohorts"}
WITHOUT_CANARY |= {"raid_measures", "session_keys", "talk_boxes", "wish_words"}
SEALED_WITH_WHAT_IS_GONE = {"reports.words", "reports.kept", "measures.reason", "appeals.words"}
SEALED_WITH_WHAT_IS_GONE |= {"reported_lines.words"}


async def rows_now(house: House) -> dict[str, str]:
    """Every table as it is now, in words."""
    found: dict[str, str] = {}
    async with house.workshop.reading() as work:
        for table in Table.metadata.sorted_tables:
            rows = await work.db.execute(select(*[as_kept(column) for column in table.columns]))
            found[table.name] = json.dumps([[as_plain(value) for value in row] for row in rows])
    return found


def canaries_in(rows: dict[str, str], ash: Planted) -> set[str]:
    """The columns in which something of Ash still stands."""
    return {
        column
        for column, value in ash.canaries.items()
        for table in [column.split(".")[0]]
        if table in REACHED and is_canary(value) and json.dumps(as_plain(value)) in rows[table]
    }


async def sealed_now(house: House) -> dict[str, set[bytes]]:
    """What lies in each column of words, as it is sealed."""
    found: dict[str, set[bytes]] = {}
    async with house.workshop.reading() as work:
        for table in Table.metadata.sorted_tables:
            for column in table.columns:
                if table.name in REACHED and privacy_of(column) is Privacy.WORDS:
                    values = await work.db.scalars(select(column))
                    found[f"{table.name}.{column.name}"] = {bytes(one) for one in values if one}
    return found


@pytest.fixture
async def ash(town: Town) -> Planted:
    """Ash, with something in each column, of whom nothing open names anything."""
    found = await sealed_words_of_ash(town)
    async with town.house.workshop.work() as work:
        for name in HOLDING:
            await work.db.execute(delete(Table.metadata.tables[name]))
    return found


async def erased(town: Town, clock: StillClock) -> None:
    await erase_with_words(town.house.ledger, town.ash.member)
    await two_minutes_later(town, clock)
    await look_at_meetings(town.house.workshop)  # as it does once a second


@pytest.mark.full
@mostly_on_sqlite
async def test_after_an_erasing_nothing_of_theirs_stays_but_what_the_page_says(
    town: Town, clock: StillClock, ash: Planted
) -> None:
    before = canaries_in(await rows_now(town.house), ash)
    await erased(town, clock)
    after = canaries_in(await rows_now(town.house), ash)
    assert {column.split(".")[0] for column in after} == STAYS
    gone = {name for name in REACHED if name not in STAYS | set(HOLDING)}
    assert {column.split(".")[0] for column in before - after} >= gone - WITHOUT_CANARY
    tables = Table.metadata.tables
    chosen = {
        column
        for column in after
        for table, name in [column.split(".")]
        if privacy_of(tables[table].c[name]) is Privacy.CHOICE
    }
    assert chosen <= {"messages.wants", "goings.hours"}


@mostly_on_sqlite
async def test_after_an_erasing_no_key_of_theirs_is_left_and_no_word_opens(
    town: Town, clock: StillClock, ash: Planted
) -> None:
    store, before = town.house.ledger.keyring.store, await sealed_now(town.house)
    assert await store.of_seats([ash.ids["seats"]])
    await erased(town, clock)
    assert await store.of_seats([ash.ids["seats"]]) == []
    after = await sealed_now(town.house)
    still = {column for column in before if before[column] & after[column]}
    assert still <= SEALED_WITH_WHAT_IS_GONE


@pytest.mark.full
@mostly_on_sqlite
async def test_after_an_erasing_no_row_names_them(
    town: Town, clock: StillClock, ash: Planted
) -> None:
    async with town.house.workshop.reading() as work:
        before = {table.name async for table, _ in rows_about(work, ash.member_id, told=False)}
    assert before >= set(REACHED) - set(HOLDING) - {"data_keys"}
    await erased(town, clock)
    async with town.house.workshop.reading() as work:
        after = {table.name async for table, _ in rows_about(work, ash.member_id, told=False)}
    assert after == set()
