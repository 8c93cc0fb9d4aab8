"""What I said yes to: to read again, word for word, and to take back, one by one."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from holdfast.kit.cookies import clear_session, go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import NotFound
from holdfast.kit.forms import RowNumber
from holdfast.kit.house import InHouse
from holdfast.kit.ids import ConsentId
from holdfast.kit.pages import looks_of, render
from holdfast.members.access import own_consent
from holdfast.members.actions import BEING_HERE_RESTS_ON, withdraw_consent
from holdfast.members.pages.wording import days_for, in_words_of
from holdfast.members.rules.promises import PROMISES, consent_to
from holdfast.rights.api import CurrentMember

router = APIRouter(prefix="/me/yeses/{consent}")


@router.get("")
async def get_yes(
    request: Request, house: InHouse, member: CurrentMember, consent: RowNumber
) -> Response:
    """One yes: its words as I agreed to them, its day, and what taking it back means."""
    async with house.workshop.reading() as work:
        row = await own_consent(work, member.id, ConsentId(consent))
    agreed = consent_to(row.kind)
    if agreed is None:
        raise NotFound
    return render(
        request,
        "members/yes.html",
        row=row,
        agreed=agreed,
        said=in_words_of(row.language),
        day=days_for(looks_of(request)),
        promises=PROMISES if row.kind == "promises" else (),
        is_leaving=row.kind in BEING_HERE_RESTS_ON,
    )


@router.post("/withdraw")
async def post_withdraw(
    request: Request, house: InHouse, member: CurrentMember, consent: RowNumber
) -> Response:
    """Take it back; with some of them, that is leaving."""
    async with house.workshop.work() as work:
        await withdraw_consent(work, member, consent=ConsentId(consent))
        kind = (await own_consent(work, member.id, ConsentId(consent))).kind
    if kind in BEING_HERE_RESTS_ON:
        return clear_session(go_to("/gone"), request)
    return go_to(f"/me/yeses/{consent}")
