"""One case beside the queue, and what can be done with it by plain forms."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from msgspec import Struct
from starlette.responses import Response

from holdfast.audit.actions import record_covered_words, record_reading
from holdfast.desk.pages.acts import known
from holdfast.desk.pages.beside import beside
from holdfast.desk.pages.case_shown import Seen, case_shown, line_shown, lines_of, name_of
from holdfast.desk.pages.covers import hard_words
from holdfast.desk.pages.doors import AtTheDesk
from holdfast.desk.pages.measure_shown import choices, offered, taken
from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError, Malformed, NotFound
from holdfast.kit.forms import EMPTY, Filled, RowNumber, filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.pages import looks_of, render
from holdfast.kit.words import say
from holdfast.kit.work import Work
from holdfast.messages.queries import Reader, messages_after
from holdfast.messages.queries.lines import Line, line_of
from holdfast.moderation.actions import claim_case, decide_case, look_at_case, release_case
from holdfast.moderation.queries import CaseCard
from holdfast.moderation.queries.measures import (
    Measure,
    could_agree,
    measures_of_case,
    measures_of_seat,
)
from holdfast.moderation.rules.cases import CaseKind, Ground, Outcome
from holdfast.moderation.rules.measures import MeasureKind
from holdfast.rights.rules import Staff
from holdfast.rooms.tables import RoomKind
from holdfast.screening.concern import Concern

router = APIRouter(include_in_schema=False)
acts = APIRouter(prefix="/desk/cases/{case_id}", include_in_schema=False)
Shown = Annotated[str, Query(max_length=40)]
GROUNDS = {ground.value: ground for ground in Ground}
LARGEST = 2**53 - 1
AFTER = 2  # lines of talk after what a case is about


class AtCase(Struct, frozen=True):
    """One case in front of a staff person, what they do with it, and what they had typed."""

    request: Request
    house: House
    staff: Staff
    id: int
    form: Filled = EMPTY

    async def does(self, act: Callable[[Work], Awaitable[Any]]) -> Response:
        """Do it and go back to the case; refused, it is shown as it is now, and says why.

        Nothing of what was typed is lost.
        """
        try:
            async with self.house.workshop.work() as work:
                await act(work)
        except NotFound:
            raise
        except HoldfastError as refused:
            return await self.shown(refused=refused)
        return go_to(f"/desk/cases/{self.id}")

    async def shown(
        self, *, show: str = "", refused: HoldfastError | None = None, **more: Any
    ) -> Response:
        """The desk with this case beside the queue."""
        case = await case_of(self.request, self.house, self.staff, self.id, show)
        around = await beside(self.request, self.house, self.staff)
        locale = looks_of(self.request).locale
        return render(
            self.request,
            "desk/desk.html",
            refused.status if refused is not None else 200,
            **{**around, "preview": None, **more},
            card=None,
            case=case,
            at=case["key"],
            form=self.form,
            refusal=say(locale, refused.words, **refused.facts) if refused else "",
        )

    @property
    def version(self) -> int:
        """The case's version that this person looked at. Raises `Malformed` without one."""
        given = self.form["version"]
        if not given.isascii() or not given.isdigit() or int(given[:17]) > LARGEST:
            raise Malformed
        return int(given)


async def at_case(request: Request, house: InHouse, staff: AtTheDesk, case_id: RowNumber) -> AtCase:
    form = await filled(request) if request.method == "POST" else EMPTY
    return AtCase(request, house, staff, case_id, form)


Here = Annotated[AtCase, Depends(at_case)]


@acts.get("")
async def get_case(here: Here, show: Shown = "") -> Response:
    """One case beside the queue. `show` uncovers one message, which is written down."""
    return await here.shown(show=show)


@router.get("/desk/fragments/cases/{case_id}")
async def get_case_part(here: Here) -> Response:
    """One case alone, as it is now."""
    case = await case_of(here.request, here.house, here.staff, here.id)
    return render(here.request, "desk/case.html", case=case, refusal="", form=EMPTY, preview=None)


