"""Cases by program: the list, the words, claiming, letting go, deciding."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import httpx
import pytest

from holdfast.audit.queries import recent
from holdfast.rights.rules import Role
from moderation.reporting import Care
from town import Person, Town, on_sqlite

HERE = "/api/v1/cases"


@pytest.fixture
def care(town: Town) -> Care:
    return Care(town)


@pytest.fixture
async def maren(care: Care) -> Person:
    return await care.hires()


class Hands:
    """The staff of a test, and how they ask."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def ask(self, who: Person, what: str, number: int = 1, **body: Any) -> httpx.Response:
        address = f"{HERE}/{number}/{what}"
        return await self.client.post(address, json=body or None, headers=who.bearer)

    async def listed(self, who: Person, state: str = "") -> list[dict[str, Any]]:
        answer = await self.client.get(
            HERE, params={"state": state} if state else {}, headers=who.bearer
        )
        items: list[dict[str, Any]] = answer.json()["items"]
        return items


@pytest.fixture
def hands(client: httpx.AsyncClient) -> Hands:
    return Hands(client)


@pytest.mark.full
async def test_from_report_to_decision(hands: Hands, care: Care, town: Town, maren: Person) -> None:
    seq = await care.says(town.birch)
    await care.reports(town.ash, seq, words="It hurt me")
    (one,) = await hands.listed(maren)
    assert (one["kind"], one["state"], one["reports"]) == ("conduct", "open", 1)
    assert one["pseudonym"] == (await town.seat(town.birch)).author.pseudonym
    whole = (await hands.client.get(f"{HERE}/1", headers=maren.bearer)).json()
    assert whole["reports"][0]["words"] == "It hurt me"
    assert whole["reports"][0]["message"]["seq"] == seq
    claimed = await hands.ask(maren, "claim")
    assert (claimed.json()["claimed_by"], claimed.json()["state"]) == ("Maren", "claimed")
    decided = await hands.ask(
        maren, "decide", version=claimed.json()["version"], outcome="no_measure", ground="settled"
    )
    assert (decided.json()["state"], decided.json()["ground"]) == ("decided", "settled")
    assert "claimed_by" not in decided.json()
    assert await hands.listed(maren) == []
    assert [one["id"] for one in await hands.listed(maren, "decided")] == [1]


@pytest.mark.full
@on_sqlite
async def test_what_cannot_be_done_any_more_says_so_and_is_noted(
    hands: Hands, care: Care, town: Town, maren: Person
) -> None:
    """A claim on a closed case, a second decision on one version: refused, audited, unchanged."""
    noor = await care.hires(name="Noor")
    await care.reports(town.ash, await care.says(town.birch))
    version = (await hands.ask(maren, "claim")).json()["version"]
    taken = await hands.ask(noor, "claim")
    assert (taken.status_code, taken.json()["code"]) == (409, "already_done")
    body = {"version": version, "outcome": "measure"}
    assert (await hands.ask(noor, "decide", **body)).status_code == 409
    assert (await hands.ask(maren, "decide", **body)).status_code == 200
    for what, more in (("decide", body), ("claim", {}), ("release", {})):
        again = await hands.ask(maren, what, **more)
        assert (again.status_code, again.json()["code"]) == (409, "already_done")
    case = await care.case()
    assert (case.decided_name, case.version) == ("Maren", version + 1)
    async with care.house.workshop.reading() as work:
        refused = [row.why for row in await recent(work) if row.what == "act:refused"]
    assert set(refused) == {"already_done"}


@on_sqlite
async def test_a_decision_says_what_it_is(
    hands: Hands, care: Care, town: Town, maren: Person
) -> None:
    await care.reports(town.ash, await care.says(town.birch))
    version = (await hands.ask(maren, "claim")).json()["version"]
    for body in (
        {"version": version},
        {"version": version, "outcome": "forgiven"},
        {"version": version, "outcome": "no_measure"},
        {"version": version, "outcome": "no_measure", "ground": "bored"},
        {"version": version, "outcome": "measure", "why": "because"},
        {"version": str(version), "outcome": "measure"},
    ):
        assert (await hands.ask(maren, "decide", **body)).status_code == 422
    assert (await care.case()).state.value == "claimed"


@pytest.mark.full
@on_sqlite
async def test_cases_are_not_there_for_anybody_else(
    hands: Hands, care: Care, town: Town, maren: Person
) -> None:
    await care.reports(town.ash, await care.says(town.birch))
    partner = await care.hires(Role.PARTNER, "Partner")
    for who, status in ((town.ash, 404), (town.elm, 404), (partner, 404), (town.guest, 401)):
        assert (await hands.client.get(HERE, headers=who.bearer)).status_code == status
        assert (await hands.client.get(f"{HERE}/1", headers=who.bearer)).status_code == status
        assert (await hands.ask(who, "claim")).status_code == status
    assert (await hands.ask(maren, "claim")).status_code == 200


@pytest.mark.full
@on_sqlite
async def test_ended_cases_are_listed_newest_first_a_page_at_a_time(
    hands: Hands, care: Care, town: Town, maren: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 4):
        await care.reports(town.ash, await care.says(town.birch, f"Number {number}"))
        await care.decides(maren, case_id=number)
    assert [one["id"] for one in await hands.listed(maren, "decided")] == [3, 2, 1]
    answer = await hands.client.get(
        HERE, params={"state": "decided", "before": 3}, headers=maren.bearer
    )
    assert [one["id"] for one in answer.json()["items"]] == [2, 1]
    assert answer.json()["next"] is None
    monkeypatch.setattr(import_module("holdfast.moderation.api.cases"), "PAGE", 2)
    answer = await hands.client.get(HERE, params={"state": "decided"}, headers=maren.bearer)
    assert [one["id"] for one in answer.json()["items"]] == [3, 2]
    rest = await hands.client.get(answer.json()["next"], headers=maren.bearer)
    assert ([one["id"] for one in rest.json()["items"]], rest.json()["next"]) == ([1], None)
