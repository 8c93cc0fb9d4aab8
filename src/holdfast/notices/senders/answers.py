"""What the other side answered, as far as a page asks."""

from __future__ import annotations

from collections.abc import Awaitable
from http import HTTPStatus

import httpx
from msgspec import Struct

from holdfast.notices.rules import Outcome

NO_MORE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}


class Answer(Struct, frozen=True):
    """What became of a call, and the code that says so."""

    outcome: Outcome
    code: str


NOT_HERE = Answer(Outcome.NO_WAY, "turned_off")


async def answer_to(sent: Awaitable[httpx.Response], *, gone: bool) -> Answer:
    """The answer to a request; a line that is dead is an answer too. `gone`: a 404 is for good."""
    try:
        response = await sent
    except httpx.TimeoutException:
        return Answer(Outcome.UNREACHED, "timeout")
    except (httpx.HTTPError, httpx.InvalidURL, OSError):
        return Answer(Outcome.UNREACHED, "no_connection")
    code = str(response.status_code)
    if response.is_success:
        return Answer(Outcome.REACHED, code)
    if gone and response.status_code in NO_MORE:
        return Answer(Outcome.GONE, code)
    return Answer(Outcome.UNREACHED, code)
