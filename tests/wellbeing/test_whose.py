"""Whose a plan is: no staff page shows it, it leaves with its member, and gone it is gone."""

from __future__ import annotations

import ast
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from sqlalchemy import text

import holdfast
from holdfast.app.tables import TABLES
from holdfast.kit.house import House
from holdfast.rights.rules import STAFF_ROLES
from members.walking import visit
from sealing.test_on_disk import bytes_below, shapes
from town import Town, appoint, mostly_on_sqlite, on_sqlite
from wellbeing.planning import SIGN, SISTER, SONG, WORST, a_plan, lines_of, seal

PLAN = "/me/safety-plan"
SOURCE = Path(holdfast.__file__).parent


def routes(app: FastAPI) -> list[tuple[str, str]]:
    """Every way to a plan: method and address, with a line that could be there."""
    return [
        (method, (route.path or "").replace("{line}", "00" * 16))
        for route in iter_route_contexts(app.routes)
        if route.endpoint and route.endpoint.__module__.startswith("holdfast.wellbeing")
        for method in route.methods or ()
    ]


@pytest.mark.full
@on_sqlite
async def test_no_staff_person_of_any_role_and_no_guest_comes_to_a_plan(
    client: httpx.AsyncClient, app: FastAPI, town: Town
) -> None:
    ways = routes(app)
    assert len(ways) >= 10
    async with town.house.workshop.work() as work:
        staff = [await appoint(work, role) for role in STAFF_ROLES]
    answer = await client.get(PLAN, headers=town.ash.bearer)
    assert answer.status_code == 200
    for person in staff:
        for method, path in ways:
            answer = await client.request(method, path, headers=person.bearer, data={"text": "x"})
            assert answer.status_code == 403, (person.actor, method, path)
    for method, path in ways:
        assert (await client.request(method, path, data={"text": "x"})).status_code == 401


def imported() -> list[tuple[str, str, str]]:
    """Who takes what from this slice: (slice, module, name), for every import outside it."""
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.ImportFrom):
                continue
            module = node.module or ""
            if module.startswith("holdfast.wellbeing") and name not in {"wellbeing", "app"}:
                found += [(name, module, alias.name) for alias in node.names]
    return found


@pytest.mark.full
def test_nothing_outside_this_slice_reads_a_plan_but_the_export_and_the_handover() -> None:
    """What staff's pages are made of may know whether there is a line, and agreed lines."""
    opens_words: dict[str, set[str]] = {
        "kept_in_plan": {"messages"},  # the member's own export
        "shared_lines": {"crisis"},  # a handover
        "open_line": {"crisis"},  # two people at immediate
        **{name: set() for name in ("plan_of", "undo_of", "sealed_line_of", "openings_of")},
        **{name: set() for name in ("seal_of", "Seal", "seal_to_write_with")},
    }
    there = imported()
    assert {name for _, _, name in there} & set(opens_words)
    strays = [one for one in there if one[0] not in opens_words.get(one[2], {one[0]})]
    assert strays == []
    assert [one for one in there if one[1].endswith((".tables", ".seals"))] == []


@pytest.mark.full
@on_sqlite
async def test_another_member_sees_nothing_of_my_plan(
    ash: httpx.AsyncClient, client: httpx.AsyncClient, town: Town
) -> None:
    await a_plan(town, town.ash)
    await seal(town, town.ash)
    mine = (await visit(ash, PLAN)).html
    assert SIGN in mine
    client.cookies.set("holdfast", town.birch.token)
    for path in (PLAN, f"{PLAN}/print", "/api/v1/me/export"):
        theirs = (await client.get(path)).text
        for words in (SIGN, SONG, SISTER, WORST):
            assert words not in theirs


# ---------------------------------------------------------------- taken along, and gone


