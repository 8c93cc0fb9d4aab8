"""Reaching the server of PostgreSQL that writes, among those an address names."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import asyncpg
from sqlalchemy import make_url
from sqlalchemy.engine import URL

REACH = 5.0  # seconds
ATTRIBUTES = "target_session_attrs"
PRIMARY = "primary"
# A server that lost us in the middle of something lets go of what it holds for us.
LETS_GO = {
    "idle_in_transaction_session_timeout": "10s",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
}


# What may go wrong between us and a server. asyncpg has three families of it.
WEATHER = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)

# What an operator can do something about, although a server answered.
WORDS: tuple[tuple[type[Exception], str], ...] = (
    (asyncpg.InvalidCatalogNameError, "has no database of that name"),
    (asyncpg.InvalidAuthorizationSpecificationError, "does not take that name and password"),
    (asyncpg.TooManyConnectionsError, "has no connection left (see its max_connections)"),
    (asyncpg.CannotConnectNowError, "is still starting, or stopping"),
    (asyncpg.TargetServerAttributeNotMatched, "only reads: it is a standby"),
)


class NotReached(ConnectionError):
    """No server that writes answers at this address."""


def told(url: URL, no: BaseException) -> str:
    """Why a database was not reached, in words for who runs the place; never its password."""
    where = url.set(drivername="postgresql").render_as_string(hide_password=True)
    for kind, words in WORDS:
        if isinstance(no, kind) or isinstance(no.__cause__, kind):
            return f"The database server at {where} answers, but it {words}."
    return (
        f"The database at {where} does not answer ({type(no).__name__}). "
        "Is it running, and is the address right?"
    )


def parsed(url: str) -> URL:
    """An address, also one with several hosts (`postgresql://one:5432,other:5432/name`)."""
    parts = urlsplit(url)
    if "," not in parts.netloc:
        return make_url(url)
    who, at, hosts = parts.netloc.rpartition("@")
    address = make_url(parts._replace(netloc=f"{who}{at}").geturl())
    return address.update_query_dict({"host": hosts})


def dsns(url: URL) -> list[str]:
    """The address of each host by itself, as asyncpg takes it."""
    plain = url.set(drivername="postgresql")
    if ATTRIBUTES not in plain.query:
        plain = plain.update_query_dict({ATTRIBUTES: PRIMARY})
    named = plain.query.get("host", ())
    hosts = [
        host for part in ([named] if isinstance(named, str) else named) for host in _split(part)
    ]
    if len(hosts) < 2:
        return [plain.render_as_string(hide_password=False)]
    alone = (plain.update_query_dict({"host": host}) for host in hosts)
    return [one.render_as_string(hide_password=False) for one in alone]


def _split(hosts: str) -> list[str]:
    return [host for host in hosts.split(",") if host]


async def connect(url: URL, **options: Any) -> asyncpg.Connection:
    """A connection to the first that answers and writes. Raises `OSError` where none does."""
    options["server_settings"] = LETS_GO | options.get("server_settings", {})
    tries = [_connect(dsn, options) for dsn in dsns(url)]
    async with asyncio.timeout(REACH):
        return await (tries[0] if len(tries) == 1 else _first_of(tries))


async def _connect(dsn: str, options: dict[str, Any]) -> asyncpg.Connection:
    try:
        return await asyncpg.connect(dsn, **options)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as no:
        raise NotReached(type(no).__name__) from no


async def _first_of(tries: Sequence[Any]) -> asyncpg.Connection:
    """The first connection there is; the slower ones are given up."""
    trying = {asyncio.ensure_future(one) for one in tries}
    try:
        return await _first_reached(trying)
    finally:
        for one in trying:
            one.add_done_callback(_given_up)
            one.cancel()


async def _first_reached(trying: set[asyncio.Future[Any]]) -> asyncpg.Connection:
    left, last = set(trying), NotReached()
    while left:
        done, left = await asyncio.wait(left, return_when=asyncio.FIRST_COMPLETED)
        for one in done:
            if one.exception() is None:
                trying.discard(one)
                return one.result()
            last = one.exception()  # type: ignore[assignment]
    raise last


def _given_up(one: asyncio.Future[Any]) -> None:
    """What was reached in the very moment in which another was quicker is closed again."""
    if not one.cancelled() and one.exception() is None:
        one.result().terminate()
