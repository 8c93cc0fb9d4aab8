"""Values are made by C: what they show, and what they keep to themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from msgspec import Struct
from rich.pretty import pretty_repr

from holdfast.app import opening
from holdfast.listening.glass.actions.opening import Look

assert opening.__name__, "it imports the whole house, and every value in it"


def below(kind: type[Struct]) -> Iterator[type[Struct]]:
    for one in kind.__subclasses__():
        yield one
        yield from below(one)


def test_open_keys_are_shown_by_nothing_that_draws_a_value() -> None:
    look = Look({1: b"a key"}, datetime(2026, 11, 22, tzinfo=UTC))
    assert (repr(look), pretty_repr(look)) == ("Look(…)", "Look()")


def test_what_hides_something_when_it_is_shown_hides_it_from_tracebacks_in_colour() -> None:
    ours = [one for one in below(Struct) if one.__module__.startswith("holdfast.")]
    hiding = [one for one in ours if one.__repr__ is not Struct.__repr__]
    assert Look in hiding
    assert [one for one in hiding if one.__rich_repr__ is Struct.__rich_repr__] == []
