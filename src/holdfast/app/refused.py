"""Finding out whether what was refused was asked for by somebody on the staff, for the record."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus
from typing import Any

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from holdfast.app.whose import token_of
from holdfast.audit.jobs import is_noted, keep_refusal
from holdfast.kit.errors import HoldfastError
from holdfast.kit.house import House
from holdfast.rights.rules import Actor, Guest, Staff
from holdfast.staff.access import removed_staff_by_token


class Noting:
    """Around every door: answers are counted, and a refusal is noted, however it is dressed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, answers = 0, scope["app"].state.house.answers

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            answers[status // 100 or 5] += 1  # nothing was said: something broke
        if status in range(400, 500):
            await _note(Request(scope), status)


async def _note(request: Request, status: int) -> None:
    path = getattr(request.scope.get("route"), "path", "")
    code = getattr(request.state, "refused", HTTPStatus(status).name.lower())
    if not path or not is_noted(status, code):
        return
    house: House = request.app.state.house
    actor = await _staff_who_asked(request, house)
    if actor is not None:
        asked: dict[str, Any] = request.path_params
        door = f"{request.method}:{path}"
        await keep_refusal(house.workshop, actor, code, door=door, asked=asked)


async def _staff_who_asked(request: Request, house: House) -> Staff | None:
    """A staff person, or somebody who was one and comes with the token they had."""
    actor: Actor | None = getattr(request.state, "actor", None)
    if isinstance(actor, Staff):
        return actor
    token = token_of(request) if isinstance(actor, Guest) else ""
    if not token:
        return None
    with suppress(HoldfastError):
        return await removed_staff_by_token(house.workshop.glances, token)
    return None
