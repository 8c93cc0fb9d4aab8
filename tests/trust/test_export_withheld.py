"""What the export withholds, it withholds for its reason alone, and tells once that is over."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from sqlalchemy import delete, update

from holdfast.app.knowing.told import RULES, WITHHELD
from holdfast.kit.tables import Table
from holdfast.moderation.rules.measures import Ending
from town import Town, on_sqlite
from trust.planted import Planted, planted
from trust.test_export_complete import exported

# Of a table: what makes its rows withheld, and the other tables that are withheld with them.
CASES: list[tuple[str, dict[str, Any], set[str]]] = [
    ("cases", {"state": "open"}, {"flags", "case_steps"}),
    ("cases", {"state": "claimed"}, {"flags", "case_steps"}),
    ("measures", {"state": "waiting"}, set()),
    ("measures", {"ended_how": Ending.NOT_AGREED.value}, set()),
    ("line_openings", {"opened_at": None}, set()),
    ("packets", {"unseen_why": "danger", "seen_at": None}, set()),
    *(
        ("escalations", {"stage": "taken", "tracks": track}, {"escalation_steps", "approvals"})
        for track in ("X", "CM", "V", "T")
    ),
]


@pytest.fixture
async def ash(town: Town) -> Planted:
    async with town.house.workshop.work() as work:
        found = await planted(work, town, town.ash, "ash", told=True)
        await work.db.execute(delete(Table.metadata.tables["hold_deeds"]))
    return found


async def put(town: Town, name: str, values: dict[str, Any]) -> None:
    async with town.house.workshop.work() as work:
        await work.db.execute(update(Table.metadata.tables[name]).values(values))


@pytest.mark.full
@on_sqlite
@pytest.mark.parametrize("case", CASES)
async def test_a_row_is_told_but_for_the_time_in_which_it_is_withheld(
    client: httpx.AsyncClient,
    town: Town,
    ash: Planted,
    case: tuple[str, dict[str, Any], set[str]],
) -> None:
    name, state, others = case
    assert ash.ids[name]
    told = set((await exported(client, town.ash))["tables"])
    assert told >= {name, *others}
    await put(town, name, state)
    assert set((await exported(client, town.ash))["tables"]) & {name, *others} == set()


@pytest.mark.full
@on_sqlite
async def test_an_open_worry_about_oneself_alone_is_told(
    client: httpx.AsyncClient, town: Town, ash: Planted
) -> None:
    del ash
    await put(town, "escalations", {"stage": "taken", "tracks": "AMW"})
    told = set((await exported(client, town.ash))["tables"])
    assert told >= {"escalations", "escalation_steps", "approvals", "packets"}


@pytest.mark.full
@on_sqlite
async def test_a_hold_is_told_unless_two_people_said_that_telling_endangers(
    client: httpx.AsyncClient, town: Town, ash: Planted
) -> None:
    assert {"holds", "hold_names", "held_words"} <= set(
        (await exported(client, town.ash))["tables"]
    )
    about = ash.canaries["holds.about"]
    await _deed(town, about, what="hush", granted_at=None)
    assert "holds" in (await exported(client, town.ash))["tables"]
    await _deed(town, about, what="hush", granted_at=town.house.workshop.clock.now())
    told = (await exported(client, town.ash))["tables"]
    assert set(told) & {"holds", "hold_names", "held_words"} == set()
    await _deed(town, about, what="tell", granted_at=town.house.workshop.clock.now())
    assert "holds" in (await exported(client, town.ash))["tables"]


async def _deed(town: Town, about: str, **more: Any) -> None:
    """Something that two people decided, or that one of them asks for."""
    now, table = town.house.workshop.clock.now(), Table.metadata.tables["hold_deeds"]
    elm = town.elm.actor.id  # type: ignore[union-attr]
    deed = {"about": about, "why": "danger", "asked_by": elm, "asked_at": now, "until": now}
    async with town.house.workshop.work() as work:
        await work.db.execute(table.insert().values({**deed, **more}))


def test_every_reason_is_given_for_rows_that_can_be_withheld() -> None:
    with_their_own = {"signals", "flags", "case_steps", "escalation_steps", "approvals"}
    of_holds = {"hold_names", "held_words", "erasures"}
    by_others = {"reports", "blocks", "audit"}
    assert set(RULES) - with_their_own - of_holds == set(WITHHELD) - by_others
