"""Escalations in human hands: by the API, with everyone who may and everyone who may not."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from crisis.voice import GOODBYE, HIGH, speak
from holdfast.audit.queries import recent
from holdfast.crisis.queries import open_escalations, steps_of
from holdfast.kit.ids import EscalationId
from holdfast.notices.queries import open_pages
from holdfast.rights.rules import Role
from town import Person, StillClock, Town, appoint, mostly_on_sqlite

HERE = "/api/v1/escalations"


class Hands:
    """The staff of a test, and how they ask."""

    def __init__(self, town: Town, client: httpx.AsyncClient) -> None:
        self.town = town
        self.client = client

    async def appoint(self, role: Role, name: str = "") -> Person:
        async with self.town.house.workshop.work() as work:
            return await appoint(work, role, name=name)

    async def ask(self, who: Person, what: str, number: int = 1, **body: Any) -> httpx.Response:
        address = f"{HERE}/{number}/{what}"
        return await self.client.post(address, json=body or None, headers=who.bearer)

    async def stages(self, number: int = 1) -> list[str]:
        async with self.town.house.workshop.reading() as work:
            return [step.what for step in await steps_of(work, EscalationId(number))]

    async def raised(self, words: str = GOODBYE) -> None:
        await speak(self.town, self.town.ash, words)
        await self.town.house.reactions.settled()


@pytest.fixture
def hands(town: Town, client: httpx.AsyncClient) -> Hands:
    return Hands(town, client)


@pytest.mark.full
async def test_from_raised_to_closed_every_step_is_timed_and_takes_who_it_must(
    hands: Hands, clock: StillClock
) -> None:
    sam, fern = await hands.appoint(Role.CRISIS_MODERATOR), await hands.appoint(Role.LEAD)
    await hands.raised()
    listed = (await hands.client.get(HERE, headers=sam.bearer)).json()["items"]
    assert [(one["concern"], one["stage"], one["seconds_left"]) for one in listed] == [
        ("immediate", "raised", 60)
    ]
    assert (await hands.ask(sam, "take")).json()["stage"] == "taken"
    clock.pass_time(seconds=30)
    joined = (await hands.ask(sam, "join")).json()
    assert joined["stage"] == "joined"
    side = await hands.client.get(
        f"/api/v1/rooms/{joined['side_space']}/messages", headers=sam.bearer
    )
    assert side.status_code == 200
    asked = await hands.ask(sam, "close", how="safe", check_in_hours=24)
    assert asked.status_code == 202
    waits = asked.json()["waits_for_second"]
    own = await hands.ask(sam, "grant", approval=waits)
    assert (own.status_code, own.json()["code"]) == (409, "second_person_needed")
    closed = await hands.ask(fern, "grant", approval=waits)
    assert closed.json()["stage"] == "closed"
    assert closed.json()["check_in_at"].startswith("2026-11-23T02:40:30")
    assert await hands.stages() == ["raised", "taken", "joined", "asked_to_close", "closed"]


@pytest.mark.full
@mostly_on_sqlite
async def test_with_one_on_the_roster_a_handover_closes_alone_and_is_reviewed_within_a_day(
    hands: Hands,
) -> None:
    sam = await hands.appoint(Role.CRISIS_MODERATOR)
    await hands.raised()
    await hands.ask(sam, "join")
    safe = await hands.ask(sam, "close", how="safe", check_in_hours=24)
    assert safe.status_code == 202  # it waits, because it takes a second person
    done = await hands.ask(sam, "close", how="handed_over", check_in_hours=24)
    assert (done.status_code, done.json()["stage"]) == (200, "closed")


@pytest.mark.full
async def test_lowering_takes_two_and_changes_nothing_until_then(
    hands: Hands, clock: StillClock
) -> None:
    sam, fern = await hands.appoint(Role.CRISIS_MODERATOR), await hands.appoint(Role.LEAD)
    await hands.raised()
    await hands.ask(sam, "join")
    asked = await hands.ask(sam, "lower", to="high", why="talked")
    assert (asked.status_code, asked.json()["concern"]) == (202, "immediate")
    clock.pass_time(minutes=16)
    late = await hands.ask(fern, "grant", approval=asked.json()["waits_for_second"])
    assert (late.status_code, late.json()["code"]) == (409, "approval_expired")
    again = await hands.ask(sam, "lower", to="high", why="talked")
    lowered = await hands.ask(fern, "grant", approval=again.json()["waits_for_second"])
    assert lowered.json()["concern"] == "high"
    up = await hands.ask(sam, "raise", to="immediate", why="learned_more")
    assert up.json()["concern"] == "immediate"


@pytest.mark.full
async def test_two_people_cannot_hold_one_escalation_until_the_claim_runs_out(
    hands: Hands, clock: StillClock
) -> None:
    sam, fern = await hands.appoint(Role.CRISIS_MODERATOR), await hands.appoint(Role.LEAD)
    await hands.raised()
    await hands.ask(sam, "take")
    taken = await hands.ask(fern, "take")
    assert (taken.status_code, taken.json()["code"]) == (409, "moved_on")
    clock.pass_time(minutes=11)
    assert (await hands.ask(fern, "take")).status_code == 200


@pytest.mark.full
async def test_nothing_is_done_to_a_closed_escalation(hands: Hands) -> None:
    sam = await hands.appoint(Role.CRISIS_MODERATOR)
    await hands.raised()
    await hands.ask(sam, "join")
    await hands.ask(sam, "close", how="handed_over", check_in_hours=72)
    before = await hands.stages()
    raising: dict[str, Any] = {"to": "immediate", "why": "talked"}
    for what, body in (("take", {}), ("join", {}), ("raise", raising)):
        answer = await hands.ask(sam, what, **body)
        assert (answer.status_code, answer.json()["code"]) == (409, "moved_on"), what
    assert await hands.stages() == before


@pytest.mark.full
@mostly_on_sqlite
@pytest.mark.parametrize("role", [Role.MODERATOR, Role.STEWARD, Role.AUDITOR, Role.PARTNER])
async def test_who_may_not_take_finds_nothing_there(hands: Hands, role: Role) -> None:
    sam, other = await hands.appoint(Role.CRISIS_MODERATOR), await hands.appoint(role)
    await hands.raised()
    for what in ("take", "join"):
        refused = await hands.ask(other, what)
        assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
        absent = await hands.ask(other, what, 99)
        assert absent.json() == refused.json()
    assert (await hands.ask(sam, "take")).status_code == 200


@mostly_on_sqlite
async def test_a_moderator_may_take_what_is_only_to_be_watched(hands: Hands) -> None:
    other = await hands.appoint(Role.MODERATOR)
    await hands.raised("I feel so hopeless lately, nothing matters any more.")
    async with hands.town.house.workshop.reading() as work:
        watched = await open_escalations(work)
    assert [int(one.concern) for one in watched] == [1]
    assert (await hands.ask(other, "take")).status_code == 200


@pytest.mark.full
async def test_a_handover_is_seen_by_the_member_first(hands: Hands) -> None:
    sam, fern = await hands.appoint(Role.CRISIS_MODERATOR), await hands.appoint(Role.LEAD)
    await hands.raised()
    side = (await hands.ask(sam, "join")).json()["side_space"]
    packet: dict[str, Any] = {
        "words": "I have everything ready.",
        "wants": "To talk with someone tonight.",
    }
    assert (await hands.ask(sam, "packet", **packet)).status_code == 200
    early = await hands.ask(sam, "hand-over", service="Night Line")
    assert early.status_code == 409
    agreed = await hands.client.post(
        f"/rooms/{side}/handover",
        data={"agree": "yes"},
        headers={"cookie": f"holdfast={hands.town.ash.token}", "origin": "http://127.0.0.1:8000"},
    )
    assert agreed.status_code == 303
    handed = await hands.ask(sam, "hand-over", service="Night Line")
    assert handed.json()["stage"] == "handed_over"
    asked = await hands.ask(sam, "close", how="handed_over", check_in_hours=24)
    closed = await hands.ask(fern, "grant", approval=asked.json()["waits_for_second"])
    assert closed.json()["stage"] == "closed"


@pytest.mark.full
@mostly_on_sqlite
async def test_every_step_stands_in_the_record(hands: Hands) -> None:
    sam = await hands.appoint(Role.CRISIS_MODERATOR)
    await hands.raised(HIGH)
    await hands.ask(sam, "take")
    async with hands.town.house.workshop.reading() as work:
        told = [one.what for one in (await recent(work))[::-1]]
    assert [what for what in told if what.startswith("escalation:")] == [
        "escalation:raised",
        "escalation:taken",
    ]


async def pages(hands: Hands) -> list[str]:
    """What people are called about now, and nobody answered."""
    async with hands.town.house.workshop.reading() as work:
        return [page.about for page in await open_pages(work)]


@pytest.mark.full
async def test_a_watch_that_becomes_immediate_is_freed_from_who_may_not_hold_it(
    hands: Hands,
) -> None:
    maren = await hands.appoint(Role.MODERATOR)
    sam = await hands.appoint(Role.CRISIS_MODERATOR, "Sam")
    await hands.raised("I feel so hopeless lately, nothing matters any more.")
    assert (await hands.ask(maren, "join")).json()["stage"] == "joined"
    assert await pages(hands) == []
    await speak(hands.town, hands.town.ash, GOODBYE, nonce="goodbye-00001")
    await hands.town.house.reactions.settled()
    assert await pages(hands) == ["escalation:1"]
    assert (await hands.ask(sam, "take")).json()["taken_by"] == "Sam"


@pytest.mark.full
@mostly_on_sqlite
async def test_who_came_hours_ago_and_went_is_nobody(hands: Hands, clock: StillClock) -> None:
    sam = await hands.appoint(Role.CRISIS_MODERATOR)
    await hands.raised()
    await hands.ask(sam, "join")
    assert await pages(hands) == []
    await speak(hands.town, hands.town.ash, HIGH, nonce="again-0000001")
    await hands.town.house.reactions.settled()
    assert await pages(hands) == []  # Sam is there
    clock.pass_time(hours=3)
    await speak(hands.town, hands.town.ash, HIGH, nonce="again-0000002")
    await hands.town.house.reactions.settled()
    assert await pages(hands) == ["escalation:1"]


@mostly_on_sqlite
async def test_words_in_the_side_space_call_someone_when_nobody_is_there(
    hands: Hands, clock: StillClock
) -> None:
    sam = await hands.appoint(Role.CRISIS_MODERATOR)
    await hands.raised()
    side = (await hands.ask(sam, "join")).json()["side_space"]
    await hands.town.say(hands.town.ash, "Hello?", side)
    await hands.town.house.reactions.settled()
    assert await pages(hands) == []
    clock.pass_time(minutes=30)
    await hands.town.say(hands.town.ash, "Are you still there?", side)
    await hands.town.house.reactions.settled()
    assert await pages(hands) == ["escalation:1"]


@pytest.mark.full
async def test_after_the_end_nobody_on_the_staff_reads_on_until_the_check_in(
    hands: Hands, clock: StillClock
) -> None:
    sam = await hands.appoint(Role.CRISIS_MODERATOR, "Sam")
    fern = await hands.appoint(Role.LEAD, "Fern")
    await hands.raised()
    side = (await hands.ask(sam, "join")).json()["side_space"]
    await hands.ask(fern, "join")
    talk = f"/api/v1/rooms/{side}/messages"
    for who in (sam, fern):
        assert (await hands.client.get(talk, headers=who.bearer)).status_code == 200
    asked = await hands.ask(sam, "close", how="safe", check_in_hours=24)
    await hands.ask(fern, "grant", approval=asked.json()["waits_for_second"])
    for who in (sam, fern):
        assert (await hands.client.get(talk, headers=who.bearer)).status_code == 404
    assert (await hands.ask(sam, "join")).status_code == 409
    clock.pass_time(hours=24)
    sam = await hands.appoint(Role.CRISIS_MODERATOR, "Sam")  # a new session of the same person
    await hands.town.house.reactions.look()
    assert await pages(hands) == ["escalation:1:check-in"]
    assert (await hands.ask(sam, "join")).status_code == 200
    assert (await hands.client.get(talk, headers=sam.bearer)).status_code == 200
    assert await pages(hands) == []
    assert (await hands.ask(sam, "leave")).json()["stage"] == "closed"
    assert (await hands.client.get(talk, headers=sam.bearer)).status_code == 404


@pytest.mark.full
async def test_an_answer_to_the_check_in_calls_someone(hands: Hands, clock: StillClock) -> None:
    sam = await hands.appoint(Role.CRISIS_MODERATOR, "Sam")
    await hands.raised()
    side = (await hands.ask(sam, "join")).json()["side_space"]
    await hands.ask(sam, "close", how="handed_over", check_in_hours=24)
    await hands.town.say(hands.town.ash, "Thank you for tonight.", side)
    await hands.town.house.reactions.settled()
    assert "escalation:1:check-in" not in await pages(hands)
    clock.pass_time(hours=24)
    await hands.town.house.reactions.look()
    sam = await hands.appoint(Role.CRISIS_MODERATOR, "Sam")
    await hands.ask(sam, "join")
    await hands.ask(sam, "leave")
    assert "escalation:1:check-in" not in await pages(hands)
    await hands.town.say(hands.town.ash, "A bit better today.", side)
    await hands.town.house.reactions.settled()
    assert "escalation:1:check-in" in await pages(hands)
