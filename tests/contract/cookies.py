"""The session cookie a browser carries, got as a browser gets it: through the form, by hand."""

from __future__ import annotations

from html.parser import HTMLParser

from contract.client import Member, Place


class SignInForm(HTMLParser):
    """The form that asks for the seven words: where it goes, and all of its fields."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action = ""
        self.words = ""
        self.fields: dict[str, str] = {}
        self.current = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note forms and what may be typed or is hidden in them."""
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.current = has.get("action", "")
        elif tag == "input" and has.get("type") == "hidden":
            self.fields[has["name"]] = has.get("value", "")
        elif tag in ("textarea", "input") and has.get("type", "text") in ("text", "password"):
            self.action, self.words = self.current, has["name"]


def session_cookie(place: Place, member: Member) -> str:
    """The `Cookie` header of this member after signing in with a browser without scripts."""
    form = SignInForm(place.call("GET", "/sign-in").text)
    assert form.words, "the page has no field for the seven words"
    answer = place.call(
        "POST",
        form.action,
        data={**form.fields, form.words: member.recovery_phrase},
        headers={"Origin": place.url},
    )
    given = [line.split(";")[0] for line in answer.headers.get_list("set-cookie")]
    assert given, answer.text
    return "; ".join(given)
