"""Nothing that people see is said outside gettext: in pages, refusals or scripts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import nodes

from holdfast.app import web
from holdfast.kit.errors import HoldfastError
from holdfast.kit.pages import PACKAGE, environment

TEMPLATES = sorted(PACKAGE.glob("*/templates/**/*.html"))
SOURCES = sorted(PACKAGE.rglob("*.py"))
# Names and signs that are the same in every language.
SAME_EVERYWHERE = {"Holdfast", "Home", "End", "Enter", "Shift", "R", "J", "K", "C"}
READ_ALOUD = {"alt", "title", "aria-label", "placeholder", "data-words"}
# Blocks that fill an attribute: classes and anchors, which nobody reads.
UNREAD_BLOCKS = {"body_class", "main_class", "skip_to"}


def parts_of(files: list[Path]) -> list[str]:
    """The slices these files lie in; a test for each is enough."""
    return sorted({path.relative_to(PACKAGE).parts[0] for path in files})


def of_part(files: list[Path], part: str) -> list[Path]:
    """Those of a slice."""
    return [path for path in files if path.relative_to(PACKAGE).parts[0] == part]


class Shown(HTMLParser):
    """The words of a page that people see or hear."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._in_code = False  # what is typed is the same in every language

    def handle_data(self, data: str) -> None:
        if not self._in_code:
            self.words += re.findall(r"[^\W\d_]+", data)

    def handle_endtag(self, tag: str) -> None:
        self._in_code = self._in_code and tag != "code"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in READ_ALOUD:
                self.handle_data(value or "")
        self._in_code = self._in_code or tag == "code"


def bare_words(source: str) -> list[str]:
    """Words that stand in a template outside gettext."""
    tree = environment("en").parse(source)
    shown = Shown()
    blocks = [block for block in tree.find_all(nodes.Block) if block.name in UNREAD_BLOCKS]
    unread = [part for block in blocks for part in block.find_all(nodes.Output)]
    for part in tree.find_all(nodes.Output):
        if part not in unread:
            drawn = [n.data if isinstance(n, nodes.TemplateData) else "0" for n in part.nodes]
            shown.feed("".join(drawn))
    return [word for word in shown.words if word not in SAME_EVERYWHERE]


@pytest.mark.parametrize("part", parts_of(TEMPLATES))
def test_no_page_says_a_word_outside_gettext(part: str) -> None:
    found = {path: bare_words(path.read_text("utf-8")) for path in of_part(TEMPLATES, part)}
    assert {path.name: words for path, words in found.items() if words} == {}


def test_a_bare_word_in_a_page_would_be_seen() -> None:
    assert bare_words("<p>{{ _('Fine') }}</p>") == []
    assert bare_words("<p>Hello {{ _('Fine') }}</p>") == ["Hello"]
    assert bare_words("<p title='Hello'>{{ name }}</p>") == ["Hello"]
    assert bare_words("<p><code>bin/serve</code> {{ _('Fine') }} Hello</p>") == ["Hello"]


def unmarked(tree: ast.Module) -> Iterator[str]:
    """Sentences handed to a refusal or to `say` without a mark for translators."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            name = getattr(node.func, "id", "")
            place = {"say": 1, "say_marked": 1}.get(name, 0 if name in refusals() else None)
            if place is not None and len(node.args) > place:
                yield from sentence(node.args[place])
        if isinstance(node, ast.ClassDef) and node.name in refusals():
            for line in node.body:
                if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "words":
                    yield from sentence(line.value)


def refusals() -> set[str]:
    """The names of every kind of refusal."""
    assert callable(web.build_app)  # importing it imported every slice
    kinds = [HoldfastError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    return {kind.__name__ for kind in kinds}


def sentence(value: ast.expr | None) -> Iterator[str]:
    if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
        yield value.value


@pytest.mark.parametrize("part", parts_of(SOURCES))
def test_no_refusal_speaks_without_a_mark_for_translators(part: str) -> None:
    read = {path: ast.parse(path.read_text("utf-8")) for path in of_part(SOURCES, part)}
    found = {path.name: list(unmarked(tree)) for path, tree in read.items()}
    assert {name: words for name, words in found.items() if words} == {}


def test_an_unmarked_refusal_would_be_seen() -> None:
    assert list(unmarked(ast.parse("raise NotFound(N_('Not here'))"))) == []
    assert list(unmarked(ast.parse("raise NotFound('Not here')"))) == ["Not here"]
    assert list(unmarked(ast.parse("say(locale, 'Not here')"))) == ["Not here"]


def test_no_script_holds_a_word_that_people_see() -> None:
    spoken = re.compile(
        r"""(?:textContent|ariaLabel|placeholder|title)\s*=\s*["'`][^"'`]*[A-Za-z]"""
    )
    scripts = sorted((PACKAGE / "static/js").glob("*.js"))
    assert scripts
    assert [path.name for path in scripts if spoken.search(path.read_text("utf-8"))] == []
