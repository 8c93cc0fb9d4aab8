"""`holdfast receipts`: is what somebody shows a receipt of ours, and how far is that erasure?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from holdfast.cli.opening import Data, place_at, with_workshop, words
from holdfast.erasing.receipts import Receipt, how_it_stands
from holdfast.erasing.rules import Kind
from holdfast.kit.cipher import RootKey
from holdfast.kit.clock import stamp
from holdfast.kit.work import Workshop

receipts = typer.Typer(no_args_is_help=True, help="Receipts of what was erased.")
LONGEST = 10_000
NOT_OURS = "This is no receipt of this place, or it was changed."
OURS = "A receipt of this place, unchanged: {number}"
SINCE = "Somebody wanted what is held about them kept and not used, from {at} on."
WHAT = {
    Kind.MESSAGE: "one message",
    Kind.PERSON: "everything about one person",
    Kind.ROOM: "all that was said in a room",
    Kind.DAY: "all that was said in a room on one day",
    Kind.NIGHT: "words that were kept for long enough",
}


@receipts.command("verify")
def verify(
    file: Annotated[
        Path | None, typer.Argument(help="A file with the receipt; without one, standard input.")
    ] = None,
    data: Data = None,
) -> None:
    """Say whether a receipt is ours, and how far that erasure is. Ends with 1 where it is not."""
    settings = place_at(data)
    given = sys.stdin.read(LONGEST) if file is None else file.read_text("utf-8")[:LONGEST]

    async def look(workshop: Workshop, root: RootKey) -> Receipt | None:
        async with workshop.reading() as work:
            return await how_it_stands(work, root, given)

    found = with_workshop(settings, look)
    if found is None:
        words.print(NOT_OURS, style="red")
        raise typer.Exit(1)
    typer.echo(said(found))


def said(receipt: Receipt) -> str:
    """A receipt in plain lines."""
    if receipt.kind is Kind.FREEZE:
        return f"{OURS.format(number=receipt.number)}\n{SINCE.format(at=stamp(receipt.at))}"
    count = receipt.counts.get("messages", 0)
    how_far = "its keys are gone" if receipt.done else "out of sight; its keys go soon"
    if receipt.held and not receipt.done:
        until = stamp(receipt.held_until) if receipt.held_until else "nobody knows when"
        how_far = f"out of sight; held until {until}"
    return "\n".join(
        [
            OURS.format(number=receipt.number),
            f"What went: {WHAT[receipt.kind]} ({count} messages), on {stamp(receipt.at)}",
            f"Now: {how_far}",
            f"A copy of the keys may lie in a backup until {stamp(receipt.copies_until)}",
        ]
    )
