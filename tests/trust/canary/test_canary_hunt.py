"""One evening with everything in it; then every byte at rest is searched for its canaries."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from trust.canary.an_evening import Evening
from trust.canary.artefacts import in_its_backups, when_it_stopped, while_it_runs
from trust.canary.place import Canaried
from trust.canary.searching import Found, Hunt
from trust.canary.table import idle, strays

ARTEFACTS = {
    "rows of the database",
    "bytes of the database",
    "the keystore",
    "the rest of the data folder",
    "metrics",
    "readiness",
    "answers to what fell over",
    "an export, sealed",
    "the process list",
    "the data folder, closed",
    "the server's log",
    "core dumps",
    "a backup of the data",
    "a backup of the data, unsealed",
    "a backup of the keys",
    "a backup of the keys, unsealed",
}


@dataclass(frozen=True)
class Hunted:
    """What was found of an evening, where."""

    place: Canaried
    folder: Path
    hunt: Hunt
    found: dict[str, Found]


@pytest.fixture(scope="module")
def hunted() -> Iterator[Hunted]:
    """One evening on SQLite, and everything it left."""
    with tempfile.TemporaryDirectory() as named:
        folder = Path(named)
        place = Canaried(folder / "place")
        place.start()
        try:
            Evening(place).whole()
            hunt = Hunt(place.said)
            found = dict(while_it_runs(place, hunt, folder / "aside"))
        finally:
            place.stop()
        found |= when_it_stopped(place, hunt)
        found |= in_its_backups(place, hunt, folder / "backups")
        yield Hunted(place, folder, hunt, found)


@pytest.mark.full
def test_nothing_lies_where_the_table_does_not_allow_it(hunted: Hunted) -> None:
    assert set(hunted.found) == ARTEFACTS
    assert strays(hunted.found) == []


@pytest.mark.full
def test_what_the_table_allows_is_so(hunted: Hunted) -> None:
    assert idle(hunted.found) == []


@pytest.mark.full
def test_everybody_carried_what_they_were_meant_to_carry(hunted: Hunted) -> None:
    """Else nothing would be found because nothing was there."""
    said = hunted.place.said
    given = ("pseudonym of", "name of", "address")  # what nobody sends by themselves
    kinds = (*given, "phrase of", "token of", "invitation", "number", "user_agent")
    assert all(any(name.startswith(kind) for name in said) for kind in kinds)
    sent = hunted.hunt.in_bytes(b"\n".join(hunted.place.sent))
    assert [name for name in said if name not in sent and not name.startswith(given)] == []
    log = hunted.place.server.log()
    assert log.count('"event": "broken"') + log.count('"event": "fell over"') >= 3


@pytest.mark.full
@pytest.mark.parametrize("where", ["data/holdfast.db", "data/keys/keystore.db", "server.log"])
def test_what_is_planted_in_what_the_place_left_is_found(hunted: Hunted, where: str) -> None:
    """The negative control: the same hunt, in the same heap, with every canary put into it."""
    heap = (hunted.folder / "place" / where).read_bytes()
    planted = heap + b"".join(value.encode("utf-16-le") for value in hunted.place.said.values())
    missed = set(hunted.place.said) - set(hunted.hunt.in_bytes(planted))
    assert missed == set()
