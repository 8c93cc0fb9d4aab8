"""The seats that somebody in this process holds: one object each, so that all lose it at once."""

from __future__ import annotations

from weakref import WeakSet, WeakValueDictionary

from holdfast.kit.ids import SeatId
from holdfast.rooms.access import Seat
from holdfast.rooms.tables import RoomKind


class Chairs:
    """Seats by their ids. What opens between two is one session's own: there each has its seat."""

    def __init__(self) -> None:
        self._shared: WeakValueDictionary[SeatId, Seat] = WeakValueDictionary()
        self._apart: WeakSet[Seat] = WeakSet()

    def in_hand(self, seat: Seat) -> Seat:
        """The one object for this seat."""
        if seat.kind is RoomKind.LISTENING:
            self._apart.add(seat)
            return seat
        return self._shared.setdefault(seat.id, seat)

    def all(self) -> list[Seat]:
        """Every seat that is held here."""
        return [*self._shared.values(), *self._apart]

    def known(self, seat_id: SeatId) -> list[Seat]:
        """Every object by which a seat is held here."""
        shared = self._shared.get(seat_id)
        apart = [seat for seat in self._apart if seat.id == seat_id]
        return apart if shared is None else [shared, *apart]

    def forget(self, seat_id: SeatId) -> list[Seat]:
        """Whoever asks next gets it anew; what it was held by until now."""
        known = self.known(seat_id)
        self._shared.pop(seat_id, None)
        for seat in known:
            self._apart.discard(seat)
        return known
