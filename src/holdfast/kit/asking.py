"""Questions to PostgreSQL put together: one for many who ask the same, and several as one.

Every question to a database costs its way there and back, whatever it asks. A crowd that comes in
at once asks one small question each: put as one, with a list of what they ask it with, all of them
cost little more than the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any

Row = tuple[Any, ...]
VALUE = re.compile(r"\?")
ALONE = re.compile(r"LIMIT \?|ANY\(\?\)")  # what must be one value, or is a list already
TOGETHER = (
    "SELECT asker.place, q.* FROM unnest({lists}) WITH ORDINALITY asker({names}, place)"
    " CROSS JOIN LATERAL ({question}) q"
)
LIST = "ARRAY(SELECT ROW(q.*) FROM ({question}) q)"


def numbered(statement: str) -> str:
    """The question as PostgreSQL takes it: $1, $2 in the place of each `?`."""
    number = count(1)
    return VALUE.sub(lambda _: f"${next(number)}", statement)


def may_be_joined(statement: str) -> bool:
    """Whether many who ask this may be answered by one question."""
    return "?" in statement and not ALONE.search(statement)


def joined(statement: str, kinds: Iterable[str]) -> str:
    """The same for many: a list of each value, of these kinds; a row says first whose it is."""
    lists = [f"${place}::{kind}[]" for place, kind in enumerate(kinds, 1)]
    names = [f"v{place}" for place in range(1, len(lists) + 1)]
    name = iter(names)
    question = VALUE.sub(lambda _: f"asker.{next(name)}", statement)
    return TOGETHER.format(lists=", ".join(lists), names=", ".join(names), question=question)


def dealt(rows: Iterable[Sequence[Any]], among: int) -> list[list[Row]]:
    """What many asked together, each their own rows, in their order."""
    hands: list[list[Row]] = [[] for _ in range(among)]
    for row in rows:
        hands[row[0] - 1].append(tuple(row[1:]))
    return hands


def as_one(statements: Iterable[str]) -> str:
    """Several questions as one, with all their values: its only row holds the rows of each."""
    lists = ", ".join(LIST.format(question=each) for each in statements)
    return f"SELECT {lists}"
