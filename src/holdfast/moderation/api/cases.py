"""Cases for programs: the same actions as the desk's pages."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field

from holdfast.kit.clock import stamp
from holdfast.kit.doors import APIRouter
from holdfast.kit.house import House, InHouse
from holdfast.kit.ids import CaseId
from holdfast.messages.queries.lines import Line
from holdfast.moderation.access import cases_to_see
from holdfast.moderation.actions import claim_case, decide_case, look_at_case, release_case
from holdfast.moderation.queries import CaseCard, CaseSummary, case_summary, cases_in, ended_cases
from holdfast.moderation.rules.cases import UNDECIDED, CaseKind, CaseState, Ground, Outcome
from holdfast.moderation.rules.reports import Door
from holdfast.rights.api import StaffIn
from holdfast.rights.rules import Staff

router = APIRouter(prefix="/cases", tags=["cases"])
Id = Annotated[int, Path(ge=1, le=2**53 - 1)]
PAGE = 50
Concerned = Literal["none", "watch", "high", "immediate"]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class DecideBody(Body):
    """What was decided, on which version. `ground`: why nothing is done."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)]
    outcome: Annotated[Outcome, Field(strict=False)]
    ground: Annotated[Ground | None, Field(strict=False)] = None


class Case(BaseModel):
    """A case as lists show it. No words, and nobody who reported."""

    id: int
    kind: CaseKind
    concern: Concerned
    state: CaseState
    version: int
    room: str
    seat: str | None = None
    pseudonym: str | None = None
    is_staff: bool
    opened_at: str
    reports: int
    worried: int
    flags: int
    claimed_by: str | None = None
    claim_until: str | None = None
    outcome: Outcome | None = None
    ground: Ground | None = None
    decided_by: str | None = None
    decided_at: str | None = None


class Cases(BaseModel):
    items: list[Case]
    next: str | None = None


class SaidLine(BaseModel):
    """One message in a case."""

    seq: int | None = None
    pseudonym: str
    text: str
    note: str | None = None
    at: str


class ReportIn(BaseModel):
    """What one member told us. Who they are stands nowhere."""

    kind: Door
    words: str
    at: str
    message: SaidLine | None = None
    as_reported: str | None = None


class FlagIn(BaseModel):
    """What a machine noticed."""

    what: str
    at: str
    message: SaidLine | None = None


class WholeCase(BaseModel):
    """A case with its words. That you read it stands in the record."""

    case: Case
    reports: list[ReportIn]
    flags: list[FlagIn]
    before: list[SaidLine]


@router.get("")
async def get_cases(
    house: InHouse,
    staff: StaffIn,
    *,
    state: Annotated[CaseState | None, Query()] = None,
    before: Annotated[int | None, Query(ge=1, le=2**53 - 1)] = None,
) -> Cases:
    """Undecided ones, all or in one state: by concern, then who waits longest.

    Those that ended: the newest first, fifty at a time.
    """
    cases_to_see(staff)
    states = UNDECIDED if state is None else (state,)
    async with house.workshop.reading() as work:
        if set(states) <= set(UNDECIDED):
            return Cases(items=[shown(one, staff) for one in await cases_in(work, staff, states)])
        found = await ended_cases(work, staff, states[0], before=before, limit=PAGE + 1)
    page = found[:PAGE]
    following = f"/api/v1/cases?state={states[0]}&before={page[-1].id}"
    items = [shown(one, staff) for one in page]
    return Cases(items=items, next=following if len(found) > PAGE else None)


@router.get("/{case_id}", response_model_exclude_none=True)
async def get_case(house: InHouse, staff: StaffIn, case_id: Id) -> WholeCase:
    """A case with its words. Reading it is written down, and those who reported are told."""
    async with house.workshop.work() as work:
        card = await look_at_case(work, staff, house.ledger.keyring, case_id=case_id)
    return whole(card, staff)


@router.post("/{case_id}/claim", response_model_exclude_none=True)
async def post_claim(house: InHouse, staff: StaffIn, case_id: Id) -> Case:
    """Take it in hand for a quarter of an hour; for 90 seconds where someone may be in danger."""
    async with house.workshop.work() as work:
        await claim_case(work, staff, case_id=case_id)
    return await _as_it_is(house, staff, case_id)


@router.post("/{case_id}/release", response_model_exclude_none=True)
async def post_release(house: InHouse, staff: StaffIn, case_id: Id) -> Case:
    """Let go of it, for the next person."""
    async with house.workshop.work() as work:
        await release_case(work, staff, case_id=case_id)
    return await _as_it_is(house, staff, case_id)


@router.post("/{case_id}/decide", response_model_exclude_none=True)
async def post_decide(house: InHouse, staff: StaffIn, case_id: Id, body: DecideBody) -> Case:
    """Decide it, once, on the version you saw. Everybody who reported is answered."""
    async with house.workshop.work() as work:
        await decide_case(
            work,
            staff,
            case_id=case_id,
            version=body.version,
            outcome=body.outcome,
            ground=body.ground,
        )
    return await _as_it_is(house, staff, case_id)


async def _as_it_is(house: House, staff: Staff, case_id: int) -> Case:
    async with house.workshop.reading() as work:
        one = await case_summary(work, CaseId(case_id))
    assert one is not None  # noqa: S101 - something was just done with it
    return shown(one, staff)


def shown(one: CaseSummary, staff: Staff) -> Case:
    """A case as programs see it. Who decided it only they are told: a second look has no names."""
    return Case(
        id=one.id,
        kind=one.kind,
        concern=one.concern.name.lower(),  # type: ignore[arg-type]
        state=one.state,
        version=one.version,
        room=one.slug,
        seat=one.handle or None,
        pseudonym=one.pseudonym or None,
        is_staff=one.is_staff,
        opened_at=stamp(one.opened_at),
        reports=one.reports,
        worried=one.worried,
        flags=one.flags,
        claimed_by=one.claimed_name or None,
        claim_until=stamp(one.claim_until) if one.claim_until else None,
        outcome=one.outcome,
        ground=one.ground,
        decided_by=staff.name if one.decided_by == staff.id else None,
        decided_at=stamp(one.decided_at) if one.decided_at else None,
    )


def whole(card: CaseCard, staff: Staff) -> WholeCase:
    """A case with its words, as programs see it."""
    return WholeCase(
        case=shown(card.summary, staff),
        reports=[
            ReportIn(
                kind=one.kind,
                words=one.words,
                at=stamp(one.at),
                message=_line(one.line),
                as_reported=one.as_reported,
            )
            for one in card.reports
        ],
        flags=[
            FlagIn(what=one.what.value, at=stamp(one.at), message=_line(one.line))
            for one in card.flags
        ],
        before=[line for one in card.before if (line := _line(one)) is not None],
    )


def _line(line: Line | None) -> SaidLine | None:
    if line is None:
        return None
    return SaidLine(
        seq=line.seq,
        pseudonym=line.pseudonym,
        text=line.text,
        note=line.note,
        at=stamp(line.at),
    )
