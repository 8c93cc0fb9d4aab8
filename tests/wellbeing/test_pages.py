"""My plan on its page: written without scripts, printed, exported, erased, and nobody else's."""

from __future__ import annotations

import ast
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

import holdfast
from holdfast.app.tables import TABLES
from holdfast.kit.house import House
from holdfast.rights.rules import STAFF_ROLES
from members.walking import Page, send, visit
from sealing.test_on_disk import bytes_below, shapes
from town import StillClock, Town, appoint, on_sqlite
from wellbeing.planning import SIGN, SISTER, SONG, WHY, WORST, Desk, a_plan, lines_of, seal

PLAN = "/me/safety-plan"
HARD = "I am going to kill myself tonight, goodbye everyone"
SOURCE = Path(holdfast.__file__).parent


async def post(client: httpx.AsyncClient, path: str, **fields: str) -> Page:
    return Page(await client.post(path, data=fields, follow_redirects=True))


async def test_a_line_is_written_changed_and_taken_out_on_the_page(
    ash: httpx.AsyncClient, town: Town
) -> None:
    empty = await visit(ash, PLAN)
    assert empty.headings == ["My safety plan"]
    after = await post(ash, PLAN, part="signs", text=SIGN)
    assert "Your line is in the plan." in after.said
    assert SIGN in after.said
    (line,) = await lines_of(town, town.ash)
    here = f"{PLAN}/lines/{line.id.hex()}"
    changed = await send(ash, after, here, text="I sleep all day")
    assert "I sleep all day" in changed.said
    assert f"Before, it said: {SIGN}" in changed.said
    back = await send(ash, changed, f"{PLAN}/undo")
    assert "It is as it was before." in back.said
    gone = await send(ash, back, f"{here}/remove")
    assert f"You took out a line: {SIGN}" in gone.said
    kept = await send(ash, gone, f"{PLAN}/undo/forget")
    assert SIGN not in kept.said
    assert await lines_of(town, town.ash) == []


@on_sqlite
async def test_all_six_parts_are_there_and_the_page_says_who_could_open_it(
    ash: httpx.AsyncClient,
) -> None:
    page = await visit(ash, PLAN)
    for part in ("signs", "alone", "company", "ask", "lines", "safer"):
        assert f'id="{part}"' in page.html
    assert "No page for staff shows your plan." in page.said
    assert "Whoever holds the server’s keys could open it" in page.said
    for claim in ("only you can", "end-to-end", "nobody can", "no one can"):
        assert claim not in page.said.lower()
    assert "/help" in page.links


@on_sqlite
async def test_agreeing_to_share_is_dated_and_can_be_taken_back(
    ash: httpx.AsyncClient, town: Town
) -> None:
    line = (await a_plan(town, town.ash))[0].id.hex()
    share = f"{PLAN}/lines/{line}/share"
    page = await send(ash, await visit(ash, PLAN), share)
    assert "You agreed on 22 November 2026 to share this line." in page.said
    page = await send(ash, page, share)
    assert "You agreed on" not in page.said
    assert "What was handed over before stays where it went." in page.said


@on_sqlite
@pytest.mark.parametrize(
    ("text", "status", "why"),
    [
        ("  ", 400, "Please write something first."),
        ("long " * 61, 413, "A line has up to 300 characters."),
    ],
)
async def test_what_does_not_fit_is_shown_again_with_its_words(
    ash: httpx.AsyncClient, text: str, status: int, why: str
) -> None:
    page = await post(ash, PLAN, part="alone", text=text)
    assert (page.status, page.focused) == (status, "new-alone")
    assert why in page.said
    assert f'value="{text}"' in page.html


@on_sqlite
async def test_words_that_went_nowhere_are_given_back(ash: httpx.AsyncClient, town: Town) -> None:
    line = (await a_plan(town, town.ash))[0].id.hex()
    await ash.post(f"{PLAN}/lines/{line}/remove")
    page = await post(ash, f"{PLAN}/lines/{line}", text="Written in another tab")
    assert page.status == 404
    assert "What you wrote: Written in another tab" in page.said


