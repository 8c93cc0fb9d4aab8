"""What is sent to a browser besides words: small, all of it used, nothing inline."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

from holdfast.kit.static import sent

PACKAGE = Path(__file__).parents[2] / "src/holdfast"
STATIC = PACKAGE / "static"
TEMPLATES = sorted(PACKAGE.glob("*/templates/**/*.html"))
INLINE = re.compile(r"<style|<script(?![^>]* src=)|\sstyle=|\son[a-z]+=|javascript:", re.I)
SINKS = re.compile(
    r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|new Function)\b"
)


def squeezed(path: Path) -> int:
    """How many bytes go out."""
    return len(gzip.compress(sent(path), 9))


def icons_asked_for() -> set[str]:
    asked: set[str] = set()
    for template in TEMPLATES:
        text = template.read_text()
        asked |= set(re.findall(r'icon\("([a-z0-9-]+)"', text))
        asked |= set(re.findall(r'note\("[a-z]*", "([a-z0-9-]+)"', text))
        asked |= set(re.findall(r'\("[a-z_]+", "([a-z0-9-]+)", _\(', text))
        if re.search(r"call note\((?:\"[a-z]*\")?\)", text):
            asked.add("info")
    return asked


def test_the_templates_hold_no_inline_script_or_style() -> None:
    alone = {"mine.html"}  # it stands in a file that a member takes along, and names its style
    found = {t.name: INLINE.findall(t.read_text()) for t in TEMPLATES if t.name not in alone}
    assert len(found) > 10
    assert not {name: hits for name, hits in found.items() if hits}


def test_every_icon_that_is_asked_for_is_in_the_sprite_and_no_other() -> None:
    sprite = set(re.findall(r'<symbol id="([a-z0-9-]+)"', (STATIC / "icons/icons.svg").read_text()))
    assert sprite == icons_asked_for()


def test_html_becomes_nodes_in_one_place_only() -> None:
    sinks = {p.name for p in (STATIC / "js").glob("*.js") if SINKS.search(p.read_text())}
    assert sinks == {"nodes.js"}


def test_every_script_is_small_and_type_checked() -> None:
    scripts = sorted((STATIC / "js").glob("*.js"))
    assert len(scripts) > 10
    for script in scripts:
        lines = script.read_text().splitlines()
        assert lines[0] == "// @ts-check", script.name
        assert len(lines) <= 250, script.name


def test_what_a_room_needs_besides_its_words_stays_small() -> None:
    assert squeezed(STATIC / "js/room.js") < 13_900  # with all its modules
    assert squeezed(STATIC / "css/holdfast.css") < 12_000
    assert squeezed(STATIC / "icons/icons.svg") < 3_000
    assert (STATIC / "fonts/figtree-latin.woff2").stat().st_size < 21_000


def test_what_the_desk_needs_besides_its_words_stays_small() -> None:
    modules = [*STATIC.glob("js/desk*.js"), STATIC / "js/nodes.js", STATIC / "js/renewed.js"]
    assert len(modules) >= 6
    assert sum(squeezed(one) for one in modules) < 30_000
    assert squeezed(STATIC / "css/desk.css") < 6_000


def test_fonts_and_icons_come_with_their_licences() -> None:
    assert "ISC License" in (STATIC / "icons/LICENSE").read_text()
    assert "SIL OPEN FONT LICENSE" in (STATIC / "fonts/LICENSE").read_text()
