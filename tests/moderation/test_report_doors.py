"""Reporting by program: what is taken, what is refused alike, and what is read all the same."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from sqlalchemy import select

from crisis.voice import GOODBYE
from holdfast.audit.queries import recent
from holdfast.crisis.queries import open_escalations
from holdfast.messages.actions import remove_message
from holdfast.moderation.tables import CaseRow, ReportRow
from moderation.reporting import Care
from town import EVENING, NIGHT, Person, StillClock, Town, on_sqlite, unlimited


@pytest.fixture
def care(town: Town) -> Care:
    return Care(town)


class Doors:
    """The API as somebody's program calls it."""

    def __init__(self, care: Care, client: httpx.AsyncClient) -> None:
        self.care, self.client = care, client

    async def report(self, who: Person, seq: int, slug: str = NIGHT, **body: Any) -> httpx.Response:
        address = f"/api/v1/rooms/{slug}/messages/{seq}/reports"
        return await self.client.post(address, json={"kind": "conduct", **body}, headers=who.bearer)

    async def report_person(self, who: Person, other: Person, **body: Any) -> httpx.Response:
        handle = (await self.care.town.seat(other)).author.seat
        address = f"/api/v1/rooms/{NIGHT}/people/{handle}/reports"
        return await self.client.post(address, json={"kind": "conduct", **body}, headers=who.bearer)

    async def mine(self, who: Person) -> list[dict[str, Any]]:
        answer = await self.client.get("/api/v1/me/reports", headers=who.bearer)
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def kept(self) -> tuple[int, int]:
        """How many reports and cases there are."""
        async with self.care.house.workshop.reading() as work:
            reports = list(await work.db.scalars(select(ReportRow.id)))
            cases = list(await work.db.scalars(select(CaseRow.id)))
        return len(reports), len(cases)

    async def forged(self) -> list[dict[str, Any]]:
        """What stands in the record of forged reports, newest first."""
        async with self.care.house.workshop.reading() as work:
            rows = [row for row in await recent(work) if row.what == "act:refused"]
        return [{"why": row.why, "role": row.role, "about": row.about} for row in rows]


@pytest.fixture
def doors(care: Care, client: httpx.AsyncClient) -> Doors:
    return Doors(care, client)


@pytest.mark.full
async def test_a_report_is_received_listed_and_taken_back(
    doors: Doors, care: Care, town: Town, client: httpx.AsyncClient
) -> None:
    seq = await care.says(town.birch)
    made = await doors.report(town.ash, seq, words="It hurt me")
    assert made.status_code == 201
    assert (made.json()["state"], made.json()["hidden"]) == ("received", True)
    assert (await doors.report(town.ash, seq)).status_code == 200
    (mine,) = await doors.mine(town.ash)
    assert (mine["words"], mine["state"], mine["seq"]) == ("It hurt me", "received", seq)
    read = await client.get(f"/api/v1/rooms/{NIGHT}/messages", headers=town.ash.bearer)
    assert [one["seq"] for one in read.json()["items"]] == []
    address = f"/api/v1/me/reports/{mine['report']}"
    other = await client.delete(address, headers=town.birch.bearer)
    assert other.status_code == 404
    assert (await client.delete(address, headers=town.ash.bearer)).status_code == 204
    read = await client.get(f"/api/v1/rooms/{NIGHT}/messages", headers=town.ash.bearer)
    assert [one["seq"] for one in read.json()["items"]] == [seq]


@pytest.mark.full
async def test_a_person_is_reported_by_their_seat_and_nothing_is_hidden(
    doors: Doors, town: Town
) -> None:
    made = await doors.report_person(town.ash, town.birch, kind="worried")
    assert (made.status_code, made.json()["hidden"], made.json()["help"]) == (201, False, "/help")
    again = await doors.report_person(town.ash, town.birch, kind="worried")
    assert (again.status_code, again.json()["report"]) == (200, made.json()["report"])
    unknown = await doors.client.post(
        f"/api/v1/rooms/{NIGHT}/people/nobody/reports",
        json={"kind": "conduct"},
        headers=town.ash.bearer,
    )
    assert unknown.status_code == 404


@pytest.mark.full
async def test_forged_reports_are_refused_alike_noted_and_change_nothing(
    doors: Doors, care: Care, town: Town
) -> None:
    """Framing a peer with pasted words, a wrong number, or a number from another room (T13)."""
    seq = await care.says(town.birch)
    elsewhere = await care.says(town.cedar, slug=EVENING)
    pasted = await doors.report(town.ash, seq, text="I will find you")
    assert (pasted.status_code, pasted.json()["code"]) == (422, "unknown_field")
    framed = await doors.report(town.ash, seq, author={"pseudonym": "Someone Else"})
    assert (framed.status_code, framed.json()["code"]) == (422, "unknown_field")
    refused = [
        await doors.report(town.ash, seq + 500),
        await doors.report(town.ash, elsewhere, slug=EVENING),
        await doors.report(town.ash, seq, slug="no-such-room"),
        await doors.report(town.stranger, seq),
    ]
    assert [one.status_code for one in refused] == [404] * 4
    assert len({one.text for one in refused}) == 1
    assert await doors.kept() == (0, 0)
    noted = await doors.forged()
    assert {one["why"] for one in noted} == {"forged_report"}
    assert {one["role"] for one in noted} == {"member"}
    assert len(noted) == 4  # each room and place once in a minute
    assert (await doors.report(town.ash, seq)).status_code == 201


