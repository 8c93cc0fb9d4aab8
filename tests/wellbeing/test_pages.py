"""My plan on its page: written without scripts, printed, exported, erased, and nobody else's."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

import holdfast
from members.walking import Page, send, visit
from town import Town, mostly_on_sqlite, on_sqlite
from wellbeing.planning import SIGN, SISTER, SONG, WHY, WORST, Desk, a_plan, lines_of, seal

PLAN = "/me/safety-plan"
HARD = "I am going to kill myself tonight, goodbye everyone"
SOURCE = Path(holdfast.__file__).parent


async def post(client: httpx.AsyncClient, path: str, **fields: str) -> Page:
    return Page(await client.post(path, data=fields, follow_redirects=True))


@pytest.mark.full
@mostly_on_sqlite
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


@pytest.mark.full
@on_sqlite
async def test_all_six_parts_are_there_and_the_page_says_who_could_open_it(
    ash: httpx.AsyncClient,
) -> None:
    page = await visit(ash, PLAN)
    for part in ("signs", "alone", "company", "ask", "lines", "safer"):
        assert f'id="{part}"' in page.html
    assert "No page for staff shows your plan." in page.said
    assert "They are not shown your plan." in page.said
    assert "Whoever holds the server’s keys could open it" in page.said
    for claim in ("only you can", "end-to-end", "nobody can", "no one can"):
        assert claim not in page.said.lower()
    assert "/help" in page.links


@pytest.mark.full
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


@pytest.mark.full
@on_sqlite
async def test_words_that_went_nowhere_are_given_back(ash: httpx.AsyncClient, town: Town) -> None:
    line = (await a_plan(town, town.ash))[0].id.hex()
    await ash.post(f"{PLAN}/lines/{line}/remove")
    page = await post(ash, f"{PLAN}/lines/{line}", text="Written in another tab")
    assert page.status == 404
    assert "What you wrote: Written in another tab" in page.said


@pytest.mark.full
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
        assert "They can’t see what you wrote. Please don’t wait for them." in page.said
        assert page.links.count("/help") >= 3


@pytest.mark.full
@on_sqlite
async def test_a_program_that_writes_without_end_is_slowed_down(ash: httpx.AsyncClient) -> None:
    answers = [
        (await ash.post(PLAN, data={"part": "alone", "text": f"{n}"})).status_code
        for n in range(31)
    ]
    assert answers == [303] * 30 + [429]


@pytest.mark.full
@mostly_on_sqlite
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


@pytest.mark.full
@mostly_on_sqlite
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


@pytest.mark.full
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


@pytest.mark.full
@on_sqlite
async def test_my_own_page_leads_to_the_plan_and_the_help_page_does_not(
    ash: httpx.AsyncClient,
) -> None:
    assert PLAN in (await visit(ash, "/me")).links
    assert PLAN not in (await visit(ash, "/help")).links
