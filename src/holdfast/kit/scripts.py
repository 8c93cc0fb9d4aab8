"""Scripts on their way out: without remarks, and a room's as one file instead of sixteen.

They are written and checked as small modules, and run as such wherever there are few. A room needs
many; on a slow line each costs a round trip. So that page gets its modules in one, each in a scope
of its own, in the order in which they need each other.
"""

from __future__ import annotations

import re
from pathlib import Path

GATHERED = {"room.js"}
REMARK = re.compile(r"^[ \t]*/\*(?:(?!\*/).)*\*/[ \t]*\n|^[ \t]*//[^\n]*\n", re.S | re.M)
CAST = re.compile(r"/\*\* @type (?:(?!\*/).)*\*/\s*", re.S)
INDENT = re.compile(r"^[ \t]+|\n+(?=\n)", re.M)
IMPORT = re.compile(
    r'^import (?:(?P<whole>\w+) from |\{(?P<names>[^}]*)\} from )?"\./(?P<file>[a-z-]+\.js)";\n',
    re.M,
)
EXPORT = re.compile(r"^export (?P<kind>(?:async )?(?:function|class|const)) (?P<name>\w+)", re.M)
DEFAULT = re.compile(r"^export default ", re.M)
BOUND = re.compile(r"^(?:import|export)\b", re.M)


def script(path: Path) -> str:
    """A script as it is sent."""
    if path.name not in GATHERED:
        return without_remarks(path.read_text("utf-8"))
    pieces: dict[str, str] = {}
    _gather(path, pieces, [])
    return "".join(pieces.values())


def without_remarks(script: str) -> str:
    """A script without remarks, types and indentation: a third less on a slow line.

    Remarks go where they have a line of their own; our scripts have no strings over several lines.
    """
    return INDENT.sub("", CAST.sub("", REMARK.sub("", script)))


def _gather(path: Path, pieces: dict[str, str], way: list[str]) -> None:
    """Put a module behind all those it needs."""
    if path.name in way:
        raise ValueError(f"these modules need each other: {[*way, path.name]}")
    if path.name in pieces:
        return
    text = without_remarks(path.read_text("utf-8"))
    for found in IMPORT.finditer(text):
        _gather(path.with_name(found["file"]), pieces, [*way, path.name])
    pieces[path.name] = _scoped(path.name, text)


def _scoped(name: str, text: str) -> str:
    """A module as a function that is called at once; what it exports is what it gives."""
    text = IMPORT.sub(_taken, text)
    given = [found["name"] for found in EXPORT.finditer(text)]
    text = EXPORT.sub(r"\g<kind> \g<name>", text)
    if DEFAULT.search(text):
        text, given = DEFAULT.sub("const whole = ", text), [*given, "whole"]
    if BOUND.search(text):
        raise ValueError(f"{name} imports or exports in a way we do not know")
    gives = f"return {{ {', '.join(given)} }};\n" if given else ""
    return f"const {_named(name)} = (() => {{\n{text}{gives}}})();\n"


def _taken(found: re.Match[str]) -> str:
    """An import as a look into what the other module gave."""
    if found["whole"]:
        return f"const {{ whole: {found['whole']} }} = {_named(found['file'])};\n"
    if found["names"]:
        names = " ".join(found["names"].split()).replace(" as ", ": ")
        return f"const {{ {names} }} = {_named(found['file'])};\n"
    return ""


def _named(file: str) -> str:
    return "$" + file.removesuffix(".js").replace("-", "_")
