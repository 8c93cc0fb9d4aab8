"""Messages as the templates show them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from markupsafe import Markup
from msgspec import Struct, field

from holdfast.kit.clock import stamp
from holdfast.kit.looks import Looks
from holdfast.kit.pages import clock_of, day_of, environment, in_time, zone_of
from holdfast.kit.words import N_, say
from holdfast.messages.events import (
    Entry,
    MessageEdited,
    MessagePosted,
    MessageRemoved,
    NoteLeft,
    Quote,
    avatar_url,
    note_words,
)
from holdfast.messages.rules import formatted, may_edit
from holdfast.messages.rules.expiring import left_words
from holdfast.rights.rules import Role

SAME_WITHIN = timedelta(minutes=5)
Counts = tuple[tuple[str, int], ...]


class Face(NamedTuple):
    """A message as one reader sees it; the same for all who see it alike."""

    seq: int
    seat: str
    pseudonym: str
    avatar_url: str
    badge: str
    text: str
    note: str
    wants: str
    reply: Quote | None
    at: str
    clock: str
    edited_at: str | None
    removed: str
    counts: Counts
    given: tuple[str, ...]
    mine: bool
    editable: bool
    doors: bool
    same: bool = False
    day: str = ""
    day_words: str = ""
    first_new: bool = False
    expires_at: str = ""
    goes: str = ""
    replies: int = 0


BADGES = {
    Role.MODERATOR: N_("moderator"),
    Role.CRISIS_MODERATOR: N_("crisis moderator"),
    Role.SUPERVISOR: N_("supervisor"),
    Role.LEAD: N_("safeguarding lead"),
    Role.STEWARD: N_("steward"),
}


def badge_words(role: str, locale: str) -> str:
    """What stands beside a staff name; nothing beside a member's."""
    return say(locale, BADGES[Role(role)]) if role else ""


class View(Struct):
    """How one reader sees a run of messages."""

    looks: Looks
    now: datetime
    slug: str = ""
    seat_id: int = 0
    new_after: int | None = None
    counts: Mapping[int, Mapping[str, int]] = field(default_factory=dict)
    given: Collection[tuple[int, str]] = ()
    replies: Mapping[int, int] = field(default_factory=dict)  # where there are threads
    menu: bool = True  # False where a script fills a menu when it is first opened
    private: bool = False  # between two: what is drawn is kept nowhere
    doors: bool = True  # False for staff, who neither report nor look away

    def shown(
        self, messages: Sequence[MessagePosted], *, since: datetime | None = None
    ) -> list[dict[str, Any]]:
        """Messages with day lines, runs of one author, and the line above what is new.

        `since`: the page has said the day of this moment already.
        """
        zone = zone_of(self.looks.zone)
        shown: list[dict[str, Any]] = []
        before: MessagePosted | None = None
        today = None if since is None else since.astimezone(zone).date()
        for message in messages:
            day, words = message.at.astimezone(zone).date(), ""
            if day != today:
                words = day_of(message.at, self.looks)
            first_new = self._is_first_new(message, before)
            same = not words and not first_new and runs_on(before, message)
            face = self.one(message)._replace(
                day=day.isoformat() if words else "",
                day_words=words,
                first_new=first_new,
                same=same,
            )
            draw = drawn.__wrapped__ if self.private else drawn
            html = draw(self.looks.locale, self.slug, face, menu=self.menu)
            shown.append(
                {"seq": face.seq, "pseudonym": face.pseudonym, "clock": face.clock, "html": html}
            )
            before, today = message, day
        return shown

    def _is_first_new(self, message: MessagePosted, before: MessagePosted | None) -> bool:
        mark = self.new_after
        if mark is None or message.seq <= mark or message.owner == self.seat_id:
            return False
        if before is None or before.seq <= mark:
            self.new_after = None
            return True
        return False

    def one(self, message: MessagePosted) -> Face:
        """One message by itself."""
        mine = message.owner == self.seat_id
        return Face(
            seq=message.seq,
            seat=message.author.seat,
            pseudonym=message.author.pseudonym,
            avatar_url=avatar_url(message.author.avatar),
            badge=badge_words(message.author.badge, self.looks.locale),
            text=message.text,
            note=message.note or "",
            wants=message.wants or "",
            reply=message.quote,
            at=stamp(message.at),
            clock=clock_of(message.at, self.looks),
            edited_at=stamp(message.edited_at) if message.edited_at else None,
            removed=message.removed or "",
            counts=tuple(self.counts.get(message.seq, {}).items()),
            given=tuple(answer for seq, answer in self.given if seq == message.seq),
            mine=mine,
            editable=mine and not message.removed and may_edit(message.at, self.now),
            doors=self.doors,
            expires_at=stamp(message.expires_at) if message.expires_at else "",
            goes=self._going(message),
            replies=self.replies.get(message.seq, 0),
        )

    def _going(self, message: MessagePosted) -> str:
        """In how long a message goes by itself, as its author chose; nothing once it is gone."""
        if message.expires_at is None or message.removed:
            return ""
        return in_time(*left_words(message.expires_at, self.now), self.looks)


@lru_cache(maxsize=4_096)
def drawn(locale: str, slug: str, face: Face, *, menu: bool) -> Markup:
    """One message of a page. Drawn once for all who see it alike."""
    template = environment(locale).get_template("messages/message.html")
    html = template.render(m=dressed(face), slug=slug, menu=menu, locale=locale)
    return Markup(html)  # noqa: S704 - from our own template


def dressed(face: Face) -> dict[str, Any]:
    """A message as its template takes it, with its words as HTML."""
    return {**face._asdict(), "counts": dict(face.counts), "text_html": formatted(face.text)}


def runs_on(before: MessagePosted | None, message: MessagePosted) -> bool:
    """Whether this goes on where the same author just stopped."""
    return (
        before is not None
        and before.owner == message.owner
        and not before.removed
        and not message.removed
        and message.at - before.at < SAME_WITHIN
    )


def quoted(quote: Quote | None) -> dict[str, Any] | None:
    if quote is None:
        return None
    return {
        "seq": quote.seq,
        "pseudonym": quote.pseudonym,
        "excerpt": quote.excerpt,
        "note": quote.note or "",
    }


def message_html(message: MessagePosted, slug: str, locale: str) -> str:
    """One message for the live line: drawn once for everybody of a language."""
    view = View(Looks(locale=locale), message.at)
    template = environment(locale).get_template("messages/message.html")
    return template.render(m=dressed(view.one(message)), slug=slug, menu=False, locale=locale)


def stream_html(entry: Entry, slug: str, locale: str, own: bool) -> str:
    """One entry for the page that never ends. A change makes that page start over."""
    if isinstance(entry, MessageEdited | MessageRemoved):
        return environment(locale).get_template("messages/again.html").render()
    if isinstance(entry, NoteLeft):
        return Markup('<p class="note house-note">{}</p>').format(note_words(entry, locale))
    if not isinstance(entry, MessagePosted):
        return ""
    view = View(Looks(locale=locale), entry.at, seat_id=entry.owner if own else 0)
    template = environment(locale).get_template("messages/message.html")
    return template.render(m=dressed(view.one(entry)), slug=slug, menu=True, locale=locale)
