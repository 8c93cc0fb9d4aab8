"""What holds a program that was taken over: the shipped units, and a drill with a greedy one."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from trust.supply.lock import ROOT
from trust.supply.test_no_network import BY_ITSELF, LOOP_UP, wall

UNITS = sorted((ROOT / "deploy" / "systemd").glob("holdfast*.service"))
SERVING = [unit for unit in UNITS if "backup" not in unit.name]
MOST_EXPOSED = 15  # tenths, as systemd reckons: 100 is no shield at all
HELD = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "PrivateUsers": "yes",
    "ProtectProc": "invisible",
    "RestrictNamespaces": "yes",
    "RestrictSUIDSGID": "yes",
    "LockPersonality": "yes",
    "CapabilityBoundingSet": "",
    "UMask": "0077",
    "LimitCORE": "0",
    "MemorySwapMax": "0",
    "IPAddressDeny": "any",
}


def said_in(unit: Path) -> dict[str, list[str]]:
    """What a unit says, each name with everything that is said of it."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r"^([A-Za-z]+)=(.*)$", unit.read_text("utf-8"), re.MULTILINE):
        found.setdefault(name, []).append(value)
    return found


@pytest.mark.parametrize("unit", SERVING, ids=lambda unit: unit.stem)
def test_a_unit_holds_what_it_starts(unit: Path) -> None:
    said = said_in(unit)
    assert {name: said.get(name) for name in HELD} == {name: [one] for name, one in HELD.items()}
    assert "~@privileged @resources" in said["SystemCallFilter"]
    assert said["User"] == ["holdfast"]


@pytest.mark.parametrize("unit", SERVING, ids=lambda unit: unit.stem)
def test_a_unit_lets_nothing_out_into_the_world(unit: Path) -> None:
    """Nowhere but this machine and private networks, where the database may be."""
    [allowed] = said_in(unit)["IPAddressAllow"]
    private = {"localhost", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fd00::/8"}
    assert set(allowed.split()) <= private
    if unit.stem == "holdfast":
        assert allowed == "localhost"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_systemd_itself_finds_little_exposed(unit: Path, tmp_path: Path) -> None:
    def judged(file: Path) -> int:
        asked = ("security", "--offline=true", f"--threshold={MOST_EXPOSED}", "--no-pager", file)
        return subprocess.run(
            ("systemd-analyze", *asked), capture_output=True, check=False
        ).returncode

    assert judged(unit) == 0
    bare = tmp_path / unit.name
    bare.write_text("[Service]\nExecStart=/opt/holdfast/bin/holdfast serve\n")
    assert judged(bare) != 0  # a unit that holds nothing is not let through


# ---------------------------------------------------------------- the drill


@contextmanager
def a_collector() -> Iterator[tuple[int, list[bytes]]]:
    """Somebody outside who waits for what a greedy program sends."""
    taken: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def take() -> None:
            while True:
                try:
                    line, _ = listening.accept()
                except OSError:
                    return
                with line:
                    taken.append(line.recv(64))

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        yield listening.getsockname()[1], taken
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def with_a_greedy_package(folder: Path, port: int) -> dict[str, str]:
    """A program of ours into which Python loads it before anything else; where, by PYTHONPATH."""
    packages, told = folder / "packages", folder / "told"
    for each in (packages, told):
        each.mkdir(parents=True)
    greedy = Path(__file__).with_name("greedy.py").read_text("utf-8")
    (packages / "sitecustomize.py").write_text(greedy)
    return {
        **os.environ,
        "PYTHONPATH": f"{packages}:{ROOT / 'src'}",
        "GREEDY_PORT": str(port),
        "GREEDY_OTHER": str(os.getpid()),
        "GREEDY_PROGRAM": str(packages),
        "GREEDY_TOLD": str(told / "told.json"),
    }


def told_by(command: tuple[str, ...], environment: dict[str, str]) -> dict[str, str]:
    done = subprocess.run(
        command, env=environment, cwd="/", capture_output=True, text=True, timeout=90, check=False
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, str] = json.loads(Path(environment["GREEDY_TOLD"]).read_text())
    return told


def held(folder: Path) -> tuple[str, ...]:
    """As the units hold us: no way out, nothing to write to but our own, and no rights at all."""
    ours = [folder / "data", folder / "told"]
    shut = [LOOP_UP, *(f"mount --bind {one} {one}" for one in (*ours, folder / "packages"))]
    shut += [f"mount -o remount,bind,ro {one}" for one in (folder / "packages", "/")]
    none = "setpriv --bounding-set=-all --inh-caps=-all --no-new-privs"
    return (*wall()[:2], "-m", "sh", "-ec", f'{"; ".join(shut)}; exec {none} -- "$@"', "held")


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can shut it in like this")
def test_a_greedy_package_can_take_nothing_away(tmp_path: Path) -> None:
    """First it is let loose, to show that it bites; then it is held, in a server that serves.

    What it reads in our own process it has: it lies in the same memory. It cannot send it.
    """
    loose, shut = tmp_path / "loose", tmp_path / "shut"
    with a_collector() as (port, taken):
        free = told_by((sys.executable, "-c", ""), with_a_greedy_package(loose, port))
        assert free["send to 127.0.0.1"] == free["change the program"] == "done"
        assert free["write to the system"] == free["read another program"] == "done"
        assert free["listen to the network"] == "done"
        assert taken == [b"everything"]
        environment = with_a_greedy_package(shut, port)
        (shut / "data").mkdir()
        serve = (sys.executable, "-c", BY_ITSELF, str(shut / "data"), "8124")
        caught = told_by((*held(shut), *serve), environment)
        assert taken == [b"everything"]
    assert "done" not in caught.values(), caught
    assert set(caught) == set(free)
