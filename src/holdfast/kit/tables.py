"""The base every table stands on."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Enum, Integer, LargeBinary, MetaData
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass
from sqlalchemy.types import TypeDecorator

from holdfast.kit.ids import RANDOM_IDS, ROW_IDS

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


def to_millis(moment: datetime) -> int:
    """Milliseconds since 1970, the one shape in which both databases keep times."""
    return round(moment.timestamp() * 1000)


@lru_cache(maxsize=4_096)
def from_millis(millis: int) -> datetime:
    """The UTC time those milliseconds name."""
    return datetime.fromtimestamp(millis / 1000, UTC)


class Moment(TypeDecorator[datetime]):
    """A UTC time, kept as milliseconds: the same number on SQLite and PostgreSQL."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else to_millis(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else from_millis(value)


def values_of(kind: type[StrEnum]) -> list[str]:
    return [member.value for member in kind]


# Closed lists are kept as their values, in a plain text column: a new value needs no migration.
CLOSED_LIST = Enum(StrEnum, native_enum=False, values_callable=values_of, length=32)
RowId = BigInteger().with_variant(Integer, "sqlite")


class Table(MappedAsDataclass, DeclarativeBase, kw_only=True, repr=False, eq=False):
    """A typed row."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Moment,
        StrEnum: CLOSED_LIST,
        **dict.fromkeys(ROW_IDS, RowId),
        **dict.fromkeys(RANDOM_IDS, LargeBinary(16)),
    }
