"""`holdfast circles`: form circles now, by hand; and look whether it is fair."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from msgspec import to_builtins
from msgspec.structs import asdict
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from holdfast.circles.jobs import Forming, form_circles
from holdfast.circles.queries.wishes import counts
from holdfast.circles.rules.fairness import FEWEST, Audit, Cell, Told, audited
from holdfast.cli.opening import Data, place_at, with_workshop, words
from holdfast.kit.cipher import RootKey
from holdfast.kit.work import Workshop

circles = typer.Typer(no_args_is_help=True, help="Circles: small groups that fit.")
VIEWS = {"language": "Language", "age": "Age band", "theme": "Theme"}
COLUMNS = ("people", "placed", "wait p95", "fit p10")
HIDDEN = f"A dash is a group of fewer than {FEWEST} people, or one that would give it away."
FORMED = (
    "People who waited: {waiting}. Free seats found: {seats}. Circles that could begin: {circles}."
    "\nPeople who were asked: {asked}."
)
TOO_FEW = f"Fewer than {FEWEST} people have wished for a circle: nothing is shown."
Json = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]


@circles.command("form")
def form(data: Data = None) -> None:
    """Look now for seats and for circles that could begin, and ask those whom they are for.

    The house does it by itself as well. Nobody is put anywhere: everyone is asked first.
    """
    settings = place_at(data)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, TimeElapsedColumn(), console=words.console, transient=True) as shown:
        bar = shown.add_task("looking for circles", total=None)

        async def run(workshop: Workshop, root: RootKey) -> Forming:
            del root
            return await form_circles(
                workshop,
                progress=lambda done, of: shown.update(bar, completed=done, total=of),
            )

        done = with_workshop(settings, run)
    typer.echo(FORMED.format(**asdict(done)))


@circles.command("audit")
def audit(data: Data = None, as_json: Json = False) -> None:
    """Who is placed, after what wait, and how well it fits: by language, age band and theme.

    Small groups are hidden, and what is shown is rounded, so that it tells nobody's own.
    """
    found = audited(with_workshop(place_at(data), _told))
    if as_json:
        typer.echo(json.dumps(to_builtins(found), indent=1))
        return
    if found.everybody is None:
        typer.echo(TOO_FEW)
        return
    _show(found, found.everybody)


async def _told(workshop: Workshop, root: RootKey) -> list[Told]:
    del root
    async with workshop.reading() as work:
        return await counts(work)


def _show(found: Audit, everybody: Cell) -> None:
    shown = Console(highlight=False)
    shown.print(_table("", {"everybody": everybody}))
    for view, cells in found.by.items():
        shown.print(_table(VIEWS[view], cells))
    if any(cell is None for cells in found.by.values() for cell in cells.values()):
        shown.print(HIDDEN)


def _table(title: str, cells: dict[str, Cell | None]) -> Table:
    table = Table(title or "All", *COLUMNS, box=None, header_style="bold")
    for name, cell in cells.items():
        table.add_row(name or "none", *_figures(cell))
    return table


def _figures(cell: Cell | None) -> tuple[str, ...]:
    if cell is None:
        return ("–",) * len(COLUMNS)
    fit = "–" if cell.fit_p10 is None else f"{cell.fit_p10:.2f}"
    return f"{cell.people}", f"{cell.placed} %", f"{cell.wait_p95} h", fit
