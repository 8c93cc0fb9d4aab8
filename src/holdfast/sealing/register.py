"""The register of everything that is sealed under a seat's data key.

Whoever makes a new key for a bucket, or checks that every kept word still opens, finds here where
such words lie. What every slice has is put in by `holdfast/app/sealed.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from holdfast.kit.ids import KeyId
from holdfast.kit.tables import Table
from holdfast.sealing.seam import Place

OTHER_KEYS: Mapping[str, str] = {
    "contacts.sealed": "a staff person's, sealed with a key of its own",
    "contacts.wrapped_before": "a key, from before it lay in the keystore; empty since",
    "data_keys.wrapped": "a key, from before the keystore; empty since",
    "facts.value": "facts about the place, in clear: its epoch, how to know its keys again",
    "glass_keys.wrapped": "a staff person's key for break-glass, locked under their seven words",
    "glass_shares.sealed": "half the key of a part, boxed to who asked to open it",
    "house_news.body": "sealed with a key of the process that told it, for ten minutes",
    "line_openings.reason": "sealed with a key of its member's, for such reasons alone",
    "member_passkeys.credential": "what the member's authenticator calls itself",
    "member_passkeys.public_key": "public",
    "own_keys.by_phrase": "a member's own key, locked under their phrase",
    "session_keys.wrapped": "a member's own key, locked under a session's token",
    "device_links.own_key": "the same, locked under six words, then under a claim; two minutes",
    "staff_session_keys.wrapped": "a staff person's key, locked under their session's token",
    "wish_words.words": "sealed with a key of its own",
    "wish_words.wrapped_before": "always empty: its key lies in the keystore",
    "talk_boxes.wrapped": "the key of a part, boxed to a person, wrapped by the root key",
    "talk_halves.wrapped": "half the key of a part, boxed to staff, wrapped by the root key",
    "notice_devices.sealed": "sealed with a key of its own",
    "notice_devices.wrapped_before": "a key, from before it lay in the keystore; empty since",
    "plan_keys.wrapped_before": "a key, from before it lay in the keystore; empty since",
    "plan_lines.words": "sealed with a key of this line alone",
    "plan_undos.words": "sealed with a key of this line alone",
    "sealed_lines.words": "sealed with the key of its member's sealed line",
    "staff_passkeys.credential": "what the staff person's authenticator calls itself",
    "staff_passkeys.public_key": "public",
    "staff_passwords.sealed": "a staff person's second factor, sealed with the key beside it",
    "staff_passwords.wrapped": "a key, wrapped by the root key",
}
"""Columns of bytes that no seat's key seals, and what they are."""


class SealedWords(Struct, frozen=True):
    """Columns of one table that are sealed under one key of a seat."""

    table: type[Table]
    texts: tuple[str, ...]  # the columns of words; each may be empty
    key: str  # the column with the key's id; where it is empty, no seat's key sealed them
    seat: str  # the column with the seat whose key it is
    place: Callable[[Any, str], Place]  # of a row and one of its `texts`

    def key_of(self, row: Any) -> KeyId | None:
        """The key that sealed this row's words."""
        key: KeyId | None = getattr(row, self.key)
        return key

    def words_of(self, row: Any) -> list[tuple[str, bytes]]:
        """The columns of this row in which there are words, and those, still sealed."""
        return [(text, data) for text in self.texts if (data := getattr(row, text))]


REGISTER: dict[tuple[str, str], SealedWords] = {}
"""By the table and the key's column. Complete in every process that opens a house or a command."""


def register(
    table: type[Table],
    *texts: str,
    key: str = "key_id",
    seat: str = "seat_id",
    place: Callable[[Any, str], Place],
) -> None:
    """Put columns into the register."""
    REGISTER[table.__tablename__, key] = SealedWords(table, texts, key, seat, place)


class WrappedKeys(Struct, frozen=True):
    """A column of keys that the root key wrapped, outside the keystore."""

    table: type[Table]
    id: str  # the column with the key's id
    scope: Callable[[Any], bytes]  # what the wrapping of a row's key is bound to


WRAPPED: dict[str, WrappedKeys] = {}
"""By the table. `keys rotate` wraps them anew, `keys check` opens them."""


def register_wrapped(
    table: type[Table], *, id: str = "key_id", scope: Callable[[Any], bytes]
) -> None:
    """Put a table of wrapped keys into the register."""
    WRAPPED[table.__tablename__] = WrappedKeys(table, id, scope)


APART: dict[str, WrappedKeys] = {}
"""By the table: rows that name a key of the keystore which is theirs alone (`kit/apart.py`)."""


def register_apart(
    table: type[Table], *, id: str = "key_id", scope: Callable[[Any], bytes]
) -> None:
    """Put a table of such rows into the register. `scope`: of the wrapping that lay there once."""
    APART[table.__tablename__] = WrappedKeys(table, id, scope)
