"""What people say in the town: read from `talk/*.toml`, checked, and placed before now."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from importlib import resources
from itertools import pairwise
from typing import Annotated, Any, Self

from msgspec import Struct
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from holdfast.messages.rules import Response, Wants, clean_note, clean_text

ROOMS = ("evening", "anxiety", "low-mood", "recovery", "grief", "night-room")
"""The slugs of the rooms that talk, one file each."""

FRESH_MINUTES = 360
"""What is said `ago` is said within these minutes before now; what is dated lies before them."""

DATED = re.compile(r"(?:-(?P<back>[1-3])|0)d (?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d)")


class Seat(Struct, frozen=True):
    """How one member is seen in one room. `avatar` are the words its picture is drawn from."""

    pseudonym: str
    avatar: str


class Voice(Struct, frozen=True):
    """One member of the town, with a seat in every room where they write or respond."""

    key: str
    language: str
    kept_name: str | None
    seats: Mapping[str, Seat]


class Edit(Struct, frozen=True):
    """The words a message has now, and since when."""

    text: str
    at: datetime


class Said(Struct, frozen=True):
    """One message. `reply_to` is the place, from 0, of an earlier message in the same room."""

    by: str
    nonce: str
    at: datetime
    text: str
    note: str | None
    wants: Wants | None
    reply_to: int | None
    edit: Edit | None
    removed_at: datetime | None
    responses: tuple[tuple[str, Response], ...]


class Talk(Struct, frozen=True):
    """Everyone in the town, and what was said in each room, oldest first."""

    voices: tuple[Voice, ...]
    rooms: Mapping[str, tuple[Said, ...]]


def talk(now: datetime) -> Talk:
    """The town's four days of talk, all of it before `now`; days are those of `now`'s zone."""
    entries = {room: _entries(room) for room in ROOMS}
    voices = _voices(entries)
    placed = {room: _said(room, entries[room], now) for room in ROOMS}
    return Talk(voices, placed)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Member(_Strict):
    key: str = Field(pattern=r"^[a-z]+$")
    language: str = "en"
    avatar: str
    keeps: str | None = None
    names: dict[str, str] = {}

    @model_validator(mode="after")
    def _one_way_of_being_named(self) -> Self:
        if (self.keeps is None) == (not self.names):
            raise ValueError(f"{self.key} keeps one name or has one for each room, not both")
        return self

    def seat_in(self, room: str) -> Seat:
        if self.keeps is not None:
            return Seat(self.keeps, self.avatar)
        if room not in self.names:
            raise ValueError(f"{self.key} is in {room} without a name there")
        return Seat(self.names[room], f"{self.avatar}, {room}")


class _Message(_Strict):
    id: str | None = None
    by: str
    at: str | None = None
    ago: int | None = Field(default=None, ge=1, lt=FRESH_MINUTES)
    text: Annotated[str, AfterValidator(clean_text)]
    note: Annotated[str | None, AfterValidator(clean_note)] = None
    wants: Wants | None = None
    reply_to: str | None = None
    edited_text: Annotated[str, AfterValidator(clean_text)] | None = None
    edited_after: int | None = Field(default=None, ge=1, le=14)
    removed_after: int | None = Field(default=None, ge=1)
    with_you: list[str] = []
    same_here: list[str] = []
    thank_you: list[str] = []
    strength: list[str] = []

    @model_validator(mode="after")
    def _has_one_time_and_whole_edits(self) -> Self:
        if (self.at is None) == (self.ago is None):
            raise ValueError(f"{self.text[:40]!r} needs `at` or `ago`, not both")
        if (self.edited_text is None) != (self.edited_after is None):
            raise ValueError(f"{self.text[:40]!r} needs both `edited_text` and `edited_after`")
        if self.place() + max(self.edited_after or 0, self.removed_after or 0) >= FRESH_MINUTES:
            raise ValueError(f"{self.text[:40]!r} changes, or is dated, after now")
        return self

    @property
    def responses(self) -> tuple[tuple[str, Response], ...]:
        return tuple((who, kind) for kind in Response for who in getattr(self, kind.value))

    def place(self) -> int:
        """Minutes after day 0's midnight at the earliest: what `now` is does not matter."""
        if self.ago is not None:
            return FRESH_MINUTES - self.ago
        found = DATED.fullmatch(self.at or "")
        if found is None:
            raise ValueError(f"no such time: {self.at!r}")
        back, hour, minute = (int(found[name] or 0) for name in ("back", "hour", "minute"))
        return -back * 24 * 60 + hour * 60 + minute

    def written_at(self, now: datetime) -> datetime:
        if self.ago is not None:
            return now.astimezone(UTC) - timedelta(minutes=self.ago)
        return _day_zero(now) + timedelta(minutes=self.place())


