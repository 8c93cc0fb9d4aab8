"""Walking through pages as a browser without scripts does: links, forms and what they say."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx

BAND = "18+"


@dataclass
class Form:
    """A form, with what it would send if nobody touched it."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    offered: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """A page that was answered: its forms, links and words."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__()
        self.status = answer.status_code
        self.html = answer.text
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.headings: list[str] = []
        self.focused = ""
        self._words: list[str] = []
        self._heading = False
        self.feed(answer.text)

    @property
    def said(self) -> str:
        """All the words of the page."""
        return " ".join("".join(self._words).split())

    def form(self, action: str) -> Form:
        """The form that goes there."""
        return next(form for form in self.forms if form.action == action)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if "autofocus" in found:
            self.focused = found.get("id", tag)
        match tag:
            case "form":
                self.forms.append(Form(found.get("action", ""), found.get("method", "get")))
            case "a":
                self.links.append(found["href"])
            case "h1":
                self._heading = True
                self.headings.append("")
            case "input" if self.forms and "name" in found:
                self._offer(found)

    def _offer(self, found: dict[str, str]) -> None:
        form, kind = self.forms[-1], found.get("type", "text")
        if kind in {"radio", "checkbox"}:
            form.offered.append(found["name"] if kind == "checkbox" else found["value"])
        if kind not in {"radio", "checkbox"} or "checked" in found:
            form.fields[found["name"]] = found.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "h1":
            self._heading = False

    def handle_data(self, data: str) -> None:
        self._words.append(data)
        if self._heading:
            self.headings[-1] += data


async def visit(client: httpx.AsyncClient, path: str) -> Page:
    """A page, wherever the way leads."""
    return Page(await client.get(path, follow_redirects=True))


async def send(
    client: httpx.AsyncClient, page: Page, action: str, *without: str, **more: str
) -> Page:
    """Fill in a form of the page, send it and see where it leads."""
    form = page.form(action)
    fields = {name: value for name, value in form.fields.items() if name not in without}
    fields |= {name.replace("_", "-"): value for name, value in more.items()}
    if form.method == "get":
        return Page(await client.get(action, params=fields, follow_redirects=True))
    return Page(await client.post(action, data=fields, follow_redirects=True))


async def to_the_yeses(client: httpx.AsyncClient) -> Page:
    """Grown up, promises read, questions answered as things are."""
    page = await send(client, await visit(client, "/come-in"), "/come-in", age=BAND)
    page = await send(client, page, "/come-in/check")
    right = {"who_reads": "room", "danger": "page", "number": "keep", "seven_words": "anew"}
    return await send(client, page, "/come-in/check", **right)


async def inside(client: httpx.AsyncClient) -> Page:
    """Come in, up to the question whether to come back."""
    yeses = {"promises": "yes", "words": "yes", "age": "yes", "danger_signs": "yes"}
    return await send(client, await to_the_yeses(client), "/come-in/agree", **yeses)
