"""Talk to one person: what it is, asking, waiting, and who was found."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from starlette.datastructures import FormData
from starlette.responses import Response

from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError
from holdfast.kit.forms import Filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.pages import looks_of, offered_languages, render, when_of
from holdfast.kit.words import N_, say
from holdfast.kit.work import Work
from holdfast.listening.access import must_be_offered
from holdfast.listening.actions import (
    Asking,
    ask_for_listening,
    look_at_ask,
    someone_else,
    withdraw_ask,
)
from holdfast.listening.pages.wording import choices_of, chosen_in_words, reasons_in_words
from holdfast.listening.queries import (
    MyAsk,
    Talk,
    is_somebody_on_duty,
    my_ask,
    my_talks,
    queue_now,
)
from holdfast.listening.queries.shown import Other, others_in, people_in_talk
from holdfast.listening.rules.asks import PREFERENCES, WANTS, NotOffered
from holdfast.listening.rules.sessions import MOST_TOGETHER, Side
from holdfast.members.access import myself
from holdfast.members.pages.wording import names_of
from holdfast.messages.events import avatar_url
from holdfast.notices.actions import see_notices
from holdfast.notices.queries import has_device, member_push_is_on
from holdfast.rights.api import CurrentMember
from holdfast.rights.queries import has_right
from holdfast.rights.rules import Member
from holdfast.rights.tables import RightRole

router = APIRouter()
HERE, WAITING = "/listening", "/listening/waiting"
SAID = ("withdrawn", "ended")
TAKE_ALL = 100
KNOWS = N_("Please tick this if it is all right for you.")


@router.get(HERE)
async def get_listening(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """What listening is, and the form; or on to where I am in it already."""
    async with house.workshop.reading() as work:
        talks = await my_talks(work, member, house.ledger.keyring)
        waits = await my_ask(work, member) is not None
    if waits:
        return go_to(WAITING)
    return going_on(talks) or await asked_page(request, house, member, talks)


def going_on(talks: list[Talk]) -> Response | None:
    """On to the talk that I asked for and that goes on."""
    now = next((one for one in talks if one.side is Side.ASKER and one.ended_at is None), None)
    return None if now is None else go_to(f"/rooms/{now.slug}")


async def asked_page(
    request: Request,
    house: House,
    member: Member,
    talks: list[Talk],
    *,
    form: Filled | None = None,
    chosen: frozenset[str] = frozenset(),
) -> Response:
    """The page itself; with `form` and `chosen` when something is still open in it."""
    looks, form = looks_of(request), form or Filled({})
    why_not = await why_not_offered(house)
    async with house.workshop.reading() as work:
        me = await myself(work, member)
        wait = await queue_now(work)
        nobody = not await is_somebody_on_duty(work, member.id)
        may_listen = await has_right(work, member.id, RightRole.LISTENER)
        mine = [one for one in talks if one.side is Side.ASKER]
        others = await others_in(work, member, [one.id for one in mine])
    said = request.query_params.get("said", "")
    return render(
        request,
        "listening/ask.html",
        422 if form.missing else 200,
        why_not=say(looks.locale, why_not.words) if why_not else "",
        wait=None if wait is None else round(wait.seconds / 60),
        nobody=nobody,
        has_words=me.phrase_lookup is not None,
        shut=is_shut(member, has_words=me.phrase_lookup is not None),
        knows=bool(talks),
        wants=choices_of(WANTS, looks.locale),
        preferences=choices_of(PREFERENCES, looks.locale),
        speaks=names_of(offered_languages(request)),
        form=form,
        chosen=chosen,
        language=form["language"] or looks.locale,
        met=met(mine, others),
        is_listener=may_listen,
        said=said if said in SAID else "",
    )


def met(talks: list[Talk], others: dict[Any, Other]) -> list[dict[str, Any]]:
    """With whom I talked before, each once, as they were called when we talked last."""
    return [
        {
            "slug": one.slug,
            "name": others[one.id].name,
            "avatar_url": avatar_url(others[one.id].avatar),
            "again": one.both_wish and one.may_return,
            "next": one.number + 1,
            "most": MOST_TOGETHER,
            "planned": one.number + 1 >= MOST_TOGETHER,
        }
        for one in talks
        if one.id in others and one.ended_at is not None
    ]


async def why_not_offered(house: House) -> NotOffered | None:
    """Why nobody can begin to listen now; nothing where they can."""
    try:
        async with house.workshop.reading() as work:
            await must_be_offered(work, covered=is_covered(house))
    except NotOffered as no:
        return no
    return None


def is_shut(member: Member, *, has_words: bool) -> bool:
    """Whether the seven words are to be typed first: they open what will be said."""
    own = member.own
    if own is not None and own.is_open:
        return False
    return has_words or (own is not None and own.public is not None)


def is_covered(house: House) -> bool:
    """Whether somebody must be on shift: always, but where a place is set up for tests."""
    return str(house.settings.coverage) != "off"


@router.post(HERE)
async def post_listening(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """Ask. What is wrong with it is said in the form, and nothing in it is lost."""
    form = await request.form(max_files=0, max_fields=TAKE_ALL)
    asking, filled, chosen = asking_in(form)
    async with house.workshop.reading() as work:
        talks = await my_talks(work, member, house.ledger.keyring)
    if not talks and filled["knows"] != "yes":
        filled.miss("knows", KNOWS)
        return await asked_page(request, house, member, talks, form=filled, chosen=chosen)
    try:
        asked = await ask_for_listening(house.ledger, member, asking, covered=is_covered(house))
    except HoldfastError as no:
        if no.code not in {"malformed", "contact_detail"}:
            raise
        filled.miss("words" if no.code == "contact_detail" else "wants", no.words)
        return await asked_page(request, house, member, talks, form=filled, chosen=chosen)
    return go_to(f"{WAITING}?help=1" if asked.help else WAITING)


def asking_in(form: FormData) -> tuple[Asking, Filled, frozenset[str]]:
    """What somebody asks for, what they wrote, and what they chose."""
    given = {name: value for name, value in form.items() if isinstance(value, str)}
    wants, ways = (
        frozenset(str(one) for one in form.getlist(name)) for name in ("want", "preference")
    )
    not_with = tuple(str(one) for one in form.getlist("not_with"))
    asking = Asking(
        wants=wants,
        language=given.get("language", "en")[:20],
        preferences=ways,
        text=given.get("words", "").replace("\r\n", "\n"),
        not_with=not_with,
        again_with=given.get("again_with") or None,
    )
    return asking, Filled(given), wants | ways | frozenset(not_with)


@router.get(WAITING)
async def get_waiting(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """Where my ask is; looking keeps the place. On to who was found, as soon as somebody was."""
    async with house.workshop.work() as work:
        await look_at_ask(work, member)
    async with house.workshop.reading() as work:
        ask = await my_ask(work, member, house.ledger.keyring)
        talks = [] if ask else await my_talks(work, member, house.ledger.keyring)
        device = await _device(work, house, member)
        nobody = not await is_somebody_on_duty(work, member.id)
    if ask is None:
        now = next((one for one in talks if one.side is Side.ASKER and one.ended_at is None), None)
        return go_to(HERE if now is None else f"{HERE}/{now.slug}/found")
    return waiting_page(request, house, ask, device, nobody=nobody)


async def _device(work: Work, house: House, member: Member) -> str:
    """Whether a device of theirs says that somebody came: it does, it could, or none may here."""
    if await has_device(work, member.id):
        return "tells"
    may = await member_push_is_on(work) and bool(house.pager.telephone.push_key)
    return "could" if may else ""


def waiting_page(
    request: Request, house: House, ask: MyAsk, device: str, *, nobody: bool
) -> Response:
    looks = looks_of(request)
    return render(
        request,
        "listening/waiting.html",
        wait=None if ask.wait is None else round(ask.wait.seconds / 60),
        counted=0 if ask.wait is None else ask.wait.people,
        asked={
            "words": ask.words,
            "wants": chosen_in_words(ask.wants, looks.locale),
            "preferences": chosen_in_words(ask.preferences, looks.locale),
        },
        until=when_of(ask.until, house.workshop.clock.now(), looks),
        again=ask.again,
        before=ask.is_before_someone,
        nobody=nobody and not ask.is_before_someone,
        device=device,
        help=request.query_params.get("help") == "1",
    )


@router.post(f"{HERE}/withdraw")
async def post_withdraw(house: InHouse, member: CurrentMember) -> Response:
    """Take my ask back, with its words."""
    async with house.workshop.work() as work:
        await withdraw_ask(work, member)
    return go_to(f"{HERE}?said=withdrawn#saved")


@router.get(f"{HERE}/{{slug}}/found")
async def get_found(request: Request, house: InHouse, member: CurrentMember, slug: str) -> Response:
    """Who was found, and why us two."""
    async with house.workshop.reading() as work:
        talks = await my_talks(work, member, house.ledger.keyring)
        found = [one for one in talks if one.slug == slug and one.side is Side.ASKER]
        others = await others_in(work, member, [one.id for one in found])
        here = await people_in_talk(work, found[0].room_id) if found else []
    if not found or found[0].ended_at is not None:
        return go_to(HERE)
    async with house.workshop.work() as work:
        await see_notices(work, member, slug=slug)
    talk, other = found[0], others[found[0].id]
    return render(
        request,
        "listening/found.html",
        slug=slug,
        name=other.name,
        avatar_url=avatar_url(other.avatar),
        mine=next((one.name for one in here if one.member_id == member.id), ""),
        reasons=reasons_in_words(talk.reasons, looks_of(request).locale),
        number=talk.number,
        most=MOST_TOGETHER,
    )


@router.post(f"{HERE}/{{slug}}/someone-else")
async def post_someone_else(house: InHouse, member: CurrentMember, slug: str) -> Response:
    """Not this person: we look for somebody else, and they are told that it did not fit."""
    async with house.workshop.work() as work:
        keyring, covered = house.ledger.keyring, is_covered(house)
        await someone_else(work, member, keyring, slug=slug, covered=covered)
    return go_to(WAITING)