@pytest.mark.full
@on_sqlite
async def test_forging_fast_fills_no_record(doors: Doors, care: Care, town: Town) -> None:
    seq = await care.says(town.birch)
    tries = [await doors.report(town.ash, seq + n, text="I will find you") for n in range(9)]
    assert [one.status_code for one in tries] == [422] * 6 + [429] * 3
    assert len(await doors.forged()) == 6


@on_sqlite
async def test_a_report_that_comes_too_late_is_refused_and_is_no_forgery(
    doors: Doors, care: Care, town: Town
) -> None:
    seq = await care.says(town.birch)
    await remove_message(care.house.ledger, await town.seat(town.birch), seq=seq, nonce="gone-now")
    assert (await doors.report(town.ash, seq)).status_code == 404
    assert await doors.forged() == []


@pytest.mark.full
@on_sqlite
async def test_a_goodbye_in_a_report_is_heard_like_anywhere(
    doors: Doors, care: Care, town: Town
) -> None:
    seq = await care.says(town.birch)
    made = await doors.report(town.ash, seq, words=GOODBYE)
    assert (made.status_code, made.json()["help"]) == (201, "/help")
    await care.house.reactions.settled()
    async with care.house.workshop.reading() as work:
        (one,) = await open_escalations(work)
    assert one.member_id == town.ash.member.id
    assert one.side_space
    assert (await doors.mine(town.ash))[0]["words"] == GOODBYE


@pytest.mark.full
@on_sqlite
@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({"words": GOODBYE + " and goodbye" * 120}, (NIGHT, 413)),  # more than a report takes
        ({"words": GOODBYE}, ("no-such-room", 404)),
        ({"kind": "angry", "words": GOODBYE}, (NIGHT, 422)),
        ({"text": GOODBYE}, (NIGHT, 422)),
    ],
)
async def test_a_goodbye_in_a_refused_report_is_heard_too(
    doors: Doors, care: Care, town: Town, body: dict[str, Any], refusal: tuple[str, int]
) -> None:
    slug, status = refusal
    seq = await care.says(town.birch)
    refused = await doors.report(town.ash, seq, slug=slug, **body)
    assert (refused.status_code, refused.json()["help"]) == (status, "/help")
    await care.house.reactions.settled()
    async with care.house.workshop.reading() as work:
        (one,) = await open_escalations(work)
    assert one.member_id == town.ash.member.id
    assert await doors.kept() == (0, 0)


@pytest.mark.full
@on_sqlite
async def test_a_worry_is_never_refused_for_its_pace_without_the_way_to_help(
    doors: Doors, care: Care, town: Town, clock: StillClock
) -> None:
    """And what is not ok, however often it is said, leaves the other door open."""
    seqs = [await care.says(town.birch, f"Number {n}") for n in range(8)]
    answers = [await doors.report(town.ash, seq) for seq in seqs]
    assert [one.status_code for one in answers] == [201] * 6 + [429] * 2
    clock.pass_time(seconds=30)
    worried = [await doors.report(town.ash, seqs[7], kind="worried") for _ in range(14)]
    assert worried[0].status_code == 201
    assert worried[-1].status_code == 429
    assert worried[-1].json()["help"] == "/help"
    clock.pass_time(minutes=1)
    assert (await doors.report(town.ash, seqs[6])).status_code == 201


@on_sqlite
@unlimited
async def test_ones_own_message_is_answered_with_the_way_to_help(
    doors: Doors, care: Care, town: Town
) -> None:
    seq = await care.says(town.ash, "I am so tired")
    refused = await doors.report(town.ash, seq, kind="worried")
    assert (refused.status_code, refused.json()["code"]) == (422, "own_words")
    assert refused.json()["help"] == "/help"


@pytest.mark.full
@on_sqlite
async def test_whoever_is_told_about_hears_nothing_of_it(
    doors: Doors, care: Care, town: Town, client: httpx.AsyncClient
) -> None:
    seq = await care.says(town.birch)
    before = await client.get(f"/api/v1/rooms/{NIGHT}/messages", headers=town.birch.bearer)
    await doors.report(town.ash, seq, words="It hurt me")
    after = await client.get(f"/api/v1/rooms/{NIGHT}/messages", headers=town.birch.bearer)
    assert after.json() == before.json()
    assert await doors.mine(town.birch) == []
    export = await client.get("/api/v1/me/export", headers=town.birch.bearer)
    assert "It hurt me" not in export.text
