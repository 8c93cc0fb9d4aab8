"""`accepted` means that it is on disk: the server may be killed the instant after."""

from __future__ import annotations

import os
from pathlib import Path

import httpx
import pytest

from contract.client import Member, Place
from contract.line import fresh_nonce
from contract.server import Server

pytestmark = pytest.mark.skipif(
    "HOLDFAST_TEST_URL" in os.environ, reason="a server that is not ours is not killed"
)


def test_what_was_accepted_is_there_after_the_server_was_killed(tmp_path: Path) -> None:
    server = Server(tmp_path)
    server.start()
    transport = httpx.HTTPTransport(verify=False)
    place = Place(server.url, "", transport)
    try:
        ash = place.member_in("evening")
        line, nonce = ash.line(), fresh_nonce()
        said = line.post_many("evening", [f"word {i}" for i in range(40)])
        last = line.post("evening", "the last word", nonce=nonce)["seq"]
        epoch = ash.page("evening")["epoch"]
        server.kill()
        server.start()
        assert_all_is_kept(ash, [*said, last], nonce, epoch)
    finally:
        place.open_lines.close()
        server.kill()


def assert_all_is_kept(ash: Member, seqs: list[int], nonce: str, epoch: str) -> None:
    """The words are there once, in order; the nonce is still known; the next seq follows."""
    line = ash.line()
    replayed = line.enter("evening", since=0, epoch=epoch).replayed
    told = {e["seq"]: e["text"] for e in replayed if e["event"] == "posted"}
    texts = [f"word {i}" for i in range(40)] + ["the last word"]
    assert [told[seq] for seq in seqs] == texts
    assert [e["seq"] for e in replayed] == list(range(1, len(replayed) + 1))
    assert line.post("evening", "the last word", nonce=nonce)["seq"] == seqs[-1]
    assert line.post("evening", "and on we go")["seq"] == len(replayed) + 1
