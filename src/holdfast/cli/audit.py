"""`holdfast audit`: is the record of what staff did still what it was?"""

from __future__ import annotations

import re
from typing import Annotated

import typer
from rich.progress import Progress

from holdfast.audit.actions import record
from holdfast.audit.jobs import Verdict, Witness, verified
from holdfast.audit.queries import extent_of
from holdfast.audit.rules import WITNESSED, Breach, Head, Problem
from holdfast.cli.opening import Data, place_at, with_workshop, words
from holdfast.kit.cipher import RootKey
from holdfast.kit.work import Workshop
from holdfast.rights.rules import System

audit = typer.Typer(no_args_is_help=True, help="The record of what staff did and read.")
MOST_SHOWN = 10
A_HEAD = re.compile(r"[0-9]{1,18}:[0-9a-f]{64}")
SAID = {
    Breach.CHANGED: "row {seq} is not what was recorded",
    Breach.GONE: "row {seq} is gone, though the record goes on",
    Breach.MISPLACED: "at row {seq} something stands where no row can stand",
    Breach.CUT: "the rows from {seq} on are gone",
    Breach.FORGED: "at row {seq} another record stands than the one that was seen",
    Breach.UNSIGNED: "what stood before row {seq} is gone, and no row signed here says that it was "
    "rolled off",
    Breach.UNWITNESSED: "audit-head.json is missing, so nobody knows how far the record went",
}
BROKEN = "The record is broken."
ROLLED_OFF = "Rows 1 to {last}, of until {day}, were rolled off: row {seq} says so, and is signed."
TOO_OLD = "The head {head} was noted before that; no row of then is left to compare it with."
UNWITNESSED = (
    "Each row that is there follows the one before it. Whether rows are missing at the end cannot "
    "be said here. In a data folder that is new to this place that is as it should be: look with "
    "--head at a head noted before, then run `holdfast audit witness`. In one that has served it, "
    "somebody took the file away."
)


@audit.command("verify")
def verify(
    noted: Annotated[
        list[str] | None, typer.Option("--head", help="A head noted before, from `audit head`.")
    ] = None,
    data: Data = None,
) -> None:
    """Walk the whole record. Ends with 1, and the first broken row, where it was changed."""
    settings = place_at(data)
    heads = [head_from(one) for one in noted or []]

    async def walk(workshop: Workshop, root: RootKey) -> Verdict:
        with Progress(console=words.console, transient=True) as shown:
            bar = shown.add_task("Walking the record", total=None)
            return await verified(
                workshop,
                Witness(settings.data, workshop, root),
                noted=heads,
                tell=lambda done, of: shown.update(bar, completed=done, total=of),
            )

    verdict = with_workshop(settings, walk)
    _tell_of_its_beginning(verdict)
    if verdict.is_whole:
        rows = verdict.head.seq - verdict.rolled
        typer.echo(f"The record is whole: {rows} rows, head {verdict.head}")
        return
    words.print(BROKEN if _has_broken(verdict) else UNWITNESSED, style="red")
    tell_of_problems(verdict)
    raise typer.Exit(1)


def tell_of_problems(verdict: Verdict) -> None:
    """The first of what is broken, each in a line."""
    for problem in verdict.problems[:MOST_SHOWN]:
        typer.echo(told(problem))
    if more := len(verdict.problems) - MOST_SHOWN:
        typer.echo(f"and {more} more" if more > 0 else "", nl=more > 0)


def _tell_of_its_beginning(verdict: Verdict) -> None:
    if verdict.until is not None:
        day = verdict.until.date().isoformat()
        typer.echo(ROLLED_OFF.format(last=verdict.rolled, day=day, seq=verdict.closed_by))
    for head in verdict.too_old:
        typer.echo(TOO_OLD.format(head=head))


def _has_broken(verdict: Verdict) -> bool:
    return any(problem.breach is not Breach.UNWITNESSED for problem in verdict.problems)


def told(problem: Problem) -> str:
    """What is broken, in words."""
    return SAID[problem.breach].format(seq=problem.seq)


def head_from(noted: str) -> Head:
    """A head as `audit head` prints it. Words and exit code 2 for anything else."""
    if not A_HEAD.fullmatch(noted):
        words.print("A head is a number, a colon and 64 letters, as in 12:0af3….", style="red")
        raise typer.Exit(2)
    seq, _, kept = noted.partition(":")
    return Head(int(seq), bytes.fromhex(kept))


@audit.command("head")
def head(data: Data = None) -> None:
    """Print how far the record goes, to be noted by hand and kept somewhere else."""

    async def ask(workshop: Workshop, _: RootKey) -> Head:
        async with workshop.reading() as work:
            return (await extent_of(work)).head

    typer.echo(str(with_workshop(place_at(data), ask)))


@audit.command("witness")
def witness(data: Data = None) -> None:
    """Trust the record as it stands now: after restoring a backup, or on another machine.

    This is recorded. Run `audit verify` first, with every head you noted.
    """
    settings = place_at(data)

    async def begin(workshop: Workshop, _: RootKey) -> Head:
        async with workshop.work() as work:
            await record(work, System(), what=WITNESSED)
        async with workshop.reading() as work:
            return await Witness(settings.data, workshop).begin_anew(work)

    typer.echo(str(with_workshop(settings, begin)))