async def case_of(
    request: Request, house: House, staff: Staff, case_id: int, show: str = ""
) -> dict[str, Any]:
    """The case, with what staff read of it in the record before it is shown."""
    seen = Seen(looks_of(request), house.workshop.clock.now(), staff, show)
    async with house.workshop.work() as work:
        card = await look_at_case(work, staff, house.ledger.keyring, case_id=case_id)
        if show:
            await note_uncovered(work, staff, card, show)
        after = await talk_after(work, staff, house, card)
        done = await measures_about(work, Reader(house.ledger.keyring, staff), card)
        others = await could_agree(work, MeasureKind.REMOVE, staff.id)
    one = card.summary
    grave = one.concern > Concern.NONE or one.kind is CaseKind.WORRIED
    shown = case_shown(card, seen, hard_words(house, every=grave))
    return {
        **shown,
        "after": [line_shown(line, seen.looks) for line in after],
        "measures": taken(done, seen, blind=shown["blind"]),
        "offers": offered(shown, staff, others, seen.looks),
        "choices": choices(seen.looks),
    }


async def measures_about(work: Work, reader: Reader, card: CaseCard) -> list[Measure]:
    """Every measure about the same seat, in this room only; of a case about a room, the case's."""
    one = card.summary
    if one.seat_id is None:
        return await measures_of_case(work, reader, one.id)
    return await measures_of_seat(work, reader, one.seat_id)


async def talk_after(work: Work, staff: Staff, house: House, card: CaseCard) -> list[Line]:
    """The first lines in an open room after what the case is about; reading them is noted."""
    one = card.summary
    seqs = [line.seq for line in lines_of(card) if line.seq is not None]
    if not seqs or one.room_kind is not RoomKind.OPEN:
        return []
    reader = Reader(house.ledger.keyring, staff)
    found = await messages_after(work, reader, one.room_id, max(seqs), AFTER)
    if found:
        first, last = found[0].seq, found[-1].seq
        await record_reading(work, staff, room=one.room_id, first_seq=first, last_seq=last)
    return [line_of(message) for message in found]


async def note_uncovered(work: Work, staff: Staff, card: CaseCard, show: str) -> None:
    """That this person uncovered one message of the case."""
    found = [(name_of(one), one.owner, one.seq or 0) for one in lines_of(card)]
    found += [(str(one.seq), one.author_id, one.seq) for one in card.copied]
    line = next((one for one in found if one[0] == show), None)
    if line is None:
        raise NotFound
    room, (_, owner, seq) = card.summary.room_id, line
    await record_covered_words(work, staff, person=owner, room=room, seq=seq, why="case")


@acts.post("/claim")
async def post_claim(here: Here) -> Response:
    """Take it into my hands for a while."""
    return await here.does(lambda work: claim_case(work, here.staff, case_id=here.id))


@acts.post("/release")
async def post_release(here: Here) -> Response:
    """Let the next person have it."""
    return await here.does(lambda work: release_case(work, here.staff, case_id=here.id))


@acts.post("/close")
async def post_close(here: Here) -> Response:
    """Nothing is done, for one of a few reasons; whoever reported it is told."""
    ground = known(GROUNDS, here.form["ground"]) if here.form["ground"] else None
    return await _decides(here, Outcome.NO_MEASURE, ground)


@acts.post("/concern")
async def post_concern(here: Here) -> Response:
    """Somebody may be in danger: it goes to those who can be with them."""
    return await _decides(here, Outcome.PASSED_TO_CRISIS)


async def _decides(here: AtCase, outcome: Outcome, ground: Ground | None = None) -> Response:
    version = here.version
    return await here.does(
        lambda work: decide_case(
            work, here.staff, case_id=here.id, version=version, outcome=outcome, ground=ground
        )
    )


router.routes += acts.routes
