"""The register knows every column that is sealed under a seat's key."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Integer, LargeBinary

import holdfast.app.sealed  # noqa: F401 - puts them in
from holdfast.app.tables import TABLES
from holdfast.kit.ids import MessageId, RoomId, SeatId
from holdfast.kit.tables import Table
from holdfast.messages.tables import MessageRow
from holdfast.sealing.register import OTHER_KEYS, REGISTER


def names_of_bytes() -> list[str]:
    """Every column that could hold sealed words: bytes of no fixed length."""
    return [
        f"{table.__tablename__}.{column.name}"
        for table in TABLES
        for column in table.__table__.columns
        if isinstance(column.type, LargeBinary) and column.type.length is None
    ]


def registered() -> set[str]:
    return {f"{table}.{text}" for (table, _), one in REGISTER.items() for text in one.texts}


def nowhere(columns: list[str]) -> list[str]:
    return [name for name in columns if name not in registered() and name not in OTHER_KEYS]


def test_every_column_of_bytes_is_in_the_register_or_has_a_reason_not_to_be() -> None:
    assert nowhere(names_of_bytes()) == []


def test_a_sealed_column_that_somebody_forgot_is_found() -> None:
    assert nowhere(["messages.text", "diaries.words"]) == ["diaries.words"]


def test_nothing_is_in_both_and_no_reason_is_for_a_column_that_is_gone() -> None:
    assert registered() & set(OTHER_KEYS) == set()
    assert (registered() | set(OTHER_KEYS)) - set(names_of_bytes()) == set()


def test_every_entry_names_columns_of_its_own_table() -> None:
    for one in REGISTER.values():
        columns = set(one.table.__table__.columns.keys())
        assert {*one.texts, one.key, one.seat} <= columns, one.table


@pytest.mark.parametrize("entry", REGISTER.values(), ids=[" ".join(key) for key in REGISTER])
def test_every_column_of_words_has_a_place_of_its_own(entry: object) -> None:
    row = Anything()
    ids = entry.table.__table__.c.get("id")  # type: ignore[attr-defined]
    if ids is not None and isinstance(ids.type, Integer):
        row.id = 7
    places = [repr(entry.place(row, text)) for text in entry.texts]  # type: ignore[attr-defined]
    assert len(set(places)) == len(places) > 0


def test_the_words_of_a_row_are_those_that_are_there() -> None:
    entry = REGISTER["messages", "key_id"]
    row = Anything()
    row.note = None
    assert entry.words_of(row) == [("text", b"text")]
    assert entry.key_of(row) == b"key"
    assert entry.table is MessageRow


class Anything(Table):
    """A row with every column that a place is made from."""

    __abstract__ = True

    def __init__(self) -> None:
        self.room_id, self.seat_id, self.about_id = RoomId(1), SeatId(2), SeatId(3)
        self.id: bytes | int = MessageId(b"m" * 16)
        self.message_id, self.listener_seat = self.id, SeatId(4)
        self.at = datetime(2026, 11, 22, tzinfo=UTC)
        self.text, self.key_id = b"text", b"key"
        self.note: bytes | None = b"note"