class _Room(_Strict):
    room: str
    message: list[_Message]


class _People(_Strict):
    member: list[_Member]


def _day_zero(now: datetime) -> datetime:
    """The last midnight that lies far enough back for everything said `ago` to come after it."""
    there = (now.astimezone(UTC) - timedelta(minutes=FRESH_MINUTES)).astimezone(now.tzinfo)
    return there.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def _read(name: str) -> dict[str, Any]:
    file = resources.files("holdfast.town").joinpath("talk", f"{name}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _entries(room: str) -> list[_Message]:
    file = _Room.model_validate(_read(room))
    if file.room != room:
        raise ValueError(f"{room}.toml says that it is {file.room}")
    for earlier, later in pairwise(file.message):
        if earlier.place() >= later.place():
            raise ValueError(f"{room}: {later.text[:40]!r} does not come after what stands above")
    for entry in file.message:
        heard = [who for who, _ in entry.responses]
        if entry.by in heard or len(set(heard)) < len(heard):
            raise ValueError(f"{room}: {entry.text[:40]!r} has a response too many")
    return file.message


def _voices(entries: Mapping[str, Iterable[_Message]]) -> tuple[Voice, ...]:
    members = {member.key: member for member in _People.model_validate(_read("members")).member}
    present = {room: _present(messages) for room, messages in entries.items()}
    strangers = set().union(*present.values()) - set(members)
    if strangers:
        raise ValueError(f"in no list of members: {sorted(strangers)}")
    return tuple(
        Voice(
            key,
            member.language,
            member.keeps,
            {room: member.seat_in(room) for room in ROOMS if key in present[room]},
        )
        for key, member in members.items()
    )


def _present(messages: Iterable[_Message]) -> set[str]:
    return {who for entry in messages for who in (entry.by, *(w for w, _ in entry.responses))}


def _said(room: str, entries: Iterable[_Message], now: datetime) -> tuple[Said, ...]:
    places: dict[str, int] = {}
    said: list[Said] = []
    for number, entry in enumerate(entries):
        if entry.reply_to is not None and entry.reply_to not in places:
            raise ValueError(f"{room}: nothing called {entry.reply_to!r} was said before")
        answered = None if entry.reply_to is None else places[entry.reply_to]
        said.append(_placed(entry, f"town-{room}-{number:03}", answered, now))
        if entry.id is not None:
            if entry.id in places:
                raise ValueError(f"{room}: two messages are called {entry.id!r}")
            places[entry.id] = number
    return tuple(said)


def _placed(entry: _Message, nonce: str, reply_to: int | None, now: datetime) -> Said:
    at = entry.written_at(now)
    edit = removed_at = None
    if entry.edited_text is not None and entry.edited_after is not None:
        edit = Edit(entry.edited_text, at + timedelta(minutes=entry.edited_after))
    if entry.removed_after is not None:
        removed_at = at + timedelta(minutes=entry.removed_after)
    return Said(
        by=entry.by,
        nonce=nonce,
        at=at,
        text=entry.text.strip(),
        note=entry.note,
        wants=entry.wants,
        reply_to=reply_to,
        edit=edit,
        removed_at=removed_at,
        responses=entry.responses,
    )
