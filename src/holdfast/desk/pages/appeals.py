"""Appeals: a second look at a measure, by somebody who had no part in it, within 72 hours."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Query, Request
from starlette.responses import Response

from holdfast.audit.actions import record
from holdfast.desk.pages.bar import bar_for
from holdfast.desk.pages.beside import here_shown
from holdfast.desk.pages.covers import Reads, hard_words
from holdfast.desk.pages.doors import AtTheDesk
from holdfast.desk.pages.measure_shown import BUTTONS
from holdfast.desk.pages.room_names import room_words
from holdfast.desk.pages.shown import waited
from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError, Malformed, NotFound
from holdfast.kit.forms import EMPTY, Filled, RowNumber, filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.looks import Looks
from holdfast.kit.pages import clock_of, day_of, looks_of, render
from holdfast.kit.words import say
from holdfast.messages.queries import Reader
from holdfast.moderation.access.measures import appeals_to_see
from holdfast.moderation.actions.appeals import judge_appeal
from holdfast.moderation.queries.appeals import Appeal, Overturned, appeals_in, overturned_of
from holdfast.moderation.rules.appeals import AppealState
from holdfast.rights.rules import Staff
from holdfast.rooms.rules.stops import RULES

router = APIRouter(prefix="/desk/appeals", include_in_schema=False)
Shown = Annotated[int, Query(ge=0, le=2**53 - 1)]
JUDGED = {"upheld": True, "refused": False}


@router.get("")
async def get_appeals(
    request: Request, house: InHouse, staff: AtTheDesk, show: Shown = 0
) -> Response:
    """What waits for a second look, the first due first. `show` uncovers one message."""
    return await appeals_page(request, house, staff, show=show)


async def appeals_page(
    request: Request,
    house: House,
    staff: Staff,
    *,
    show: int = 0,
    form: Filled = EMPTY,
    refused: HoldfastError | None = None,
) -> Response:
    appeals_to_see(staff)
    looks, now = looks_of(request), house.workshop.clock.now()
    async with house.workshop.work() as work:
        reader = Reader(house.ledger.keyring, staff)
        waiting = await appeals_in(work, reader, staff, [AppealState.WAITING])
        learned = await overturned_of(work, reader, staff.id)
        for one in waiting:
            await record(work, staff, what="appeal:read", about=f"appeal:{one.id}")
            if one.id == show:
                await record(
                    work, staff, what="words:uncovered", about=f"appeal:{one.id}", why="appeal"
                )
        around = await here_shown(work, looks, now, staff)
    is_hard = hard_words(house)
    return render(
        request,
        "desk/appeals.html",
        200 if refused is None else refused.status,
        **around,
        items=[appeal_shown(one, looks, now, is_hard, one.id == show) for one in waiting],
        learned=[learned_shown(one, looks) for one in learned[:5]],
        form=form,
        refusal=say(looks.locale, refused.words, **refused.facts) if refused else "",
        **bar_for(staff),
    )


def appeal_shown(
    one: Appeal, looks: Looks, now: datetime, is_hard: Reads, uncovered: bool
) -> dict[str, Any]:
    """One appeal, without who took the measure."""
    left = round((one.due_at - now).total_seconds())
    return {
        "id": one.id,
        "title": say(looks.locale, BUTTONS[one.kind]),
        "rule": say(looks.locale, RULES.get(one.rule, one.rule)),
        "reason": one.reason,
        "note": one.note,
        "rewrite": one.rewrite,
        "room": room_words(one.room_name, looks.locale),
        "pseudonym": one.pseudonym,
        "covered": bool(one.said) and is_hard(one.said) and not uncovered,
        "said": one.said,
        "taken": f"{day_of(one.taken_at, looks)}, {clock_of(one.taken_at, looks)}",
        "until": f"{day_of(one.until, looks)}, {clock_of(one.until, looks)}" if one.until else "",
        "words": one.words,
        "due": f"{day_of(one.due_at, looks)}, {clock_of(one.due_at, looks)}",
        "left": waited(left, looks),
        "late": one.late,
        "mine": one.mine,
    }


def learned_shown(one: Overturned, looks: Looks) -> dict[str, str]:
    """What somebody else saw another way. Who it was is not told."""
    return {
        "title": say(looks.locale, BUTTONS[one.kind]),
        "rule": say(looks.locale, RULES.get(one.rule, one.rule)),
        "reason": one.reason,
        "answer": one.answer,
        "day": day_of(one.judged_at, looks),
    }


@router.post("/{appeal_id}")
async def post_appeal(
    request: Request, house: InHouse, staff: AtTheDesk, appeal_id: RowNumber
) -> Response:
    """Answer it: the member was right, or it stays and they read why."""
    form = await filled(request)
    if form["judged"] not in JUDGED:
        raise Malformed
    try:
        async with house.workshop.work() as work:
            await judge_appeal(
                work,
                staff,
                house.ledger.keyring,
                appeal_id=appeal_id,
                upheld=JUDGED[form["judged"]],
                answer=form["answer"],
            )
    except NotFound:
        raise
    except HoldfastError as refused:
        kept = Filled({**form.given, "id": str(appeal_id)})
        return await appeals_page(request, house, staff, form=kept, refused=refused)
    return go_to("/desk/appeals")
