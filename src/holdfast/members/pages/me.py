"""My own page: how things look, where I am signed in, what I keep and what I said yes to."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from holdfast.kit.cookies import clear_session, go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.forms import RowNumber, filled
from holdfast.kit.house import InHouse
from holdfast.kit.ids import SessionId
from holdfast.kit.pages import looks_of, offered_languages, render
from holdfast.members.access import myself
from holdfast.members.actions import (
    choose_looks,
    end_session,
    new_names_again,
    sign_out_everywhere,
    time_zones,
)
from holdfast.members.pages.wording import days_for, in_words_of, names_of
from holdfast.members.queries import consents_of, passkeys_of, sessions_of
from holdfast.members.rules import ages, choices
from holdfast.members.rules.promises import consent_to
from holdfast.members.tables import SessionKind
from holdfast.rights.api import CurrentMember

router = APIRouter(prefix="/me")
LOOKS = ("language", "time_zone", "theme", "text_size", "letters")
SAVED = ("looks", "names", "sessions", "yeses")


@router.get("")
async def get_me(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """Everything about me that I can see and change."""
    async with house.workshop.reading() as work:
        me = await myself(work, member)
        sessions = await sessions_of(work, member.id)
        consents = await consents_of(work, member.id)
        has_passkey = bool(await passkeys_of(work, member.id))
    saved = request.query_params.get("saved", "")
    return render(
        request,
        "members/me.html",
        me=me,
        age=ages.LABELS[ages.AgeBand(me.age_band)],
        sessions=[row for row in sessions if row.kind is not SessionKind.LINK],
        this_one=member.session,
        has_passkey=has_passkey,
        yeses=[(row, consent_to(row.kind)) for row in consents],
        **looks_offered(request),
        day=days_for(looks_of(request)),
        saved=saved if saved in SAVED else "",
        key_is_shut=bool(member.own and member.own.public and not member.own.is_open),
    )


def looks_offered(request: Request) -> dict[str, list[tuple[str, str]]]:
    """What there is to choose from, each as what is kept and what is said."""
    said = in_words_of(looks_of(request).locale)
    lists = {
        "text_sizes": choices.TEXT_SIZES,
        "letter_shapes": choices.LETTERS,
        "themes": choices.THEMES,
    }
    return {
        "speaks": names_of(offered_languages(request)),
        "zones": [(zone, zone.replace("_", " ")) for zone in time_zones()],
        **{
            name: [(k, said(words)) for k, words in offered.items()]
            for name, offered in lists.items()
        },
    }


@router.post("/looks")
async def post_looks(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """Choose how pages look, which language they speak and whose clock they follow."""
    form = await filled(request)
    chosen = {name: form[name] for name in LOOKS if form[name]}
    async with house.workshop.work() as work:
        await choose_looks(work, member, **chosen)
    return go_to("/me?saved=looks#saved")


@router.post("/names")
async def post_names(house: InHouse, member: CurrentMember) -> Response:
    """Another name in each new room from now on, as it was at first."""
    async with house.workshop.work() as work:
        await new_names_again(work, member)
    return go_to("/me?saved=names#saved")


@router.post("/sessions/{session}/end")
async def post_end(
    request: Request, house: InHouse, member: CurrentMember, session: RowNumber
) -> Response:
    """End one of my sessions, on whatever device it is."""
    async with house.workshop.work() as work:
        await end_session(work, member, session=SessionId(session))
    if session == member.session:
        return clear_session(go_to("/"), request)
    return go_to("/me?saved=sessions#saved")


@router.post("/sessions/end")
async def post_end_all(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """Sign out everywhere, here too."""
    async with house.workshop.work() as work:
        await sign_out_everywhere(work, member)
    return clear_session(go_to("/gone/signed-out"), request)