@pytest.mark.full
@mostly_on_sqlite
async def test_everything_of_my_plan_is_in_my_export(ash: httpx.AsyncClient, town: Town) -> None:
    await a_plan(town, town.ash)
    await seal(town, town.ash)
    await ash.post(f"{PLAN}/lines/{(await lines_of(town, town.ash))[0].id.hex()}/remove")
    found = (await ash.get("/api/v1/me/export")).json()
    assert found["safety_plan"] == [
        {"part": "alone", "words": SONG, "shared_at": None},
        {"part": "ask", "words": SISTER, "shared_at": None},
    ]
    assert found["safety_plan_undo"] == {"change": "removed", "words": SIGN}
    assert found["sealed_line"] == {"words": WORST, "left_at": "2026-11-22T02:40:00.000Z"}
    assert found["sealed_line_openings"] == []


def test_whatever_is_kept_of_a_plan_is_in_the_export_or_left_out_for_a_reason() -> None:
    """A new column must be added to the export, or here with its reason."""
    keys = {
        "id",
        "member_id",
        "purpose",
        "wrapped_before",
    }  # of no use to anybody without the server
    told = {
        "plan_keys": keys,
        "plan_lines": {"id", "member_id", "written_at", "part", "words", "shared_at", "key_id"},
        "plan_undos": {
            *("member_id", "line_id", "part", "written_at", "shared_at"),
            *("change", "words", "key_id"),
        },
        "plan_signals": {"row", "member_id", "concern", "tracks", "at"},  # gone in a second
        "sealed_lines": {"member_id", "words", "left_at"},
        "line_openings": {
            *("id", "member_id", "escalation_id", "at", "approved_at"),
            *("asked_by", "approved_by", "opened_at", "reason", "told_at"),
        },
    }
    ours = {t.__tablename__: t for t in TABLES if t.__module__ == "holdfast.wellbeing.tables.plans"}
    assert {name: {c.name for c in table.__table__.columns} for name, table in ours.items()} == told


@pytest.mark.full
@on_sqlite
async def test_no_word_of_a_plan_lies_in_the_data_folder(town: Town) -> None:
    await a_plan(town, town.ash)
    await seal(town, town.ash)
    kept = bytes_below(town.house.settings.data)
    for words in (SIGN, SONG, SISTER, WORST):
        assert [shape for shape, sought in shapes(words).items() if sought in kept] == []


@pytest.mark.full
@mostly_on_sqlite
async def test_erased_with_the_member_no_row_and_no_key_of_a_plan_is_left(
    ash: httpx.AsyncClient, town: Town
) -> None:
    await a_plan(town, town.ash)
    await seal(town, town.ash)
    await ash.post(f"{PLAN}/lines/{(await lines_of(town, town.ash))[0].id.hex()}/remove")
    await a_plan(town, town.birch)
    assert (await ash.delete("/api/v1/me")).status_code == 200
    ours = [t.__tablename__ for t in TABLES if t.__module__ == "holdfast.wellbeing.tables.plans"]
    async with town.house.workshop.reading() as work:
        for table in ours:
            query = text(f"SELECT count(*) FROM {table} WHERE member_id = :me")  # noqa: S608
            mine = await work.db.execute(query, {"me": town.ash.member.id})
            assert mine.scalar_one() == 0, table
    assert len(await lines_of(town, town.birch)) == 3


@pytest.mark.full
@on_sqlite
async def test_erased_by_one_tap_the_line_s_bytes_and_key_are_gone_from_the_disk(
    ash: httpx.AsyncClient, town: Town, house: House
) -> None:
    await seal(town, town.ash)
    async with house.workshop.reading() as work:
        (words,) = (await work.db.execute(text("SELECT words FROM sealed_lines"))).one()
        (key,) = (await work.db.execute(text("SELECT id FROM plan_keys"))).one()
    (wrapped,) = [one.wrapped for one in await house.ledger.keyring.store.named([key])]
    kept = [words, wrapped]
    assert all(one in bytes_below(house.settings.data) for one in kept)
    await ash.post(f"{PLAN}/sealed-line/erase")
    await house.erasing.look()
    assert [one for one in kept if one in bytes_below(house.settings.data)] == []
