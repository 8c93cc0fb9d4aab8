"""JSON that everybody reads alike: each name once, numbers that are numbers, not too deep."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

DEEPEST = 8
MOST_NAMES = 32
LARGEST = 2**53 - 1


class Ambiguous(ValueError):
    """Two readers might understand it in two ways, or one of them not at all."""


def read_json(data: bytes | str) -> Any:
    """What JSON says. Raises `Ambiguous` for what readers disagree about, and for no JSON."""
    try:
        said = json.loads(
            data,
            object_pairs_hook=_named_once,
            parse_constant=_no_number,
            parse_int=_whole,
            parse_float=_finite,
        )
    except (ValueError, RecursionError) as no:
        raise Ambiguous from no
    if depth_of(said) > DEEPEST:
        raise Ambiguous
    return said


def depth_of(value: object) -> int:
    """How many lists and objects lie in one another."""
    deep, inside = 0, [value]
    while inside := [one for one in inside if isinstance(one, dict | list)]:
        deep += 1
        lists = (one.values() if isinstance(one, dict) else one for one in inside)
        inside = [one for within in lists for one in within]
    return deep


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) < len(pairs) or len(names) > MOST_NAMES:
        raise Ambiguous
    return names


def _no_number(_: str) -> NoReturn:
    raise Ambiguous


def _whole(digits: str) -> int:
    number = int(digits)
    if abs(number) > LARGEST:
        raise Ambiguous
    return number


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise Ambiguous
    return number
