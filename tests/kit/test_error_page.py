"""The page of a refusal says once what happened, and always where help is."""

from __future__ import annotations

import pytest

from holdfast.kit.looks import Looks
from holdfast.kit.pages import environment, page_globals

NOT_READ = "We can’t look that up just now. It isn’t anything you did. Please try again soon."


@pytest.mark.parametrize(("words", "said"), [("", "Try again in a minute."), (NOT_READ, NOT_READ)])
def test_what_broke_is_said_once(words: str, said: str) -> None:
    shown = page_globals(Looks(), [], "https://example.org")
    shown["own_words"], shown["community_name"] = (lambda _: None), ""
    page = environment("en").get_template("kit/error.html")
    text = page.render(**shown, status=503, words=words)
    assert said in text
    assert text.count("It isn’t anything you did.") == 1
    assert 'href="/help"' in text
