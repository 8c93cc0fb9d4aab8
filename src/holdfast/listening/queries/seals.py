"""Where the words of asks, summaries and notes lie, and opening them for who may read them."""

from __future__ import annotations

from contextlib import suppress

from holdfast.kit.ids import KeyId, MessageId
from holdfast.listening.tables import AskRow, HandOverRow, ListeningRow
from holdfast.rights.rules import Actor
from holdfast.sealing.seam import Keyring, Place, Sealed

ASK, SUMMARY, NOTE = b"a", b"h", b"l"


def place_of_ask(row: AskRow) -> Place:
    """Where the sentence of an ask lies."""
    return Place(row.room_id, _named(b"ask", row.id), row.seat_id, ASK)


def place_of_summary(row: HandOverRow) -> Place:
    """Where the summary for the next listener lies."""
    return Place(row.room_id, _named(b"sum", row.id), row.seat_id, SUMMARY)


def place_of_note(row: ListeningRow) -> Place:
    """Where a listener's two lines lie."""
    return Place(row.room_id, _named(b"not", row.id), row.listener_seat, NOTE)


def _named(what: bytes, number: int) -> MessageId:
    return MessageId(b"%b%013d" % (what, number))


async def opened(
    keyring: Keyring, actor: Actor, data: bytes | None, key: KeyId | None, place: Place
) -> str:
    """The words; nothing where there are none, or they were erased."""
    if data is None or key is None:
        return ""
    await keyring.in_hand([key])
    with suppress(KeyError):
        return keyring.open(Sealed(data, key, place), actor)
    return ""
