"""The house is built as its papers say; and each rule is shown to find what it is for."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import house_rules as rules
from house_rules import Module, Rule

ROOT = Path(__file__).parent.parent
HOUSE = ROOT / "src" / "holdfast"
LONG = "\n".join(["def long() -> None:", *["    pass"] * 40])

OF_THE_HOUSE: list[tuple[Rule, str, str]] = [  # a rule, a place, and what must not stand there
    (rules.says_what_it_is_for, "rooms/rules.py", '"""Rooms"""'),
    (rules.is_small, "rooms/rules.py", "\n" * 301),
    (rules.is_small, "rooms/rules.py", LONG),
    (rules.takes_few_parameters, "rooms/rules.py", "def f(a, b, c, d, e, f): ..."),
    (rules.is_named_in_our_words, "rooms/utils.py", ""),
    (rules.is_named_in_our_words, "rooms/rules.py", "class UserRow: ..."),
    (rules.is_named_in_our_words, "rooms/tables.py", "__tablename__ = 'channels'"),
    (rules.is_done, "rooms/rules.py", "# TO" + "DO: later"),
    (rules.actions_take_work_and_actor, "rooms/actions.py", "async def open_room(work): ..."),
    (rules.actions_take_work_and_actor, "rooms/actions/doors.py", "async def f(db, actor): ..."),
    (rules.only_the_workshop_commits, "rooms/actions.py", "work.db.commit()"),
    (
        rules.reads_only_its_own_tables,
        "rooms/actions.py",
        "from holdfast.members.tables import MemberRow",
    ),
    (rules.asks_the_clock_for_the_time, "rooms/actions.py", "datetime.now(UTC)"),
    (rules.asks_the_clock_for_the_time, "rooms/actions.py", "dt.datetime.utcnow()"),
    (rules.asks_the_clock_for_the_time, "rooms/actions.py", "from time import monotonic"),
    (rules.logs_nothing_about_people, "rooms/actions.py", "log.info('said', text=1)"),
    (rules.logs_nothing_about_people, "rooms/actions.py", "self.log.info(f'{seat.pseudonym}')"),
    (rules.screening_cannot_act, "screening/reading.py", "import httpx"),
    (rules.screening_cannot_act, "screening/reading.py", "from holdfast.kit.work import Work"),
    (rules.screening_cannot_act, "screening/reading.py", "open('/etc/passwd')"),
    (rules.prints_nothing, "rooms/actions.py", "print('here')"),
]
EVERYWHERE: list[Rule] = [rules.says_what_it_is_for, rules.is_small, rules.is_done]


@cache
def below(*folders: str) -> list[Module]:
    return [
        Module(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
    ]


@cache
def of_the_house() -> list[Module]:
    return [
        Module(str(path.relative_to(HOUSE)), path.read_text(encoding="utf-8"))
        for path in sorted(HOUSE.rglob("*.py"))
    ]


def strays(rule: Rule, modules: list[Module]) -> list[str]:
    return [f"{module.place}: {stray}" for module in modules for stray in rule(module)]


@pytest.mark.parametrize("rule", dict.fromkeys(rule for rule, _, _ in OF_THE_HOUSE))
def test_the_house_keeps_its_rule(rule: Rule) -> None:
    assert strays(rule, of_the_house()) == []


@pytest.mark.parametrize(("rule", "place", "source"), OF_THE_HOUSE)
def test_each_rule_finds_what_it_is_for(rule: Rule, place: str, source: str) -> None:
    assert rule(Module(place, source)) != []


@pytest.mark.parametrize("rule", EVERYWHERE)
def test_tests_and_benchmarks_keep_the_rules_that_are_for_all(rule: Rule) -> None:
    assert strays(rule, below("tests", "bench")) == []


@pytest.mark.parametrize("rule", [rules.says_what_it_is_for, rules.is_done])
def test_a_migration_may_be_long_for_it_is_never_touched_again(rule: Rule) -> None:
    assert strays(rule, below("migrations")) == []


def test_what_is_allowed_is_not_found() -> None:
    good = '''"""Rooms, and who sits in them."""

async def open_room(work, actor, *, slug, name, topic, language, about):
    log.info("room opened", room=slug)
    return work.clock.now()
'''
    found = [stray for rule, _, _ in OF_THE_HOUSE for stray in rule(Module("x/actions.py", good))]
    assert found == []


def test_there_is_a_house_to_look_at() -> None:
    """The rules above would hold for an empty folder too."""
    places = {module.slice for module in of_the_house()}
    assert {"kit", "members", "rooms", "messages", "screening"} <= places
