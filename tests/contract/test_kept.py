"""`accepted` means that it is on disk: the server may be killed the instant after."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from contract.client import Member, Place
from contract.line import fresh_nonce
from contract.server import Server

pytestmark = [
    pytest.mark.slow,  # tests/faults/test_kill.py kills one in every run
    pytest.mark.skipif(
        "HOLDFAST_TEST_URL" in os.environ, reason="a server that is not ours is not killed"
    ),
]

TEXTS = [f"word {i}" for i in range(40)]
LAST = "the last word"


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[tuple[Server, Place]]:
    """A server of this test's own, to be stopped in whatever way."""
    server = Server(tmp_path)
    server.start()
    place = Place(server.url, "", httpx.HTTPTransport(verify=False))
    yield server, place
    place.open_lines.close()
    server.kill()


def test_what_was_accepted_is_there_after_the_server_was_killed(
    mortal: tuple[Server, Place],
) -> None:
    server, place = mortal
    ash = place.member_in("evening")
    line, nonce = ash.line(), fresh_nonce()
    said = line.post_many("evening", TEXTS)
    said.append(line.post("evening", LAST, nonce=nonce)["seq"])
    epoch = ash.page("evening")["epoch"]
    server.kill()
    server.start()
    all_is_kept(ash, said, nonce, epoch)
    going_away = ash.line()
    server.stop()
    assert going_away.closing() == 1001


def all_is_kept(ash: Member, seqs: list[int], nonce: str, epoch: str) -> None:
    """The words are there once, in order; the nonce is still known; the next seq follows."""
    line = ash.line()
    replayed = line.enter("evening", since=0, epoch=epoch).replayed
    told = {e["seq"]: e["text"] for e in replayed if e["event"] == "posted"}
    assert [told[seq] for seq in seqs] == [*TEXTS, LAST]
    assert [e["seq"] for e in replayed] == list(range(1, len(replayed) + 1))
    assert line.post("evening", LAST, nonce=nonce)["seq"] == seqs[-1]
    assert line.post("evening", "and on we go")["seq"] == len(replayed) + 1
