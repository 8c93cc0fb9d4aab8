"""What the code itself must not do with words, and what pages must let people do with passwords."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import holdfast

HOUSE = Path(holdfast.__file__).parent
ASKS = {
    "text",
    "execute",
    "exec_driver_sql",
    "executemany",
    "fetch",
    "fetchrow",
    "fetchval",
    "rows",
}
WHOLE_TABLES = ("app/", "cli/", "sealing/")
"""What copies, moves or empties whole tables names them; no word of anybody's comes there."""
STARTERS = {
    "subprocess",
    "os.system",
    "os.popen",
    "pty",
    "multiprocessing",
    "os.execv",
    "os.spawnv",
}


def calls(path: Path) -> list[ast.Call]:
    tree = ast.parse(path.read_text("utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def name_of(call: ast.Call) -> str:
    part = call.func
    return part.attr if isinstance(part, ast.Attribute) else getattr(part, "id", "")


def is_put_together(question: ast.expr) -> bool:
    """A string with something in it that is not written there."""
    if isinstance(question, ast.JoinedStr):
        return any(
            isinstance(part, ast.FormattedValue) and not _is_constant(part.value)
            for part in question.values
        )
    added = isinstance(question, ast.BinOp) and isinstance(question.op, ast.Add | ast.Mod)
    return added and any(isinstance(one, ast.Constant) for one in ast.walk(question))


def _is_constant(value: ast.expr) -> bool:
    if isinstance(value, ast.Call) and name_of(value) == "int":
        return True
    return (
        isinstance(value, ast.Name | ast.Attribute) and ast.unparse(value).split(".")[-1].isupper()
    )


def test_a_question_that_is_put_together_would_be_seen() -> None:
    (found,) = [
        node for node in ast.walk(ast.parse('text(f"SELECT {x}")')) if isinstance(node, ast.Call)
    ]
    assert is_put_together(found.args[0])
    (fine,) = [
        node for node in ast.walk(ast.parse('text(f"SELECT {MOST}")')) if isinstance(node, ast.Call)
    ]
    assert not is_put_together(fine.args[0])


@pytest.mark.full
def test_no_question_to_a_database_is_put_together_from_words() -> None:
    strays = []
    for path in HOUSE.rglob("*.py"):
        where = str(path.relative_to(HOUSE))
        if where.startswith(WHOLE_TABLES):
            continue
        strays += [
            f"{where}:{call.lineno}"
            for call in calls(path)
            if name_of(call) in ASKS and call.args and is_put_together(call.args[0])
        ]
    assert strays == []


@pytest.mark.full
def test_no_word_of_anybody_reaches_another_program() -> None:
    """Two modules start programs; neither with anything that somebody wrote."""
    starts = set()
    for path in HOUSE.rglob("*.py"):
        text = path.read_text("utf-8")
        imported = re.findall(r"^(?:import|from) ([\w.]+)", text, re.M)
        if set(imported) & STARTERS or re.search(r"\bos\.(system|popen|exec\w+|spawn\w+)\(", text):
            starts.add(str(path.relative_to(HOUSE)))
        assert "shell=True" not in text, path
    assert starts <= {"app/several.py"} | {one for one in starts if one.startswith("cli/")}


def test_passwords_may_be_pasted_changed_and_kept_by_a_manager() -> None:
    fields = [
        line
        for path in HOUSE.rglob("templates/**/*.html")
        for line in path.read_text("utf-8").splitlines()
        if 'type="password"' in line and '"inputmode": "numeric"' not in line  # a PIN is none
    ]
    assert any('"new-password"' in field for field in fields), "one can be chosen"
    assert any('"current-password"' in field for field in fields), "and one is asked for"
    for field in fields:
        assert "asked(form" not in field or "keep=false" in field, "it is not said back"
        assert not re.search(r'"pattern"|"autocomplete": "off"', field)
        assert all(int(most) >= 64 for most in re.findall(r'"maxlength": (\d+)', field))
    named = [
        line
        for path in HOUSE.rglob("templates/**/*.html")
        for line in path.read_text("utf-8").splitlines()
        if re.search(r'asked\(form, "\w*password', line)
    ]
    assert set(named) <= set(fields), "every one of them is masked"
    for path in HOUSE.rglob("static/js/*.js"):
        assert not re.search(r'addEventListener\("(paste|copy|drop)"', path.read_text("utf-8")), (
            path.name
        )
