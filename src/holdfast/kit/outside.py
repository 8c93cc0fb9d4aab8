"""Calls to the world outside: only to where they may go, whatever a name turns out to mean.

A name is looked up once, each address is judged, and the connection goes to the one that was
judged: a name that means something else a moment later changes nothing. No redirect is followed,
and no proxy is taken from the environment.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def outside(
    trusted: ssl.SSLContext, at_home: Iterable[str] = (), **options: Any
) -> httpx.AsyncClient:
    """A client that calls nobody in a network of ours, but the hosts that an operator named."""
    transport = httpx.AsyncHTTPTransport(verify=trusted, trust_env=False)
    limits = options.pop("limits", httpx.Limits(max_connections=40, max_keepalive_connections=8))
    transport._pool = httpcore.AsyncConnectionPool(
        ssl_context=trusted,
        max_connections=limits.max_connections,
        max_keepalive_connections=limits.max_keepalive_connections,
        keepalive_expiry=limits.keepalive_expiry,
        network_backend=Outward(frozenset(host.lower() for host in at_home if host)),
    )
    return httpx.AsyncClient(
        transport=transport, trust_env=False, follow_redirects=False, **options
    )


class Outward(httpcore.AnyIOBackend):
    """Opens connections to addresses that were looked at first."""

    def __init__(self, at_home: frozenset[str]) -> None:
        self._at_home = at_home

    async def connect_tcp(  # type: ignore[override]  # what is handed on is not looked at here
        self, host: str, port: int, **how: Any
    ) -> httpcore.AsyncNetworkStream:
        """Connect to what the name means now. Raises `ConnectError` where nobody may be called."""
        try:
            found = await looked_up(host, port)
        except OSError as no:
            raise httpcore.ConnectError(str(no)) from no
        named = host.lower() in self._at_home
        allowed = [one for one in found if may_be_called(one, named=named)]
        if not allowed or len(allowed) < len(found):
            raise httpcore.ConnectError("that address is nobody’s outside")
        return await super().connect_tcp(str(allowed[0]), port, **how)


async def looked_up(host: str, port: int) -> list[Address]:
    """Every address that a name means, in the order in which they should be tried."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]


def may_be_called(address: Address, *, named: bool) -> bool:
    """Whether an address is somebody’s outside; or one of ours, where an operator named it."""
    inner = within(address)
    if inner.is_loopback:
        return named
    if inner.is_link_local or inner.is_multicast or inner.is_unspecified or inner.is_reserved:
        return False  # among them the places where clouds keep the secrets of a machine
    return inner.is_global or named


def within(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, where it stands for one."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
