"""W18: what is not there, was used or belongs to others is answered alike, and as fast."""

from __future__ import annotations

import random
import re
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from holdfast.members.actions import make_invitations
from holdfast.members.rules.phrases import phrase_words
from town import Town, newcomers, on_sqlite, unlimited
from trust.web.test_w18_staff_timing import welch

SAMPLES, ROUNDS = 2_000, 3
TYPED = re.compile(r"(?<=>)[^<]*(?=</textarea>)")  # still there for whoever typed it


@dataclass(frozen=True)
class Asked:
    """A door, and two things to ask there: one that is nearly right, one that never was."""

    method: str
    there: str
    absent: str
    body: Callable[[str], dict[str, Any]]
    headers: dict[str, str]

    async def ask(self, client: httpx.AsyncClient, what: str) -> httpx.Response:
        body = self.body(what)
        path = body.pop("path")
        return await client.request(self.method, path, headers=self.headers, **body)


async def phrase(client: httpx.AsyncClient, town: Town) -> Asked:
    """Six of the seven words of somebody who is here; seven of nobody."""
    *six, last = town.ash.phrase.split()
    other = next(word for word in phrase_words() if word != last)
    nobody = " ".join(phrase_words()[at * 97] for at in range(1, 8))
    return Asked(
        "POST",
        " ".join([*six, other]),
        nobody,
        lambda what: {"path": "/api/v1/sign-in", "json": {"recovery_phrase": what}},
        {},
    )


async def invitation(client: httpx.AsyncClient, town: Town) -> Asked:
    """An invitation that was used, and one that nobody made."""
    async with town.house.workshop.work() as work:
        used, taken = await make_invitations(work, town.elm.actor, root=town.house.root, count=2)
    asked = Asked(
        "POST",
        used,
        "".join(reversed(taken)),
        lambda what: {
            "path": "/api/v1/members",
            "json": {"promises": "current", "age_band": "18+", "invitation": what},
        },
        {},
    )
    assert (await asked.ask(client, used)).status_code == 201
    return asked


async def six_words(client: httpx.AsyncClient, town: Town) -> Asked:
    """Six words that were used, and six that nobody made."""
    page = await client.post("/me/private/device", headers=town.ash.bearer)
    words = page.text.split('words" lang="en"')[1].split(">")[1].split("<")[0]
    asked = Asked(
        "POST",
        words,
        "abacus abdomen abide ability ablaze able",
        lambda what: {"path": "/other-device", "data": {"words": what}},
        {},
    )
    assert (await asked.ask(client, words)).status_code == 303
    client.cookies.clear()
    return asked


async def link(client: httpx.AsyncClient, town: Town) -> Asked:
    """The token of a session, which is no link; and one that is nothing."""
    return Asked("GET", town.ash.token, "a" * 43, lambda what: {"path": f"/sign-in/{what}"}, {})


async def report(client: httpx.AsyncClient, town: Town) -> Asked:
    """A message in a room where I have no seat; and one that nobody said."""
    said = await town.say(town.ash, "I am here")
    (stranger,) = await newcomers(town.house, 1)
    return Asked(
        "GET",
        str(said.seq),
        "987654",
        lambda what: {"path": f"/rooms/night-room/messages/{what}/report"},
        stranger.bearer,
    )


DOORS: dict[str, Callable[[httpx.AsyncClient, Town], Awaitable[Asked]]] = {
    one.__name__: one for one in (phrase, invitation, six_words, link, report)
}


@on_sqlite
@unlimited
@pytest.mark.parametrize("door", sorted(DOORS))
async def test_w18_what_is_there_and_what_is_not_are_answered_alike(
    client: httpx.AsyncClient, town: Town, door: str
) -> None:
    asked = await DOORS[door](client, town)
    there, absent = [await asked.ask(client, what) for what in (asked.there, asked.absent)]
    assert there.status_code == absent.status_code
    assert there.status_code >= 400
    assert TYPED.sub("", there.text) == TYPED.sub("", absent.text)
    names = [sorted(set(one.headers) - {"date"}) for one in (there, absent)]
    assert names[0] == names[1]


async def both(client: httpx.AsyncClient, asked: Asked) -> tuple[list[float], list[float]]:
    """How long each took, in an order that chance makes."""
    order = [asked.there, asked.absent] * SAMPLES
    random.Random(18).shuffle(order)
    took: dict[str, list[float]] = {asked.there: [], asked.absent: []}
    for what in order:
        began = time.perf_counter()
        await asked.ask(client, what)
        took[what].append(time.perf_counter() - began)
    return took[asked.there], took[asked.absent]


@pytest.mark.slow
@on_sqlite
@unlimited
@pytest.mark.parametrize("door", sorted(DOORS))
async def test_w18_how_long_an_answer_takes_says_nothing(
    client: httpx.AsyncClient, town: Town, door: str
) -> None:
    asked = await DOORS[door](client, town)
    found = [await both(client, asked) for _ in range(ROUNDS)]
    apart = [abs(statistics.median(one) - statistics.median(other)) for one, other in found]
    assert statistics.median(apart) < 0.002
    assert statistics.median(abs(welch(one, other)) for one, other in found) < 4.5
