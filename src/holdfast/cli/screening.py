"""`holdfast screening`: how well the rules read, measured on sentences of one's own."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import typer

from holdfast.screening import evaluation
from holdfast.screening.evaluation import Figures
from holdfast.screening.reading import read

screening = typer.Typer(no_args_is_help=True, help="The readers of words.")


@screening.callback()
def several() -> None:
    """Keeps a group a group while it has one command."""


@screening.command("evaluate")
def evaluate(
    path: Annotated[
        Path, typer.Argument(exists=True, file_okay=False, help="A folder of labelled sentences.")
    ],
) -> None:
    """Print how much the rules find in a folder of labelled sentences, and how often wrongly.

    Reads `func_risk`, `func_tox`, `func_pii`, `pii_presidio` and `ordinary_talk` (`.jsonl`), and
    our own `handovers.toml` and `sentences/*.toml`, as far as they are there. No text is printed.

    Both figures of our own sentences are higher than what the rules find in words that are new.
    """
    told = [*_labelled(path), *_our_own(path)]
    if not told:
        typer.echo("There is nothing here to measure with.", err=True)
        raise typer.Exit(2)
    for figures in told:
        typer.echo(str(figures))


def _labelled(path: Path) -> Iterator[Figures]:
    for name, measure in (
        ("func_risk", evaluation.risk),
        ("ordinary_talk", evaluation.burden),
        ("func_tox", evaluation.harshness),
    ):
        if rows := _rows(path / f"{name}.jsonl"):
            yield from measure(rows)
    for name in ("func_pii", "pii_presidio"):
        if rows := _rows(path / f"{name}.jsonl"):
            yield from evaluation.contact(name, rows)
    if rows := _rows(path / "ordinary_talk.jsonl"):
        yield _latency([row["text"] for row in rows])


def _our_own(path: Path) -> Iterator[Figures]:
    if (file := path / "handovers.toml").is_file():
        raw = tomllib.loads(file.read_text("utf-8"))
        yield from evaluation.hand_overs(_texts(raw["handover"]), _texts(raw["harmless"]))
    for file in sorted((path / "sentences").glob("*.toml")):
        raw = tomllib.loads(file.read_text("utf-8"))
        crisis, contrast = _texts(raw["crisis"]), _texts(raw["contrast"])
        yield from evaluation.sentences(raw["language"], crisis, contrast)


def _rows(file: Path) -> list[dict[str, Any]]:
    if not file.is_file():
        return []
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line]


def _texts(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["text"] for entry in entries]


def _latency(texts: list[str]) -> Figures:
    """How long reading takes, in milliseconds."""
    took = []
    for text in texts:
        begun = perf_counter()
        read(text)
        took.append(1000 * (perf_counter() - begun))
    took.sort()
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
    return Figures("latency_ms", {name: took[int(len(took) * at)] for name, at in shares.items()})
