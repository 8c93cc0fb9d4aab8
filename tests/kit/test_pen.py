"""The pen is one, across tasks, threads and processes; and the lease is one server's."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from pathlib import Path

from holdfast.kit.pen import Lease, Pen

HOLDS = """
import fcntl, os, sys
file = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o600)
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


class Elsewhere:
    """Another process that holds a lock file until it is let go."""

    def __init__(self, path: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", HOLDS, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "held\n"

    def let_go(self) -> None:
        self._process.communicate()


async def test_one_task_at_a_time_holds_the_pen(tmp_path: Path) -> None:
    pen, holding, most = Pen(tmp_path / "pen"), 0, 0

    async def write() -> None:
        nonlocal holding, most
        async with pen.held():
            holding += 1
            most = max(most, holding)
            await asyncio.sleep(0)
            holding -= 1

    await asyncio.gather(*(write() for _ in range(20)))
    assert most == 1
    pen.close()


async def test_threads_and_tasks_wait_for_each_other(tmp_path: Path) -> None:
    pen, taken = Pen(tmp_path / "pen"), threading.Event()
    order: list[str] = []

    def write() -> None:
        taken.set()
        pen.take()
        order.append("thread")
        pen.give_back()

    async with pen.held():
        thread = threading.Thread(target=write)
        thread.start()
        await asyncio.to_thread(taken.wait)
        order.append("task")
    await asyncio.to_thread(thread.join)
    assert order == ["task", "thread"]
    pen.close()


async def test_another_process_is_waited_for(tmp_path: Path) -> None:
    elsewhere = await asyncio.to_thread(Elsewhere, tmp_path / "pen")
    pen = Pen(tmp_path / "pen")
    waiting = asyncio.ensure_future(_take_and_give_back(pen))
    done, _ = await asyncio.wait([waiting], timeout=0.05)
    assert not done
    await asyncio.to_thread(elsewhere.let_go)
    await asyncio.wait_for(waiting, 5)
    pen.close()


async def test_who_stops_waiting_does_not_keep_the_pen(tmp_path: Path) -> None:
    pen = Pen(tmp_path / "pen")
    async with pen.held():
        impatient = asyncio.ensure_future(_take_and_give_back(pen))
        await asyncio.sleep(0)
        impatient.cancel()
        await asyncio.wait([impatient])
        assert impatient.cancelled()
    await asyncio.wait_for(_take_and_give_back(pen), 5)
    pen.close()


async def test_what_is_said_goes_ahead_and_lets_one_pass_between(tmp_path: Path) -> None:
    pen, order = Pen(tmp_path / "pen"), list[str]()

    async def write(name: str, times: int = 1, *, ahead: bool = False) -> None:
        for _ in range(times):
            async with pen.held(ahead=ahead):
                order.append(name)

    async with pen.held():
        waiting = [asyncio.ensure_future(write(name)) for name in "abc"]
        await asyncio.sleep(0)
        waiting.append(asyncio.ensure_future(write("said", 3, ahead=True)))
        waiting.append(asyncio.ensure_future(write("cancelled", ahead=True)))
        await asyncio.sleep(0)
        waiting[-1].cancel()
        await asyncio.sleep(0)
    await asyncio.gather(*waiting, return_exceptions=True)
    assert order == ["said", "a", "said", "b", "said", "c"]
    await asyncio.wait_for(_take_and_give_back(pen), 5)
    pen.close()


async def test_the_pen_is_given_back_when_the_work_breaks(tmp_path: Path) -> None:
    pen = Pen(tmp_path / "pen")
    try:
        async with pen.held():
            raise RuntimeError
    except RuntimeError:
        pass
    await asyncio.wait_for(_take_and_give_back(pen), 5)
    pen.close()


async def test_on_postgresql_everybody_may_write_at_once() -> None:
    pen = Pen(None)
    async with pen.held(), pen.held():
        pen.take()
        pen.give_back()
    pen.close()


async def _take_and_give_back(pen: Pen) -> None:
    async with pen.held():
        pass


def test_there_is_one_lease(tmp_path: Path) -> None:
    first, second = Lease(tmp_path / "lease"), Lease(tmp_path / "lease")
    assert second.holder() is None
    assert first.take()
    assert not second.take()
    assert second.holder() == os.getpid()
    first.close()
    assert second.take()
    second.close()
