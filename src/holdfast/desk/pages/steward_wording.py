"""The community's own words: a few places that take them, each with a preview and a way back."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Request
from starlette.responses import Response

from holdfast.community.access import slot_to_fill, wording_staff
from holdfast.community.actions import TOO_LONG, set_wording, undo_wording
from holdfast.community.jobs import learn
from holdfast.community.queries import history_of
from holdfast.community.rules.wording import FIXED, SLOTS, Slot, fits, tidied
from holdfast.desk.pages.steward_doors import Steward, steward_page
from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError, Malformed, NotFound
from holdfast.kit.forms import EMPTY, Filled, filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.looks import LANGUAGES
from holdfast.kit.pages import looks_of
from holdfast.kit.words import N_, say
from holdfast.rights.rules import Staff
from holdfast.screening.reading import Read
from holdfast.staff.queries import name_of

router = APIRouter(prefix="/desk/steward/wording", include_in_schema=False)
HERE = "/desk/steward/wording"
Name = Annotated[str, Path(max_length=20, pattern=r"^[a-z]+$")]
Language = Annotated[str, Path(max_length=10, pattern=r"^[a-z-]+$")]
NOT_THERE = N_("These words may say how somebody could be hurt. They can’t stand here.")
NOT_READ = N_("We couldn’t read that just now. Please try again soon.")


@router.get("")
async def get_wording(request: Request, house: InHouse, staff: Steward) -> Response:
    """The places that take own words, what stands there, and what never changes."""
    wording_staff(staff)
    locale, known = looks_of(request).locale, house.community
    slots = [
        {
            "slot": slot,
            "title": say(locale, slot.title),
            "where": say(locale, slot.where),
            "in": [(code, name, (slot.name, code) in known.words) for code, name in _languages()],
        }
        for slot in SLOTS.values()
    ]
    fixed = [(say(locale, what), say(locale, why)) for what, why in FIXED]
    return steward_page(request, staff, "wording", slots=slots, fixed=fixed)


def _languages() -> list[tuple[str, str]]:
    return list(LANGUAGES.items())


@router.get("/{name}/{language}")
async def get_words(
    request: Request, house: InHouse, staff: Steward, name: Name, language: Language
) -> Response:
    """One place in one language."""
    return await words_page(request, house, staff, slot_to_fill(staff, name, language), language)


async def words_page(
    request: Request,
    house: House,
    staff: Staff,
    slot: Slot,
    language: str,
    *,
    form: Filled = EMPTY,
    refused: HoldfastError | None = None,
    preview: str = "",
    reach: bool = False,
) -> Response:
    locale, now = looks_of(request).locale, house.community.words.get((slot.name, language), "")
    return steward_page(
        request,
        staff,
        "words",
        slot=slot,
        title=say(locale, slot.title),
        where=say(locale, slot.where),
        language=language,
        spoken=LANGUAGES[language],
        now=now,
        written=form["words"] if form is not EMPTY else now,
        history=await _history(house, slot.name, language),
        refused=refused,
        preview=preview,
        reach=reach,
    )


async def _history(house: House, name: str, language: str) -> list[dict[str, Any]]:
    async with house.workshop.reading() as work:
        return [
            {"words": row.words, "by": await name_of(work, row.by), "at": row.at}
            for row in (await history_of(work, name, language))[:20]
        ]


@router.post("/{name}/{language}")
async def post_words(
    request: Request, house: InHouse, staff: Steward, name: Name, language: Language
) -> Response:
    """Look at the words as they would stand there, keep them, or let ours stand there again."""
    form, slot = await filled(request), slot_to_fill(staff, name, language)
    try:
        words = None if form["do"] == "ours" else _read(house, staff, form["words"], slot, language)
        reach = words is not None and words.reading.contact
        if words is not None and (form["do"] != "keep" or (reach and form["sure"] != "yes")):
            shown = tidied(words.text, slot)
            return await words_page(
                request, house, staff, slot, language, form=form, preview=shown, reach=reach
            )
        async with house.workshop.work() as work:
            await set_wording(work, staff, name=name, language=language, words=words)
    except NotFound:
        raise
    except HoldfastError as refused:
        return await words_page(request, house, staff, slot, language, form=form, refused=refused)
    await learn(house.workshop, house.community)
    return go_to(f"{HERE}/{name}/{language}?saved={'ours' if words is None else 'kept'}")


def _read(house: House, staff: Staff, text: str, slot: Slot, language: str) -> Read:
    """The words with their reading. Raises `Malformed` for what must not stand before everyone."""
    if not fits(tidied(text, slot), slot):
        raise Malformed(TOO_LONG, code="does_not_fit", longest=slot.longest)
    read: Read | None = house.ledger.read(text, staff, language)
    if read is None:
        raise Malformed(NOT_READ, code="not_read_by_rules")
    if read.reading.method:
        raise Malformed(NOT_THERE, code="not_there")
    return read


@router.post("/{name}/{language}/undo")
async def post_undo(house: InHouse, staff: Steward, name: Name, language: Language) -> Response:
    """Let what stood there before stand there again."""
    async with house.workshop.work() as work:
        await undo_wording(work, staff, name=name, language=language)
    await learn(house.workshop, house.community)
    return go_to(f"{HERE}/{name}/{language}?saved=undone")
