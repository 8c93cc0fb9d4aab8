"""What may be said: cleaned, counted and shown without harm, whatever came in."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from holdfast.kit.errors import HoldfastError, Malformed, TooLong
from holdfast.messages.rules.words import (
    ISOLATES,
    LONGEST_NOTE,
    LONGEST_TEXT,
    OPENERS,
    POP,
    POP_ISOLATE,
    clean,
    clean_note,
    clean_text,
    close_directions,
    drafted,
    formatted,
    has_something_to_read,
    may_edit,
)

MARKS = [*OPENERS, *ISOLATES, POP, POP_ISOLATE]
TRICKS = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from([*MARKS, "\u200b", "\u200d", "\ufeff", "\u00ad", "\u0301", "\x00", "\r"]),
        st.sampled_from("*>-• \n\tabc<&\"'"),
    ),
    max_size=80,
)
XSS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "*<img src=x onerror=alert(1)>*",
    "> <svg/onload=alert(1)>",
    "- <a href='javascript:alert(1)'>x</a>",
    "\"><iframe srcdoc='<script>1</script>'>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<!--><script>alert(1)</script>-->",
    "*a*<b*c*>",
    "</p><h1>",
    "{{ 7 * 7 }}{% raw %}%(x)s {0} $x",
    "<\u200bscript>alert(1)</script>",
    "javascript:alert(1)",
    "<math><mtext><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=1&gt;'>",
]
OURS = {"p", "br", "em", "ul", "li", "blockquote"}


class Tags(HTMLParser):
    """Reads HTML as a browser would, and keeps what was in it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.attributes: list[object] = []
        self.other: list[str] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes += attrs
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_comment(self, data: str) -> None:
        self.other.append(data)

    def handle_decl(self, decl: str) -> None:
        self.other.append(decl)

    def handle_pi(self, data: str) -> None:
        self.other.append(data)


def only_ours(html: str) -> None:
    """The HTML holds our few tags, balanced, and nothing else of HTML."""
    tags = Tags(html)
    assert tags.seen <= OURS
    assert tags.attributes == tags.other == tags.open == []


@pytest.mark.parametrize("words", XSS)
def test_no_text_becomes_html(words: str) -> None:
    only_ours(formatted(clean_text(words)))


@given(TRICKS)
@example("\n".join(XSS))
@example("*" * 50)
@example("> *a\n> b*\n- *c*\n\n")
def test_whatever_is_said_only_our_own_tags_come_out(text: str) -> None:
    only_ours(formatted(text))


@given(st.text(st.characters(exclude_characters="*>-• \n\t\r\x00", exclude_categories=["Cs", "Z"])))
def test_formatting_loses_no_letter(text: str) -> None:
    assert Tags(formatted(text)).words == text.strip()


def test_the_few_forms_there_are() -> None:
    assert formatted("one\ntwo\n\nthree") == "<p>one<br>two</p><p>three</p>"
    assert formatted("so *very* tired") == "<p>so <em>very</em> tired</p>"
    assert formatted("> you said\n> this\nyes") == (
        "<blockquote><p>you said<br>this</p></blockquote><p>yes</p>"
    )
    assert formatted("- tea\n• bed") == "<ul><li>tea</li><li>bed</li></ul>"
    assert formatted("2*3*4 and * alone *") == "<p>2*3*4 and * alone *</p>"
    assert formatted("https://example.org/?a=1&b=2") == ("<p>https://example.org/?a=1&amp;b=2</p>")
    assert formatted("") == formatted(" \n ") == ""


# ---------------------------------------------------------------- cleaning


@given(TRICKS)
@example("e\x00\u0301")
@example("e\u202c\u0301")
@example("\r\r\n\n\r")
def test_what_is_clean_stays_as_it_is(text: str) -> None:
    once = clean(text)
    assert clean(once) == once


@given(TRICKS)
def test_no_control_character_and_no_half_of_one_is_kept(text: str) -> None:
    for c in clean(text):
        assert c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs", "Cn"}
    clean(text).encode()


@given(TRICKS)
def test_every_line_closes_what_it_opens_and_nothing_else(text: str) -> None:
    for line in clean(text).split("\n"):
        waiting: list[str] = []
        for c in line:
            if c in OPENERS:
                waiting.append(POP)
            elif c in ISOLATES:
                waiting.append(POP_ISOLATE)
            elif c in {POP, POP_ISOLATE}:
                assert waiting
                assert waiting.pop() == c
        assert waiting == []


