"""Events go to other processes as bytes and come back as they were."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import orjson
import pytest
from markupsafe import Markup
from msgspec.structs import replace

from holdfast.app import opening
from holdfast.kit.told import NotOurs, as_bytes, from_bytes, kinds
from holdfast.kit.words import NP_
from holdfast.kit.work import Event
from holdfast.messages.events import PostReturned
from holdfast.rooms.events import RoomGuided

assert opening.__name__, "it imports the whole house, and every event in it"
OURS = sorted(name for name, kind in kinds().items() if kind.__module__.startswith("holdfast."))


def example(kind: Any) -> Any:
    """Something of this kind, as full as it can be."""
    kind = getattr(kind, "__supertype__", kind)
    match get_origin(kind):
        case origin if origin in (Union, UnionType):
            (inner,) = [one for one in get_args(kind) if one is not NoneType]
            return example(inner)
        case origin if origin is tuple:
            return (example(get_args(kind)[0]),) * 2
        case origin if origin is dict and get_args(kind)[1] is int:
            return {"turn": 2}
        case origin if origin is dict:
            return {"slow": 30, "pinned": None, "staff": [{"name": "Elm"}], "on": True}
    if isinstance(kind, type) and issubclass(kind, Enum):
        return list(kind)[-1]
    simple = {
        int: 7,
        str: "“What I cannot say aloud”, سلام",
        bool: True,
        bytes: b"\x00\xff",
        datetime: datetime(2026, 11, 22, 2, 40, 0, 123456, UTC),
    }
    return simple[kind] if kind in simple else made(kind)


def made(kind: Any) -> Any:
    """A value with examples in it."""
    hints = get_type_hints(kind)
    return kind(**{name: example(hints[name]) for name in kind.__struct_fields__})


def test_every_kind_of_event_has_a_name_of_its_own() -> None:
    found, waiting = list[type[Event]](), [Event]
    while waiting:
        below = waiting.pop().__subclasses__()
        found += [kind for kind in below if kind.__module__.startswith("holdfast.")]
        waiting += below
    assert len(OURS) > 30
    assert sorted(kind.__name__ for kind in found) == OURS


@pytest.mark.parametrize("name", OURS)
def test_every_event_comes_back_as_it_was(name: str) -> None:
    event = made(kinds()[name])
    assert from_bytes(name, as_bytes(event)) == event


def test_what_may_be_nothing_comes_back_as_nothing() -> None:
    without = replace(made(PostReturned), suggestion=None)
    assert from_bytes("PostReturned", as_bytes(without)) == without


@pytest.mark.parametrize(
    ("ours", "plain"),
    [
        (NP_("safety", "Come in"), "Come in"),
        ({"on": Markup("<b>")}, {"on": "<b>"}),
        ([type("Seq", (int,), {})(7)], [7]),
        (MappingProxyType({"turn": 2}), {"turn": 2}),
    ],
)
def test_words_and_numbers_of_our_own_kinds_are_told_as_what_they_say(
    ours: Any, plain: Any
) -> None:
    guided = replace(made(RoomGuided), facts={"said": ours})
    assert from_bytes("RoomGuided", as_bytes(guided)) == replace(guided, facts={"said": plain})


def test_what_is_no_fact_is_not_told() -> None:
    with pytest.raises(TypeError, match="object"):
        as_bytes(replace(made(RoomGuided), facts={"said": object()}))


def test_what_somebody_newer_says_beside_it_is_left_out() -> None:
    event = made(kinds()["SeatLeft"])
    newer = orjson.loads(as_bytes(event)) | {"of_late": 12}
    assert from_bytes("SeatLeft", orjson.dumps(newer)) == event


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("NobodyHeardOfThis", b"{}"),
        ("SeatLeft", b'{"room_id": 1}'),
        ("SeatLeft", b'{"room_id": 1, "seat_id": "one"}'),
        ("RoomStateChanged", b'{"room_id": 1, "state": "on_the_moon", "until": null}'),
        ("SeatLeft", b"no JSON"),
        ("SeatLeft", b'{"room_id": 1, "seat_id": 2, "of_late": ' + b"[" * 100_000),
        ("AskChanged", b'{"id": 1, "member_id": 2, "what": "\xff"}'),
        ("RoomGuided", b'{"room_id": 1, "state": "closed", "until": null, "facts": [1]}'),
    ],
)
def test_what_cannot_be_understood_here_is_nothing(kind: str, body: bytes) -> None:
    with pytest.raises(NotOurs):
        from_bytes(kind, body)


def test_a_kind_that_was_imported_later_is_known() -> None:
    assert "CameLater" not in kinds()

    class CameLater(Event, frozen=True):
        number: int

    assert from_bytes("CameLater", b'{"number": 3}') == CameLater(3)