@on_sqlite
@pytest.mark.parametrize("path", [PLAN, f"{PLAN}/sealed-line"])
async def test_hard_words_show_who_can_be_reached_even_where_they_are_not_kept(
    ash: httpx.AsyncClient, path: str
) -> None:
    mild = await post(ash, path, part="alone", text=SONG)
    assert "That sounds very hard." not in mild.said
    for words in (HARD, HARD + " so long" * 60):
        page = await post(ash, path, part="alone", text=words)
        assert "That sounds very hard." in page.said
        assert page.links.count("/help") >= 3


@on_sqlite
async def test_a_program_that_writes_without_end_is_slowed_down(ash: httpx.AsyncClient) -> None:
    answers = [
        (await ash.post(PLAN, data={"part": "alone", "text": f"{n}"})).status_code
        for n in range(31)
    ]
    assert answers == [303] * 30 + [429]


async def test_the_page_to_print_has_every_line_and_not_the_sealed_one(
    ash: httpx.AsyncClient, town: Town
) -> None:
    await a_plan(town, town.ash)
    await seal(town, town.ash)
    page = await visit(ash, f"{PLAN}/print")
    assert page.headings == ["My plan for a hard time"]
    for words in (SIGN, SONG, SISTER):
        assert words in page.said
    assert WORST not in page.html
    assert "Room to write" in page.html
    css = (SOURCE / "static/css/holdfast.css").read_text("utf-8")
    printed = css[css.index("@media print") :]
    assert ".bar" in printed
    assert ".screen-only" in printed


async def test_the_sealed_line_is_left_replaced_and_erased_by_one_tap(
    ash: httpx.AsyncClient, town: Town
) -> None:
    here = f"{PLAN}/sealed-line"
    page = await post(ash, here, text=WORST)
    assert "Your line is sealed." in page.said
    assert "by two people from here together" in page.said
    page = await send(ash, page, here, text="Somewhere else now")
    assert WORST not in page.said
    page = await send(ash, page, f"{here}/erase")
    assert "Your line is erased." in page.said
    assert "Somewhere else now" not in page.said


@on_sqlite
async def test_the_member_is_told_on_the_page_who_opened_the_line(
    ash: httpx.AsyncClient, desk: Desk
) -> None:
    assert "When it was opened" not in (await visit(ash, PLAN)).said
    opening = await desk.ask(desk.sam)
    await desk.approve(desk.fern, opening)
    await desk.read(desk.sam, opening)
    page = await visit(ash, PLAN)
    assert "opened your line on 22 November 2026 at 02:40" in page.said
    assert WHY in page.said
    found = (await ash.get("/api/v1/me/export")).json()["sealed_line_openings"]
    assert [one["told_at"] for one in found] == ["2026-11-22T02:40:00.000Z"]


# ---------------------------------------------------------------- whose it is


def routes(app: FastAPI) -> list[tuple[str, str]]:
    """Every way to a plan: method and address, with a line that could be there."""
    contexts = [
        context
        for part in app.routes
        if hasattr(part, "effective_route_contexts")
        for context in part.effective_route_contexts()
        if context.endpoint.__module__.startswith("holdfast.wellbeing")
    ]
    return [
        (method, context.path.replace("{line}", "00" * 16))
        for context in contexts
        for method in context.methods
    ]


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


def test_nothing_outside_this_slice_reads_a_plan_but_the_export_and_the_handover() -> None:
    """What staff's pages are made of may know whether there is a line, and shared lines."""
    allowed = {
        "messages": {"kept_in_plan", "erase_plan"},
        "crisis": {"shared_lines", "PlanRead", "LineOpened"},
        "reactions": {"PlanRead", "LineOpened"},
    }
    of_the_two = {
        *("ask_to_open_line", "approve_opening", "open_line"),
        *("has_sealed_line", "opening_asked", "reason_of"),
    }
    strays = []
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).parts[0].removesuffix(".py")
        if name in {"wellbeing", "app"}:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                "holdfast.wellbeing"
            ):
                may = allowed.get(name, set())
                may = may | of_the_two if name in {"crisis", "desk"} else may
                may = may | {"NotImmediate", "OpeningExpired", "NoReason", "SecondPersonNeeded"}
                strays += [f"{path.name}: {a.name}" for a in node.names if a.name not in may]
    assert strays == []


