"""Every page in a pretended language and in Arabic: no word left out, and everything fits."""

from __future__ import annotations

import re

import pytest
from babel import Locale

from browser.pages import PAGES
from browser.visitors import DESK, PHONE, MakeVisitor, Visitor

PSEUDO = "en-x-pseudo"
SIZES = {"phone": PHONE, "desk": DESK}
# What members wrote; names of zones, countries and languages; what is English on purpose.
OF_OTHERS = (
    "bdi, q, code, td, .words, .quote, .when, select, [lang=en], [dir=auto], svg, script, style,"
    "noscript, .kbd, .logo, textarea[dir=ltr],"
    "[data-note], details[id^=in-] > summary"
)
SAID = """(others) => {
  const said = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const around = walk.currentNode.parentElement;
    const text = walk.currentNode.data.trim();
    if (text && !around.closest(others)) said.push(text);
  }
  for (const one of document.body.querySelectorAll('[aria-label], [title], [placeholder]')) {
    for (const name of ['aria-label', 'title', 'placeholder']) {
      if (one.hasAttribute(name) && !one.closest(others)) said.push(one.getAttribute(name).trim());
    }
  }
  return said;
}"""
PRETENDED = re.compile(r"\[.*\]", re.DOTALL)
BETWEEN_FACTS = re.compile(r" · |, ")
LANGUAGES = set(Locale("en").languages.values())  # a helpline's, as Unicode's data names them
LANGUAGES |= {"Español"}  # and one that a circle talks in, by its own name
COUNTRIES = set(Locale("en").territories.values())
DATE = re.compile(  # as Unicode's data says it; the pretended language has no calendar of its own
    "|".join([*Locale("en").days["format"]["wide"].values(),
              *Locale("en").months["format"]["wide"].values(),
              *Locale("en").months["format"]["abbreviated"].values(), r"\(UTC\)",
              r"^in \d+ (minute|hour|day)s?$"])
)  # fmt: skip
PLAIN_WORD = re.compile(r"[A-Za-z]{3,}")
ARABIC_DIGITS = re.compile(r"^[٠-٩]{1,2}:[٠-٩]{2}\s[صم]$")


def reading(visitor: MakeVisitor, language: str, **looks: object) -> Visitor:
    """Someone who reads these pages in a language, as a guest and as a member."""
    one = visitor(**looks)
    one.holds_cookie("holdfast-language", language)
    one.is_a_member()
    answer = one.context.request.post(
        "/me/looks", form={"language": language}, headers={"origin": one.place.url}
    )
    assert answer.ok
    me = one.member
    assert me is not None
    one.is_a_member = lambda: me  # type: ignore[method-assign]  # pages know the reader they get
    return one


def plain(one: Visitor) -> list[str]:
    """What this page says in plain English letters."""
    said: list[str] = one.page.evaluate(SAID, OF_OTHERS)
    assert said
    bare = [part for text in said for part in BETWEEN_FACTS.split(PRETENDED.sub("", text))]
    known = LANGUAGES | COUNTRIES
    said_plainly = [part for part in bare if PLAIN_WORD.search(part) and not DATE.search(part)]
    return [part for part in said_plainly if part not in known]


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_no_page_says_anything_that_was_not_translated(
    visitor: MakeVisitor, room: str, name: str
) -> None:
    one = reading(visitor, PSEUDO)
    PAGES[name](one, room)
    one.complaints = [c for c in one.complaints if "404" not in c]
    assert plain(one) == []


@pytest.mark.slow
def test_a_word_outside_gettext_would_be_seen(visitor: MakeVisitor) -> None:
    one = reading(visitor, PSEUDO).goes_to("/help")
    assert plain(one) == []
    one.page.evaluate("document.querySelector('main').append('Hello')")
    assert plain(one) == ["Hello"]


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PAGES)
def test_arabic_fits_every_page_and_axe_finds_nothing(
    visitor: MakeVisitor, room: str, name: str, size: str
) -> None:
    one = reading(visitor, "ar", viewport=SIZES[size])
    PAGES[name](one, room)
    one.complaints = [c for c in one.complaints if "404" not in c]
    assert one.page.get_attribute("html", "dir") == "rtl"
    assert one.page.get_attribute("html", "lang") == "ar"
    assert one.overflows() == []
    assert one.axe() == []


@pytest.mark.slow
def test_times_have_the_same_digits_from_the_server_and_from_the_live_line(
    visitor: MakeVisitor, room: str
) -> None:
    one = reading(visitor, "ar")
    other = one.place.member_in(room)
    other.put(room, "before")
    one.sits_in(room)
    other.put(room, "after")
    one.sees("after")
    clocks = one.page.locator("article time").all_inner_texts()
    assert len(clocks) == 2
    assert all(ARABIC_DIGITS.match(clock) for clock in clocks), clocks


@pytest.mark.slow
def test_words_about_danger_are_english_inside_an_arabic_page_and_say_so(
    visitor: MakeVisitor,
) -> None:
    one = visitor(locale="ar-EG").goes_to("/")
    warning = one.page.locator(".note-amber bdi[lang=en]").first
    assert warning.inner_text() == "If you might be in danger, you don’t have to wait here."
    assert "بالإنجليزية" in one.page.locator("main .unread").inner_text()


@pytest.mark.slow
def test_a_guest_without_scripts_changes_the_language_and_back(visitor: MakeVisitor) -> None:
    one = visitor(java_script_enabled=False, viewport=DESK).goes_to("/")
    for language, title in (
        ("es", "Un lugar firme para hablar"),
        ("en", "Somewhere steady to talk"),
    ):
        one.page.select_option("#language", language)
        one.page.click(".bar form[action='/language'] button")
        one.page.locator("h1", has_text=title).wait_for()
        assert one.page.get_attribute("html", "lang") == language


@pytest.mark.slow
def test_the_live_line_draws_messages_in_the_readers_language(
    visitor: MakeVisitor, room: str
) -> None:
    one = reading(visitor, PSEUDO).sits_in(room)
    one.place.member_in(room).put(room, "Only these words stay", wants="ideas")
    message = one.sees("Only these words stay")
    wish = message.locator(".wants").inner_text()
    assert wish.startswith("[Ŵöûļđ ļîķé:")
    assert not PLAIN_WORD.search(wish)
