"""SECURITY.md says nothing about a compromise that no test shows."""

from __future__ import annotations

from trust.promised import ROOT, collected, is_there, table_in, told_in

ROWS = told_in("promises.toml")["row"]


def claims() -> list[dict[str, object]]:
    return [one for row in ROWS for one in (*row["has"], *row["has_not"])]


def test_the_table_says_what_the_list_of_promises_says_and_nothing_else() -> None:
    listed = [
        [
            row["who"],
            "; ".join(one["claim"] for one in row["has"]),
            "; ".join(one["claim"] for one in row["has_not"]),
        ]
        for row in ROWS
    ]
    assert table_in("SECURITY.md", "What a compromise surrenders") == listed
    assert len(listed) > 20


def test_each_promise_is_shown_by_tests_that_are_there() -> None:
    missing = [
        (one["claim"], test)
        for one in claims()
        for test in one["tests"]  # type: ignore[attr-defined]
        if not is_there(test)
    ]
    assert missing == []
    assert all(one["tests"] for one in claims())
    assert all("; " not in str(one["claim"]) for one in claims())


def test_a_test_that_went_would_be_missed() -> None:
    here = "tests/trust/test_promises.py"
    assert is_there(f"{here}::test_a_test_that_went_would_be_missed")
    assert not is_there(f"{here}::test_that_nobody_wrote")
    assert not is_there("tests/trust/promised.py::is_there")
    assert collected("tests/trust/test_gone.py") == frozenset()
    assert (ROOT / here).is_file()