@on_sqlite
async def test_another_member_sees_nothing_of_my_plan(
    ash: httpx.AsyncClient, client: httpx.AsyncClient, town: Town
) -> None:
    await a_plan(town, town.ash)
    await seal(town, town.ash)
    mine = (await visit(ash, PLAN)).html
    assert SIGN in mine
    client.cookies.set("holdfast", town.birch.token)
    for path in (PLAN, f"{PLAN}/print", "/me/export"):
        theirs = (await client.get(path)).text
        for words in (SIGN, SONG, SISTER, WORST):
            assert words not in theirs


# ---------------------------------------------------------------- taken along, and gone


async def test_everything_of_my_plan_is_in_my_export(ash: httpx.AsyncClient, town: Town) -> None:
    await a_plan(town, town.ash)
    await seal(town, town.ash)
    await ash.post(f"{PLAN}/lines/{(await lines_of(town, town.ash))[0].id.hex()}/remove")
    found = (await ash.get("/me/export")).json()
    assert found["safety_plan"] == [
        {"part": "alone", "words": SONG, "shared_at": None},
        {"part": "ask", "words": SISTER, "shared_at": None},
    ]
    assert found["safety_plan_undo"] == {"change": "removed", "words": SIGN}
    assert found["sealed_line"] == {"words": WORST, "left_at": "2026-11-22T02:40:00.000Z"}
    assert found["sealed_line_openings"] == []


def test_whatever_is_kept_of_a_plan_is_in_the_export_or_left_out_for_a_reason() -> None:
    """A new column must be added to the export, or here with its reason."""
    keys = {"id", "member_id", "purpose", "wrapped"}  # a key is no use without the server's
    told = {
        "plan_keys": keys,
        "plan_lines": {"id", "member_id", "written_at", "part", "words", "shared_at"},
        "plan_undos": {
            *("member_id", "line_id", "part", "written_at", "shared_at"),
            *("change", "words"),
        },
        "sealed_lines": {"member_id", "words", "left_at"},
        "line_openings": {
            *("id", "member_id", "escalation_id", "at", "approved_at"),
            *("asked_by", "approved_by", "opened_at", "reason", "told_at"),
        },
    }
    ours = {t.__tablename__: t for t in TABLES if t.__module__ == "holdfast.wellbeing.tables"}
    assert {name: {c.name for c in table.__table__.columns} for name, table in ours.items()} == told


@on_sqlite
async def test_no_word_of_a_plan_lies_in_the_data_folder(town: Town) -> None:
    await a_plan(town, town.ash)
    await seal(town, town.ash)
    kept = bytes_below(town.house.settings.data)
    for words in (SIGN, SONG, SISTER, WORST):
        assert [shape for shape, sought in shapes(words).items() if sought in kept] == []


async def test_erased_with_the_member_no_row_and_no_key_of_a_plan_is_left(
    ash: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    await a_plan(town, town.ash)
    await seal(town, town.ash)
    await ash.post(f"{PLAN}/lines/{(await lines_of(town, town.ash))[0].id.hex()}/remove")
    await a_plan(town, town.birch)
    assert (await ash.delete("/api/v1/me")).status_code == 204
    ours = [t.__tablename__ for t in TABLES if t.__module__ == "holdfast.wellbeing.tables"]
    async with town.house.workshop.reading() as work:
        for table in ours:
            query = text(f"SELECT count(*) FROM {table} WHERE member_id = :me")  # noqa: S608
            mine = await work.db.execute(query, {"me": town.ash.member.id})
            assert mine.scalar_one() == 0, table
    assert len(await lines_of(town, town.birch)) == 3


@on_sqlite
async def test_erased_by_one_tap_the_line_s_bytes_and_key_are_gone_from_the_disk(
    ash: httpx.AsyncClient, town: Town, house: House
) -> None:
    await seal(town, town.ash)
    async with house.workshop.reading() as work:
        query = text("SELECT words FROM sealed_lines UNION SELECT wrapped FROM plan_keys")
        kept = [row[0] for row in await work.db.execute(query)]
    assert len(kept) == 2
    assert all(one in bytes_below(house.settings.data) for one in kept)
    await ash.post(f"{PLAN}/sealed-line/erase")
    assert [one for one in kept if one in bytes_below(house.settings.data)] == []


@on_sqlite
async def test_my_own_page_leads_to_the_plan_and_the_help_page_does_not(
    ash: httpx.AsyncClient,
) -> None:
    assert PLAN in (await visit(ash, "/me")).links
    assert PLAN not in (await visit(ash, "/help")).links
