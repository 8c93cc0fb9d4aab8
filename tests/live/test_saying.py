"""Saying something on the live line."""

from __future__ import annotations

from serving import Served
from town import Town


async def test_what_one_says_the_other_hears(town: Town, served: Served) -> None:
    ash, birch = await served.line(town.ash), await served.line(town.birch)
    await ash.enter()
    await birch.enter()
    accepted = await ash.post("Awake again. Anyone else?")
    assert (accepted["event"], accepted["seq"]) == ("accepted", 1)
    heard = await birch.hear_next("posted")
    assert heard["text"] == "Awake again. Anyone else?"
    assert "nonce" not in heard
