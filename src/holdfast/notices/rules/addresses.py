"""Where calls may go: browsers that asked for them, numbers, services allowed here. Pure."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import json
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import asdict

from holdfast.kit.ids import ContactId, StaffId
from holdfast.notices.rules.climbing import Way

SCOPE, PLACE = b"holdfast contacts", b"holdfast contacts: address"
LONGEST = 1_000
POINT_BYTES, SECRET_BYTES = 65, 16
NUMBER = re.compile(r"\+[0-9][0-9 ().-]{5,22}[0-9]")


class Subscription(Struct, frozen=True):
    """What a browser gives so that it can be called: where, and the keys to seal it for."""

    endpoint: str
    p256dh: str
    auth: str

    def fields(self) -> dict[str, str]:
        return asdict(self)


class Address(Struct, frozen=True):
    """One way to call one person, opened, as it is held in memory while it is used."""

    contact_id: ContactId
    staff_id: StaffId
    way: Way
    subscription: Subscription | None = None
    number: str = ""


def opened(contact_id: ContactId, staff_id: StaffId, way: Way, plain: bytes) -> Address:
    """An address from its sealed form's plain bytes."""
    fields = json.loads(plain)
    if way is Way.PUSH:
        return Address(contact_id, staff_id, way, subscription=Subscription(**fields))
    return Address(contact_id, staff_id, way, number=fields["to"])


def is_number(written: str) -> bool:
    """A telephone number with its country, as gateways want it."""
    return NUMBER.fullmatch(written.strip()) is not None


def is_subscription(given: Subscription) -> bool:
    """Whether a browser's keys have the shape they must have (RFC 8291)."""
    point, secret = unpadded(given.p256dh), unpadded(given.auth)
    whole = len(point) == POINT_BYTES and point[:1] == b"\x04" and len(secret) == SECRET_BYTES
    return whole and 0 < len(given.endpoint) <= LONGEST


def unpadded(text: str) -> bytes:
    """The bytes behind base64url without padding; none for what is not that."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""


def may_call(endpoint: str, services: Iterable[str]) -> bool:
    """Whether an address belongs to a service that is allowed here: exactly, or by `*.name`.

    Only over https, except on this machine, and never by a name that hides another.
    """
    try:
        parts = urlsplit(endpoint)
        host = (parts.hostname or "").lower()
        place = host if parts.port is None else f"{host}:{parts.port}"
    except ValueError:
        return False
    if parts.username is not None or not host:
        return False
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_here(host)):
        return False
    return any(_matches(place, service) for service in services)


def _matches(place: str, service: str) -> bool:
    if service.startswith("*."):
        return place.endswith(service[1:])
    return place == service


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
