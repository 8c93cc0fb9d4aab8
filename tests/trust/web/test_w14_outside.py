"""W14: the house calls nobody by itself, and where it may call, only whom it may."""

from __future__ import annotations

import ast
import asyncio
import ipaddress
import ssl
from pathlib import Path
from typing import Any

import httpx
import pytest

import holdfast
from holdfast.kit.cipher import RootKey
from holdfast.kit.outside import looked_up, may_be_called, outside
from holdfast.notices.senders import senders_for
from holdfast.settings import Settings
from town import StillClock

HOUSE = Path(holdfast.__file__).parent
OURS = [
    *("127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1"),
    *("::1", "fd00::1", "fc00::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::a00:1"),
    *("2002:a00:1::", "2002:7f00:1::"),
]
NOBODYS = [
    *("169.254.169.254", "169.254.170.2", "0.0.0.0", "255.255.255.255", "224.0.0.1", "fe80::1"),  # noqa: S104
    *("::", "ff02::1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::"),
]
OUTSIDE = ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"]


@pytest.mark.parametrize("address", OURS)
def test_w14_a_network_of_ours_is_called_only_where_an_operator_named_the_host(
    address: str,
) -> None:
    assert not may_be_called(ipaddress.ip_address(address), named=False)
    assert may_be_called(ipaddress.ip_address(address), named=True)


@pytest.mark.parametrize("address", NOBODYS)
def test_w14_what_is_nobody_s_address_is_never_called(address: str) -> None:
    assert not may_be_called(ipaddress.ip_address(address), named=True)


@pytest.mark.parametrize("address", OUTSIDE)
def test_w14_the_world_outside_may_be_called(address: str) -> None:
    assert may_be_called(ipaddress.ip_address(address), named=False)


class Rebinding:
    """A name that means the world outside when it is looked at, and us a moment later."""

    def __init__(self, *answers: str) -> None:
        self.asked: list[str] = []
        self._answers = list(answers)

    async def __call__(self, host: str, port: int) -> list[Any]:
        self.asked.append(host)
        return [ipaddress.ip_address(self._answers.pop(0))]


@pytest.fixture
async def inner() -> Any:
    """Something in our own network that must not be reached: it notes who came."""
    came: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(await reader.readline())
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: /secret\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1], came
    server.close()


async def test_w14_a_name_that_turns_out_to_mean_us_reaches_nobody(
    inner: tuple[int, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, came = inner
    async with outside(ssl.create_default_context(), ["127.0.0.1"]) as client:
        answer = await client.get(f"http://127.0.0.1:{port}/named")
        assert (answer.status_code, came) == (302, [b"GET /named HTTP/1.1\r\n"])  # not followed
    rebinding = Rebinding("127.0.0.1", "10.0.0.7")
    monkeypatch.setattr("holdfast.kit.outside.looked_up", rebinding)
    async with outside(ssl.create_default_context()) as client:
        for _ in range(2):
            with pytest.raises(httpx.ConnectError):
                await client.get(f"http://push.elsewhere.example:{port}/")
    assert (len(rebinding.asked), len(came)) == (2, 1)


async def test_w14_the_connection_goes_to_the_address_that_was_looked_at(
    inner: tuple[int, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name is asked for once: what it means the next time is never heard."""
    port, came = inner
    once = Rebinding("127.0.0.1")
    monkeypatch.setattr("holdfast.kit.outside.looked_up", once)
    async with outside(ssl.create_default_context(), ["gateway.example"]) as client:
        await client.get(f"http://gateway.example:{port}/pinned")
    assert (once.asked, len(came)) == (["gateway.example"], 1)


async def test_w14_a_name_with_one_address_of_ours_among_others_is_not_called(
    inner: tuple[int, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def both(host: str, port: int) -> list[Any]:
        return [ipaddress.ip_address(one) for one in ("127.0.0.1", "169.254.169.254")]

    port, came = inner
    assert await looked_up("127.0.0.1", 80) == [ipaddress.ip_address("127.0.0.1")]
    monkeypatch.setattr("holdfast.kit.outside.looked_up", both)
    async with outside(ssl.create_default_context(), ["gateway.example"]) as client:
        with pytest.raises(httpx.ConnectError):
            await client.get(f"http://gateway.example:{port}/")
    assert came == []


async def test_w14_a_house_that_nobody_set_up_to_call_calls_nobody(tmp_path: Path) -> None:
    senders = senders_for(Settings(data=tmp_path), RootKey(bytes(32)), StillClock())
    async with senders:
        assert (senders.pushing, senders.webhook) == (None, None)


CALLERS = {
    "kit/outside.py": "the one way out",
    "kit/roots.py": "asks the key service that an operator named, and follows no redirect",
    "notices/senders/__init__.py": "calls staff, where an operator set up how",
    "notices/senders/answers.py": "understands what such a call is answered with",
    "notices/senders/push.py": "calls browsers at services that an operator allowed",
    "notices/senders/webhook.py": "calls the gateway that an operator named",
    "staff/access/oidc.py": "asks the sign-in that an operator named",
}
"""Every module that can call the world outside. What is not here has no way to."""
WAYS_OUT = {"httpx", "requests", "urllib.request", "http.client", "aiohttp", "smtplib", "ftplib"}


def imported_by(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
    return found


@pytest.mark.full
def test_w14_only_these_modules_can_call_the_world_outside_and_each_by_the_one_way() -> None:
    able = {
        str(path.relative_to(HOUSE)): path.read_text("utf-8")
        for path in HOUSE.rglob("*.py")
        if imported_by(path) & WAYS_OUT and "/cli/" not in str(path)
    }
    inside = {name for name in able if name.startswith(("app/doctor/", "sealing/"))}
    assert set(able) - inside == set(CALLERS)
    made = [name for name, text in able.items() if "AsyncClient(" in text and name not in inside]
    assert made == ["kit/outside.py"]
