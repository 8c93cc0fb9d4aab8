"""What a measure must have, who may take it and for how long; whatever does not fit is refused."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from holdfast.audit.queries import recent
from holdfast.kit.errors import HoldfastError
from holdfast.moderation.queries.measures import could_agree
from holdfast.moderation.rules.cases import CaseState, Outcome
from holdfast.moderation.rules.measures import MeasureKind, MeasureState
from holdfast.rights.rules import Role
from holdfast.rooms.rules import RoomState
from holdfast.staff.actions.shifts import check_in
from moderation.measuring import RUDE, Hand
from town import NIGHT, Person, Town, mostly_on_sqlite, on_sqlite


@pytest.fixture
def hand(town: Town) -> Hand:
    return Hand(town)


@pytest.fixture
async def maren(hand: Hand) -> Person:
    return await hand.hires()


async def refusal(hand: Hand, staff: Person, kind: str, **more: Any) -> str:
    """The code with which a measure about Ash is refused; nothing is changed by it."""
    before = (await hand.case()).version
    with pytest.raises(HoldfastError) as refused:
        await hand.takes(staff, kind, **more)
    assert (await hand.case()).version == before
    assert await hand.told(hand.town.ash) == []
    return refused.value.code


UNFIT: list[tuple[str, dict[str, Any], str]] = [
    ("hush", {"reason": ""}, "no_reason"),
    ("hush", {"reason": "   "}, "no_reason"),
    ("hush", {"rule": ""}, "no_reason"),
    ("hush", {"rule": "because"}, "no_reason"),
    ("hush", {"reason": "x" * 501}, "no_reason"),
    ("hush", {"until": None}, "no_end"),
    ("pause", {"hours": -1}, "no_end"),
    ("hush", {"hours": 24.01}, "longer_than_you_may"),
    ("pause", {"hours": 25}, "longer_than_you_may"),
    ("note", {}, "no_words"),
    ("note", {"words": "x" * 1_001}, "no_words"),
    ("hide", {}, "no_words"),
    ("hide", {"seq": 99}, "not_found"),
    ("slow", {"seconds": 30}, "not_about_this"),
    ("close_room", {}, "not_permitted"),
    ("remove", {}, "not_permitted"),
]


@pytest.mark.full
async def test_a_measure_that_does_not_fit_is_refused_and_changes_nothing(
    hand: Hand, maren: Person
) -> None:
    await hand.reports(hand.town.birch, await hand.says(hand.town.ash, RUDE))
    for kind, wish, code in UNFIT:
        more = dict(wish)
        if (hours := more.pop("hours", None)) is not None:
            more["until"] = hand.in_hours(hours)
        assert await refusal(hand, maren, kind, **more) == code, (kind, wish)
    await hand.takes(maren, "hush")  # with everything it needs it is taken


@pytest.mark.full
@mostly_on_sqlite
async def test_a_supervisor_and_the_lead_may_decide_on_longer_and_nobody_on_years(
    hand: Hand,
) -> None:
    await hand.reports(hand.town.birch, await hand.says(hand.town.ash, RUDE))
    crisis = await hand.hires(Role.CRISIS_MODERATOR, "Cleo")
    assert await refusal(hand, crisis, "pause", until=hand.in_hours(48)) == "longer_than_you_may"
    sol = await hand.hires(Role.SUPERVISOR, "Sol")
    assert await refusal(hand, sol, "pause", until=hand.in_hours(24 * 91)) == "longer_than_you_may"
    await hand.takes(sol, "pause", until=hand.in_hours(24 * 30))
    [mine] = await hand.told(hand.town.ash)
    assert mine.until == hand.in_hours(24 * 30)


@pytest.mark.full
async def test_two_moderators_cannot_decide_twice_on_one_version(hand: Hand, maren: Person) -> None:
    noor = await hand.hires(name="Noor")
    await hand.reports(hand.town.birch, await hand.says(hand.town.ash, RUDE))
    seen = (await hand.case()).version
    await hand.takes(maren, "hush", version=seen)
    with pytest.raises(HoldfastError) as refused:
        await hand.takes(noor, "pause", version=seen)
    assert refused.value.code == "already_done"
    assert [one.kind for one in await hand.told(hand.town.ash)] == [MeasureKind.HUSH]
    assert hand.house.ledger.pauses == {}


@pytest.mark.full
@on_sqlite
async def test_a_measure_on_a_closed_case_is_refused(hand: Hand, maren: Person) -> None:
    await hand.reports(hand.town.birch, await hand.says(hand.town.ash, RUDE))
    await hand.takes(maren, "note", words="Please be kinder here.")
    case = await hand.case()
    assert (case.state, case.outcome) == (CaseState.DECIDED, Outcome.MEASURE)
    with pytest.raises(HoldfastError) as refused:
        await hand.takes(maren, "hush")
    assert refused.value.code == "already_done"


@pytest.mark.full
@on_sqlite
async def test_a_measure_straight_from_a_room_opens_and_decides_a_case_in_one_go(
    hand: Hand, maren: Person
) -> None:
    row = await hand.takes_here(maren, "note", hand.town.ash, words="Please be kinder here.")
    case = await hand.case(row.case_id)
    assert (case.state, case.decided_name, case.reports) == (CaseState.DECIDED, "Maren", 0)
    [mine] = await hand.told(hand.town.ash)
    assert (mine.note, mine.may_appeal) == ("Please be kinder here.", False)


@pytest.mark.full
async def test_removing_somebody_waits_for_a_second_other_person(hand: Hand) -> None:
    sol = await hand.hires(Role.SUPERVISOR, "Sol")
    await hand.reports(hand.town.birch, await hand.says(hand.town.ash, RUDE))
    row = await hand.takes(sol, "remove")
    assert hand.house.ledger.pauses == {}
    async with hand.house.workshop.reading() as work:
        assert await could_agree(work, row.kind, row.by) == 0, "nobody else is on the roster"
    for who, code in ((sol, "needs_second"), (await hand.hires(), "not_permitted")):
        with pytest.raises(HoldfastError) as refused:
            await hand.agrees(who, row.id)
        assert refused.value.code == code
    assert hand.house.ledger.pauses == {}
    fern = await hand.hires(Role.LEAD, "Fern")
    async with hand.house.workshop.reading() as work:
        assert await could_agree(work, row.kind, row.by) == 1
    await hand.agrees(fern, row.id)
    assert list(hand.house.ledger.pauses) == [hand.town.ash.member.id]
    assert (await hand.case()).state is CaseState.DECIDED
    with pytest.raises(HoldfastError) as refused:
        await hand.agrees(fern, row.id)
    assert refused.value.code == "already_done"


@on_sqlite
async def test_what_the_second_person_declines_never_began(hand: Hand) -> None:
    sol, fern = [await hand.hires(Role.SUPERVISOR, name) for name in ("Sol", "Fern")]
    await hand.reports(hand.town.birch, await hand.says(hand.town.ash, RUDE))
    row = await hand.takes(sol, "remove")
    await hand.declines(fern, row.id)
    assert (await hand.row(row.id)).state is MeasureState.ENDED
    assert await hand.told(hand.town.ash) == []
    assert hand.house.ledger.pauses == {}
    assert (await hand.case()).state is CaseState.OPEN


@pytest.mark.full
@on_sqlite
async def test_a_room_is_closed_by_two_and_opened_when_that_is_lifted(hand: Hand) -> None:
    sol, fern = [await hand.hires(Role.SUPERVISOR, name) for name in ("Sol", "Fern")]
    row = await hand.takes_here(sol, "close_room", None, reason="Pile-on")
    seat = await hand.town.seat(hand.town.ash)
    states = hand.house.ledger.states
    assert states.get(seat.room_id, (RoomState.LIVE, None))[0] is not RoomState.CLOSED
    await hand.agrees(fern, row.id)
    assert states[seat.room_id][0] is RoomState.CLOSED
    with pytest.raises(HoldfastError) as refused:
        await hand.says(hand.town.ash, "hello")
    assert refused.value.code == "room_closed"
    [shown] = await hand.measures(sol, row.case_id)
    assert (shown.reason, shown.by_name, shown.agreed_name) == ("Pile-on", "Sol", "Fern")
    await hand.lifts(fern, row.id)
    assert states[seat.room_id][0] is not RoomState.CLOSED


@pytest.mark.full
@on_sqlite
async def test_a_room_is_slowed_for_everyone_by_somebody_on_shift_and_fast_again(
    hand: Hand, maren: Person
) -> None:
    seat = await hand.town.seat(hand.town.ash)
    unfit: list[tuple[dict[str, Any], str]] = [({"until": None}, "no_end"), ({}, "not_on_shift")]
    for more, code in unfit:
        with pytest.raises(HoldfastError) as refused:
            await hand.takes_here(maren, "slow", None, seconds=60, **more)
        assert refused.value.code == code
    async with hand.house.workshop.work() as work:
        await check_in(work, maren.actor, until=hand.in_hours(4))
    row = await hand.takes_here(maren, "slow", None, seconds=60)
    assert hand.house.ledger.slow == {seat.room_id: 60}
    await hand.says(hand.town.ash, "one", nonce="nonce-00001")
    await hand.says(hand.town.ash, "one", nonce="nonce-00001")  # the same words do not wait
    with pytest.raises(HoldfastError) as refused:
        await hand.says(hand.town.ash, "two")
    assert (refused.value.code, refused.value.wait) == ("too_fast", 60)
    await hand.lifts(maren, row.id)
    assert hand.house.ledger.slow == {}
    await hand.says(hand.town.ash, "two")


@pytest.mark.full
@on_sqlite
async def test_by_program_refusals_have_stable_codes_and_stand_in_the_record(
    hand: Hand, maren: Person, client: httpx.AsyncClient
) -> None:
    await hand.reports(hand.town.birch, await hand.says(hand.town.ash, RUDE))
    version, path = (await hand.case()).version, "/api/v1/cases/1/measures"
    whole = {"version": version, "kind": "hush", "rule": "kind", "reason": "Rude to a newcomer"}
    ends = hand.in_hours(2).isoformat()
    for change, status, code in (
        ({"reason": ""}, 422, "no_reason"),
        ({}, 422, "no_end"),
        ({"until": hand.in_hours(30).isoformat()}, 403, "longer_than_you_may"),
        ({"until": ends, "version": version + 1}, 409, "already_done"),
        ({"kind": "remove"}, 403, "not_permitted"),
    ):
        answer = await client.post(path, json={**whole, **change}, headers=maren.bearer)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    async with hand.house.workshop.reading() as work:
        noted = [one.why for one in await recent(work, what="act:refused")]
    assert {"no_reason", "no_end", "longer_than_you_may", "already_done"} <= set(noted)
    done = await client.post(path, json={**whole, "until": ends}, headers=maren.bearer)
    assert (done.status_code, done.json()["state"]) == (201, "in_force")


@pytest.mark.full
@on_sqlite
async def test_by_program_a_measure_is_taken_from_a_room_and_seen_by_its_member(
    hand: Hand, maren: Person, client: httpx.AsyncClient
) -> None:
    seq = await hand.says(hand.town.ash, RUDE)
    handle = (await hand.town.seat(hand.town.ash)).author.seat
    wish = {"seat": handle, "kind": "hide", "rule": "kind", "reason": "Rude", "seq": seq}
    wish["rewrite"] = "I wish it went faster"
    path = f"/api/v1/rooms/{NIGHT}/measures"
    done = await client.post(path, json=wish, headers=maren.bearer)
    assert (done.status_code, done.json()["room"], done.json()["by"]) == (201, NIGHT, "Maren")
    nobody = await client.post(path, json={**wish, "seat": "nobody"}, headers=maren.bearer)
    assert nobody.status_code == 404
    await hand.house.reactions.settled()
    seen = await client.get("/api/v1/me/measures", headers=hand.town.ash.bearer)
    [one] = seen.json()["items"]
    assert (one["said"], one["rewrite"], one["may_appeal"]) == (RUDE, wish["rewrite"], True)
    assert "Maren" not in seen.text
    again = await client.post(f"/api/v1/me/measures/{one['id']}/anew", headers=hand.town.ash.bearer)
    assert again.status_code == 201
    assert [m.text for m in await hand.room()] == ["", wish["rewrite"]]
