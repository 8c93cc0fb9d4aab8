"""Whose request this is: the token that came with it, and the person behind that."""

from __future__ import annotations

from contextlib import suppress

from fastapi import Request

from holdfast.kit.consoles import counts_here
from holdfast.kit.cookies import LEFT, cookie
from holdfast.kit.errors import HoldfastError, Locked
from holdfast.kit.http import SAFE
from holdfast.kit.work import Workshop
from holdfast.live.actors import actor_by_token
from holdfast.live.handshake import cookie_token
from holdfast.members.actions import sign_out
from holdfast.members.actions.locking import note_use as note_use_of_shared
from holdfast.members.rules.staying import is_use_to_note as is_use_of_shared
from holdfast.rights.rules import Actor, Guest, Member, Staff
from holdfast.staff.actions import note_use
from holdfast.staff.rules.sessions import is_use_to_note

WHILE_LOCKED = {"/unlock", "/leave", "/sign-out", "/api/v1/sign-out", "/lock", "/here"}
OPEN_TO_ALL = {"/help", "/help/young", "/left", "/language", "/gone", "/gone/signed-out"}


def token_of(request: Request) -> str:
    """The token that came with a request, by header or cookie; empty where there is none."""
    header = request.headers.get("authorization", "")
    scheme, _, token = header.partition(" ")
    if not header:
        https = request.app.state.house.settings.is_https
        token = cookie_token(request.headers.getlist("cookie"), https=https)
    elif scheme.lower() != "bearer":
        token = ""
    return token.strip()


async def find_actor(request: Request) -> Actor:
    """Whose request this is, by bearer token or cookie; remembered for the request."""
    known: Actor | None = getattr(request.state, "actor", None)
    if known is not None:
        return known
    actor: Actor = Guest()
    if token := token_of(request):
        glances = request.app.state.house.workshop.glances
        actor = await actor_by_token(glances, token, request.app.state.house.workshop.clock)
        if not _counts_here(request, actor):
            actor = Guest()
    if isinstance(actor, Member | Staff) and has_left(request):
        await _end_what_was_left(request.app.state.house.workshop, actor)
        actor = Guest()
    if isinstance(actor, Member):
        request.state.looks = actor.looks
        actor = await at_the_page(request, actor)
    request.state.actor = actor
    if isinstance(actor, Staff) and is_by_hand(request):
        await _note_use(request.app.state.house.workshop, actor)
    return actor


def _counts_here(request: Request, actor: Actor) -> bool:
    """Whether a session by cookie is of this origin, where the desk has one of its own."""
    desk, host = request.app.state.house.settings.desk_origin, request.headers.get("host", "")
    by_bearer = "authorization" in request.headers
    return by_bearer or counts_here(is_staff=isinstance(actor, Staff), host=host, desk=desk)


async def at_the_page(request: Request, member: Member) -> Actor:
    """A member as far as their device lets them.

    Raises `Locked` wherever something could be read or done. What helps is open all the same.
    """
    house, path = request.app.state.house, request.url.path
    if member.locked and path not in WHILE_LOCKED:
        if path in OPEN_TO_ALL:
            return Guest()
        request.state.actor = Guest()  # the page that says so knows nobody
        raise Locked
    if is_use_of_shared(member.used_at, house.workshop.clock.now()) and is_by_hand(request):
        with suppress(HoldfastError):
            async with house.workshop.work() as work:
                await note_use_of_shared(work, member)
    return member


def has_left(request: Request) -> bool:
    """Whether Leave now was pressed in this browser while we could not be reached."""
    return cookie(request, LEFT) != "" and "authorization" not in request.headers


async def _end_what_was_left(workshop: Workshop, actor: Actor) -> None:
    with suppress(HoldfastError):  # the cookie stays, and ends it the next time
        async with workshop.work() as work:
            await sign_out(work, actor)


def is_by_hand(request: Request) -> bool:
    """Whether somebody did this: opened a page or sent something. A page that looks again did not.

    Only a script's own request for reading says of itself that it is for no place on the page.
    """
    return request.method not in SAFE or request.headers.get("sec-fetch-dest") != "empty"


async def _note_use(workshop: Workshop, staff: Staff) -> None:
    if is_use_to_note(staff.seen_at, workshop.clock.now()):
        with suppress(HoldfastError):  # what was asked for does not depend on it
            async with workshop.work() as work:
                await note_use(work, staff)
