"""Country packs at the desk: for each track who leads, the duty, the words, what is never done."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from starlette.responses import Response

from holdfast.crisis.rules.packs import CountryPack, pack_for, packs
from holdfast.crisis.rules.tracks import TRACKS, Track, tracks_in
from holdfast.desk.pages.bar import bar_for
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import NotFound
from holdfast.kit.pages import looks_of, render
from holdfast.resources.pages.wording import country_name
from holdfast.rights.rules import Permission, Staff, may
from holdfast.staff.pages.doors import CurrentStaff
from holdfast.staff.rules.roles import DUTIES

FIRST_SHOWN = "GB"  # where a steward chose a country that has no pack
router = APIRouter(prefix="/desk/packs", include_in_schema=False)


def at_the_desk(staff: Staff) -> None:
    if not may(staff, Permission.ESCALATION_SEE):
        raise NotFound


@router.get("")
async def get_packs(request: Request, staff: CurrentStaff) -> Response:
    """The countries there is a pack for."""
    at_the_desk(staff)
    locale = looks_of(request).locale
    asked = "".join(tracks_in(request.query_params.get("tracks", "")))
    named = [
        (code + (f"?tracks={asked}" if asked else ""), country_name(locale, code))
        for code in packs()
    ]
    return render(
        request, "desk/packs.html", countries=named, pack=None, name="", tracks=[], **bar_for(staff)
    )


@router.get("/{country}")
async def get_pack(request: Request, staff: CurrentStaff, country: str) -> Response:
    """One country's pack; with `?tracks=CX` those tracks first."""
    at_the_desk(staff)
    pack = pack_for(country)
    if pack is None:
        raise NotFound
    asked = tracks_in(request.query_params.get("tracks", ""))
    order = [*asked, *(track for track in Track if track not in asked)]
    locale = looks_of(request).locale
    return render(
        request,
        "desk/packs.html",
        countries=[],
        pack=pack,
        name=country_name(locale, pack.country),
        **bar_for(staff),
        tracks=[shown(pack, track, is_asked=track in asked) for track in order],
    )


def duties_for(letters: str, locale: str, country: str) -> dict[str, Any] | None:
    """What one country asks on these tracks, for the card; nothing where it has no track."""
    tracks = tracks_in(letters)
    pack = pack_for(country) or pack_for(FIRST_SHOWN)
    if not tracks or pack is None:
        return None
    return {
        "country": pack.country,
        "countries": [(code, country_name(locale, code)) for code in packs()],
        "letters": "".join(tracks),
        "tracks": [shown(pack, track, is_asked=True) for track in tracks],
    }


def shown(pack: CountryPack, track: Track, *, is_asked: bool) -> dict[str, Any]:
    """One track of a pack, with the words of the roles and the places it names."""
    entry = pack.tracks[track]
    return {
        "letter": track.value,
        "title": TRACKS[track],
        "is_asked": is_asked,
        "leads": DUTIES[entry.leads].name,
        "entry": entry,
        "places": pack.places_for(track),
    }
