"""Origins and hosts as browsers write them."""

from __future__ import annotations

import ipaddress
import re
from functools import cache
from urllib.parse import urlsplit

ORIGIN = re.compile(r"(https?)://([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?/?")
PORTS = {"http": "80", "https": "443"}  # browsers leave these out


def as_origin(written: str) -> str:
    """An origin as browsers write it. Raises `ValueError` for what is none, in words."""
    found = ORIGIN.fullmatch(written.strip().lower())
    if found is None or int(found[3] or 0) > 65_535:
        raise ValueError(f"“{written.strip()}” is no origin: write it like https://peer.example")
    port = "" if found[3] in (None, PORTS[found[1]]) else f":{int(found[3])}"
    return f"{found[1]}://{bracketed(found[2].strip('[]'))}{port}"


def bracketed(host: str) -> str:
    """A host as browsers write it in an address."""
    try:
        numbers = ipaddress.ip_address(host)
    except ValueError:
        return host
    return f"[{numbers.compressed}]" if numbers.version == 6 else numbers.compressed


def is_loopback(host: str) -> bool:
    """Whether only this machine can come in at this address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@cache
def of_this_machine(host: str, port: int) -> frozenset[str]:
    """Where a browser on this machine finds a server that listens there."""
    hosts = ["127.0.0.1", "localhost", *([host] if is_loopback(host) else [])]
    return frozenset(as_origin(f"http://{bracketed(one)}:{port}") for one in hosts)


def is_private(url: str) -> bool:
    """Whether nobody on the way can read what is sent there: https, or this machine."""
    parts = urlsplit(url)
    here = parts.scheme == "http" and is_loopback(parts.hostname or "")
    return here or (parts.scheme == "https" and bool(parts.hostname))
