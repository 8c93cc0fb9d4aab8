"""Drawing events for the wire: JSON for programs, JSON with HTML for pages, HTML for streams.

A variant is `data`, `html:<locale>` or `page:<locale>`; each entry is drawn once for each.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from holdfast.kit.frames import padded_frame, payload_of
from holdfast.messages.events import Entry, MessageEdited, MessagePosted, entry_fields

DrawMessage = Callable[[MessagePosted, str, str], str]  # message, slug, locale → HTML
DrawStream = Callable[[Entry, str, str, bool], str]  # entry, slug, locale, own → HTML


def frame(event: dict[str, Any]) -> bytes:
    """An event as a frame of one of few sizes; `event` must be its first key."""
    return padded_frame(orjson.dumps(event))


def told_in(slug: str, event: dict[str, Any]) -> bytes:
    """An event of a room: the room after the event's name, and nothing that is not there."""
    facts = {key: value for key, value in event.items() if value is not None}
    return frame({"event": facts.pop("event"), "room": slug, **facts})


class Drawing:
    """Draws an entry for a variant; `own` is the author's copy."""

    def __init__(
        self,
        message_html: DrawMessage,
        stream_html: DrawStream,
        forget: Callable[[], None] = lambda: None,
    ) -> None:
        self.forget = forget
        self.slugs: dict[int, str] = {}
        self._message_html = message_html
        self._stream_html = stream_html

    def __call__(self, entry: Entry, variant: str) -> bytes:
        slug = self.slugs[entry.room_id]
        if variant == "data":
            return frame(entry_fields(entry, slug, own=False))
        kind, _, locale = variant.partition(":")
        if kind == "page":
            return self._stream_html(entry, slug, locale, False).encode()
        fields = entry_fields(entry, slug, own=False)
        shown = entry.now if isinstance(entry, MessageEdited) else entry
        if isinstance(shown, MessagePosted):
            fields["html"] = self._message_html(shown, slug, locale)
        return frame(fields)

    def own(self, entry: Entry, variant: str, shared: bytes) -> bytes:
        """The author's copy: the same with the nonce in it, or drawn as their own."""
        if variant.startswith("page:"):
            slug, locale = self.slugs[entry.room_id], variant[5:]
            return self._stream_html(entry, slug, locale, True).encode()
        if not isinstance(entry, MessagePosted):
            return shared
        nonce = b',"nonce":"%b","author":' % entry.nonce.encode()
        return padded_frame(payload_of(shared).replace(b',"author":', nonce, 1))