@given(st.text(st.sampled_from([*MARKS, "a", "\u0627", "\n"]), max_size=40))
def test_closing_directions_keeps_every_letter(line: str) -> None:
    kept = close_directions(line)
    assert [c for c in kept if c not in MARKS] == [c for c in line if c not in MARKS]


def test_one_and_the_same_letter_is_kept_in_one_shape() -> None:
    assert clean("e\u0301") == clean("\u00e9") == "\u00e9"


def test_people_s_writing_is_left_alone() -> None:
    for words in ("مرحبا بكم", "👩🏽‍🤝‍👨🏿 hello", "नमस्ते", "tea\n\tand sleep", "שלום \u200f(כן)"):
        assert clean(words) == words


# ---------------------------------------------------------------- sizes


def test_a_message_has_between_one_and_four_thousand_characters() -> None:
    for letter in ("a", "é", "ل", "👋"):
        assert drafted("nonce-01", letter * LONGEST_TEXT).text == letter * LONGEST_TEXT
        with pytest.raises(TooLong):
            drafted("nonce-01", letter * (LONGEST_TEXT + 1))


@pytest.mark.parametrize(
    "empty", ["", " ", "\n\n", "\u200b", "\u00ad\ufeff", "\u202e\u202c", "\x00", "\u2800"[:0]]
)
def test_a_message_has_something_to_read(empty: str) -> None:
    with pytest.raises(Malformed) as refused:
        drafted("nonce-01", empty)
    assert refused.value.code == "empty"


@given(TRICKS)
def test_any_text_is_taken_or_refused_in_words(text: str) -> None:
    try:
        draft = drafted("nonce-01", text, note=text)
    except HoldfastError:
        return
    assert has_something_to_read(draft.text)
    assert draft.note is None or 0 < len(draft.note) <= LONGEST_NOTE


def test_a_note_is_one_line_of_at_most_eighty_characters() -> None:
    assert clean_note("  about\n a   loss ") == "about a loss"
    assert clean_note("") is clean_note(" \n") is clean_note(None) is None
    assert clean_note("é" * 80) == "é" * 80
    with pytest.raises(TooLong):
        clean_note("é" * 81)


@pytest.mark.parametrize(
    "nonce", ["", "short-7", "a" * 65, "with space", "nonce/01", "nönce-01", "nonce-01\n", "а" * 8]
)
def test_a_nonce_has_eight_to_sixty_four_plain_letters(nonce: str) -> None:
    for good in ("nonce-01", "a" * 64, "A_-09azZ"):
        assert drafted(good, "hello").nonce == good
    with pytest.raises(Malformed):
        drafted(nonce, "hello")


# ---------------------------------------------------------------- meaning, and time


def test_whatever_differs_in_a_message_makes_it_another() -> None:
    base = drafted("nonce-01", "a", "n", 1, "ideas")
    others = [
        drafted("nonce-01", "b", "n", 1, "ideas"),
        drafted("nonce-01", "a", "m", 1, "ideas"),
        drafted("nonce-01", "a", None, 1, "ideas"),
        drafted("nonce-01", "a", "n", 2, "ideas"),
        drafted("nonce-01", "a", "n", 1, None),
    ]
    assert len({draft.meaning for draft in (base, *others)}) == 6
    assert drafted("nonce-02", "a", "n", 1, "ideas").meaning == base.meaning


def test_words_cannot_be_moved_from_one_field_into_the_next() -> None:
    assert drafted("nonce-01", "a", "b").meaning != drafted("nonce-01", "a b").meaning
    assert drafted("nonce-01", "a\x00b").meaning != drafted("nonce-01", "a", "b").meaning


@pytest.mark.parametrize(
    ("minutes", "allowed"), [(0, True), (14.99, True), (15, True), (15.001, False), (600, False)]
)
def test_a_message_can_be_changed_for_fifteen_minutes(minutes: float, allowed: bool) -> None:
    written = datetime(2026, 11, 22, 23, 50, tzinfo=UTC)
    assert may_edit(written, written + timedelta(minutes=minutes)) is allowed
