"""How alike people are: one unit vector each, so that a product of two is their fit."""

from __future__ import annotations

from typing import Final

import numpy as np

from holdfast.circles.rules.forming.pool import Flags, Floats, Ints, Pool
from holdfast.circles.rules.forming.wishes import FACETS

WORDS: Final = 1.0
TIMES: Final = 0.6
TIMES_EACH_PASS: Final = 0.7  # who was left over is looked at by their hours more and more


def portraits(pool: Pool, people: Ints, *, times: float = TIMES) -> Floats:
    """One unit row for each of these people: their words, what they chose, and their hours."""
    parts = [(WORDS, pool.vectors)] if pool.vectors is not None else []
    widths = [part.shape[1] for _, part in parts]
    flags = [(FACETS[facet], column) for facet, column in pool.facets.items()]
    flags.append((times, pool.slots))
    widths += [column.shape[1] for _, column in flags]
    rows: Floats = np.empty((len(people), sum(widths)), dtype=np.float32)
    ends = np.cumsum(widths)
    for (weight, part), end, width in zip(parts, ends, widths, strict=False):
        np.multiply(part[people], np.float32(weight), out=rows[:, end - width : end])
    for (weight, column), end, width in zip(
        flags, ends[len(parts) :], widths[len(parts) :], strict=True
    ):
        rows[:, end - width : end] = unit_flags(column[people], weight)
    return unit(rows)


def unit_flags(column: Flags, weight: float) -> Floats:
    """What was chosen as rows of one length; nothing chosen stays nothing."""
    lengths = np.sqrt(np.maximum(column.sum(axis=1, keepdims=True), 1)).astype(np.float32)
    rows: Floats = column * (np.float32(weight) / lengths)
    return rows


def unit(rows: Floats) -> Floats:
    """The same rows in place, each of length 1."""
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))[:, None]
    rows /= np.maximum(lengths, np.float32(1e-9))
    return rows


def own_fits(rows: Floats) -> Floats:
    """For each person of one circle, how well the others fit them on average."""
    together = rows @ rows.sum(axis=0)
    fits: Floats = (together - 1) / max(1, len(rows) - 1)
    return fits
