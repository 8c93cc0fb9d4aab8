"""Drawing messages: what is the same for every message is made once."""

from __future__ import annotations

from typing import Any

import pytest
from jinja2 import Template

from holdfast.kit.ids import RoomId, SeatId
from holdfast.kit.looks import LANGUAGES, Looks
from holdfast.kit.pages import environment, icon
from holdfast.messages.events import MessagePosted
from holdfast.messages.pages.shown import View
from holdfast.rooms.access import Author
from town import StillClock

NOW = StillClock().now()


def messages(count: int, first: int) -> list[MessagePosted]:
    otter = Author("handle", "Quiet Otter", "otter")
    return [
        MessagePosted(RoomId(1), seq, SeatId(7), otter, f"nonce-{seq}", f"word {seq}", NOW)
        for seq in range(first, first + count)
    ]


@pytest.mark.parametrize("locale", LANGUAGES)
def test_the_parts_of_a_message_are_made_once_for_each_language(
    locale: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    view, made, make = View(Looks(locale=locale), NOW), list[Any](), Template.make_module

    def noticed(template: Template, *given: Any) -> Any:
        made.append(template.name)
        return make(template, *given)

    (first,) = view.shown(messages(1, 1))
    monkeypatch.setattr(Template, "make_module", noticed)
    others = view.shown(messages(20, 100))
    assert all("bub" in one["html"] for one in (first, *others))
    assert made == []


def test_a_template_is_looked_for_on_the_disk_once() -> None:
    assert not environment("en").auto_reload


def test_an_icon_is_made_once() -> None:
    assert icon("heart") is icon("heart")
    assert icon("heart", "i-dir") != icon("heart")
