"""What no browser sends to these pages gets a clear refusal, and nothing is half done."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import func, select

from holdfast.members.tables import MemberRow, SessionRow
from members.walking import Page
from town import Town, on_sqlite

FORMS = (
    "/come-in",
    "/come-in/check",
    "/come-in/agree",
    "/come-in/words",
    "/come-in/visit",
    "/sign-in",
    "/language",
    "/me/looks",
    "/me/names",
    "/me/words",
    "/me/sessions/1/end",
    "/me/yeses/1/withdraw",
)
NUMBERS = ("0", "-1", "99999999999999999999", "1e3", "x", "%00", "1%2F2")
URLENCODED = "application/x-www-form-urlencoded"
BODIES = {
    "no form at all": (b"{}", "application/json"),
    "a broken form of parts": (b"--x\r\n\r\n", "multipart/form-data"),
    "parts that never end": (b"--x\r\nContent-Dis", "multipart/form-data; boundary=x"),
    "bytes that are no letters": (b"age=\xff\xfe&phrase=\x80&pass=\xc3", URLENCODED),
    "nothing": (b"", URLENCODED),
    "signs and nulls": (b"age=%00&language=%00&theme=%F0%9F%8C%8A&pass=%E2%80%AE", URLENCODED),
    "a thousand fields": (b"&".join(b"f%d=1" % n for n in range(1000)), URLENCODED),
    "one field, many times": (b"age=18%2B&" * 900, URLENCODED),
    "more than we take": (b"phrase=" + b"a" * 70_000, URLENCODED),
    "a file": (
        b'--x\r\nContent-Disposition: form-data; name="age"; filename="a"\r\n\r\n18+\r\n--x--\r\n',
        "multipart/form-data; boundary=x",
    ),
}


@pytest.mark.full
@on_sqlite
@pytest.mark.parametrize("body", BODIES)
async def test_a_form_that_no_browser_sends_breaks_nothing(
    client: httpx.AsyncClient, town: Town, body: str
) -> None:
    content, kind = BODIES[body]
    before = await counted(town)
    for path in FORMS:
        answer = await client.post(path, content=content, headers={"content-type": kind})
        assert answer.status_code < 500, path
        assert answer.status_code == 303 or Page(answer).said, path
    assert await counted(town) == before


@pytest.mark.full
@on_sqlite
@pytest.mark.parametrize("body", BODIES)
async def test_a_members_choices_outlive_what_no_browser_sends(
    client: httpx.AsyncClient, town: Town, body: str
) -> None:
    client.cookies.set("holdfast", town.ash.token)
    content, kind = BODIES[body]
    for path in ("/me/looks", "/language", "/come-in/agree", "/sign-in"):
        answer = await client.post(path, content=content, headers={"content-type": kind})
        assert answer.status_code < 500, path
    async with town.house.workshop.reading() as work:
        row = await work.db.get_one(MemberRow, town.ash.member.id)
    assert (row.language, row.theme, row.time_zone) == ("en", "system", "UTC")


@on_sqlite
@pytest.mark.parametrize("number", NUMBERS)
async def test_a_number_that_is_nobodys_is_refused(
    client: httpx.AsyncClient, town: Town, number: str
) -> None:
    client.cookies.set("holdfast", town.ash.token)
    before = await counted(town)
    for path in (f"/me/sessions/{number}/end", f"/me/yeses/{number}/withdraw"):
        assert (await client.post(path)).status_code in {404, 422}
    assert (await client.get(f"/me/yeses/{number}")).status_code in {404, 422}
    assert await counted(town) == before


@on_sqlite
@pytest.mark.parametrize("query", ["pass=" + "a" * 9000, "pass=%FF", "pass=a&pass=b", "%", "pass"])
async def test_an_address_that_nobody_made_leads_to_the_first_step(
    client: httpx.AsyncClient, query: str
) -> None:
    for step in ("promises", "check", "agree"):
        answer = await client.get(f"/come-in/{step}?{query}")
        assert (answer.status_code, answer.headers["location"]) == (303, "/come-in")


async def counted(town: Town) -> tuple[int, int]:
    """How many members and sessions there are."""
    async with town.house.workshop.reading() as work:
        members = await work.db.scalar(select(func.count()).select_from(MemberRow))
        sessions = await work.db.scalar(select(func.count()).select_from(SessionRow))
    return members or 0, sessions or 0
