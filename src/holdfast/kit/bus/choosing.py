"""Which bus a place has: none, the database's, or Redis's."""

from __future__ import annotations

from holdfast.kit.bus import Alone, Bus
from holdfast.kit.bus.postgresql import PostgresBus
from holdfast.kit.bus.redis import RedisBus
from holdfast.kit.cipher import RootKey
from holdfast.kit.primary import parsed


def bus_for(*, database: str, redis: str, root: RootKey, several: bool) -> Bus:
    """The bus of one process; `several`: whether the place is told that there are others.

    It is open, and hears, only after `open()`.
    """
    address = parsed(database)
    if address.get_backend_name() != "postgresql" or not (several or redis):
        return Alone()
    dsn = address.set(drivername="postgresql").render_as_string(hide_password=False)
    return RedisBus(redis, dsn, root) if redis else PostgresBus(dsn)
