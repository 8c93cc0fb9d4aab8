"""How many processes a place of a given size needs: arithmetic on what one of them costs. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import ceil

IN_A_ROOM = 50  # connected to one room at the same time
SAYS_EVERY = 120.0  # seconds between two messages of one connected member, on a busy evening
PAGE_EVERY = 600.0  # seconds between two pages that one connected member opens
FULL = 0.6  # of a core: a process has room left for an evening that is busier
STORM = 15.0  # seconds in which everybody who was on a process is back (issue 5)
STORM_FULL = 0.9  # of a core, meanwhile
SPARE = 1  # of each role: one may fall or be restarted, and the others carry on
WORDS = {
    "message": "a message that a process takes, keeps and tells the others",
    "delivery": "one copy of it, to one member",
    "heard": "a message that another process kept, without its copies",
    "idle": "one open line, each second",
    "back": "one member who comes back",
    "page": "a room’s page",
    "database": "a message, in PostgreSQL",
    "redis": "a message, in Redis: its limits, and telling it",
    "passed": "the same message, to each process that listens",
    "fsync": "what the disk takes",
}
SIZES = (1_000, 10_000, 50_000, 100_000, 250_000, 500_000, 1_000_000)


@dataclass(frozen=True)
class Costs:
    """What was measured, in seconds of one core unless it says otherwise."""

    message: float  # a message that this process takes, keeps and tells the others
    delivery: float  # one copy of it, to one member
    heard: float  # a message that another process kept, without its copies
    idle: float  # one open line, a second
    back: float  # one member who comes back
    page: float  # a room's page
    database: float  # a message, in the database
    redis: float  # a message, in Redis: its limits, and telling it
    passed: float  # the same message, to each process that listens
    fsync: float  # seconds that the disk takes
    base_mb: float  # memory of a process nobody is connected to
    line_kb: float  # memory of one open line


def costs_table(costs: Costs) -> str:
    """The costs as the guide has them: whole microseconds, tenths below ten."""
    rows = "".join(
        f"| {words} (*{name}*) | {_micros(getattr(costs, name))} µs |\n"
        for name, words in WORDS.items()
    )
    memory = f"A process in use takes {costs.base_mb:.0f} MB, and {costs.line_kb:.1f} KB for each"
    return f"| what | of one core |\n|---|--:|\n{rows}\n{memory} open line.\n"


def costs_in(text: str) -> Costs:
    """The costs that a text with such a table states."""
    stated = re.findall(r"\(\*(\w+)\*\) \| ([\d.]+) µs", text)
    micros = {name: float(micro) / 1e6 for name, micro in stated}
    memory = re.search(r"takes (\d+) MB, and ([\d.]+) KB", text)
    assert memory is not None, "the text says what a process takes"
    return Costs(**micros, base_mb=float(memory[1]), line_kb=float(memory[2]))


def _micros(seconds: float) -> str:
    micros = 1e6 * seconds
    return f"{micros:.0f}" if micros >= 10 else f"{micros:.1f}"


@dataclass(frozen=True)
class Plan:
    """What a place of `members` connected at once needs."""

    members: int
    messages: float  # a second
    live: int
    busy: float  # of a core, in each live process, without the spare ones
    lines: int  # in each
    memory_mb: float  # of each
    web: int
    database: float  # cores
    redis: float  # cores


def holders(live: int, readers: int = IN_A_ROOM) -> float:
    """Among how many of `live` processes the readers of one room are spread, on average."""
    return live * (1 - (1 - 1 / live) ** readers)


def busy(costs: Costs, members: int, live: int) -> float:
    """How much of a core each of `live` processes needs."""
    said = members / SAYS_EVERY
    copies = said * IN_A_ROOM * costs.delivery
    elsewhere = said * (holders(live) - 1) * costs.heard
    return (said * costs.message + copies + elsewhere + members * costs.idle) / live


def plan(costs: Costs, members: int) -> Plan:
    """The fewest processes with which nobody waits, and one more of each."""
    live = max(1, ceil(members * costs.back / (STORM * STORM_FULL)))
    while busy(costs, members, live) > FULL:
        live += 1
    said = members / SAYS_EVERY
    lines = ceil(members / live)
    return Plan(
        members=members,
        messages=said,
        live=live + SPARE,
        busy=busy(costs, members, live),
        lines=lines,
        memory_mb=costs.base_mb + lines * costs.line_kb / 1024,
        web=max(1, ceil(members / PAGE_EVERY * costs.page / FULL)) + SPARE,
        database=said * costs.database,
        redis=said * (costs.redis + (holders(live) - 1) * costs.passed),
    )


def table(plans: list[Plan]) -> str:
    """The plans as the guide has them."""
    head = (
        "| connected at once | messages/s | live processes | lines in each | memory of each |"
        " web processes | database, cores | Redis, cores |\n|--:|--:|--:|--:|--:|--:|--:|--:|\n"
    )
    return head + "".join(
        f"| {one.members:,} | {one.messages:,.0f} | {one.live} | {one.lines:,} |"
        f" {one.memory_mb:,.0f} MB | {one.web} | {one.database:.2g} | {one.redis:.2g} |\n"
        for one in plans
    )
