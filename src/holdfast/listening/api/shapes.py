"""What listening takes and returns, as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from holdfast.kit.clock import stamp
from holdfast.kit.house import House
from holdfast.listening.queries import MyAsk, MyOffer
from holdfast.listening.queries.sessions import Talk
from holdfast.settings import Switch

Id = Annotated[int, Path(ge=1, le=2**53 - 1)]
Slug = Annotated[str, Path(max_length=64)]
Code = Annotated[str, Field(max_length=32)]
Words = Annotated[str, Field(max_length=16_000)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class AskShown(BaseModel):
    """My ask while it waits. `wait`: seconds that people really waited in this hour of the day."""

    asked_at: str
    until: str
    wants: list[str]
    preferences: list[str]
    language: str
    words: str
    is_before_someone: bool
    wait: int | None = None


class OfferShown(BaseModel):
    """An ask that lies before me, until then, and why it does."""

    id: int
    until: str
    asked_at: str
    wants: list[str]
    preferences: list[str]
    language: str
    words: str
    reasons: list[str]
    again: bool
    summary: str


class TalkShown(BaseModel):
    """A talk of two as one of them sees it."""

    room: str
    side: str | None = None
    began_at: str
    number: int
    is_last: bool
    ending_is_planned: bool
    reasons: list[str]
    ends_at: str | None = None
    paused_by: str | None = None
    ended_at: str | None = None
    ended_how: str | None = None
    hand_up: bool
    staff: list[str]
    hand_over: str | None = None
    summary: str
    may_return: bool
    my_wish: bool | None = None
    both_wish: bool
    may_answer: bool
    note: str
    guard: str | None = None


def covered(house: House) -> bool:
    """Whether somebody must be on shift who could be called in."""
    return bool(house.settings.coverage is Switch.ON)


def _at(moment: datetime | None) -> str | None:
    return None if moment is None else stamp(moment)


def ask_shown(one: MyAsk) -> AskShown:
    return AskShown(
        asked_at=stamp(one.asked_at),
        until=stamp(one.until),
        wants=list(one.wants),
        preferences=list(one.preferences),
        language=one.language,
        words=one.words,
        is_before_someone=one.is_before_someone,
        wait=None if one.wait is None else one.wait.seconds,
    )


def offer_shown(one: MyOffer) -> OfferShown:
    return OfferShown(
        id=one.id,
        until=stamp(one.until),
        asked_at=stamp(one.asked_at),
        wants=list(one.wants),
        preferences=list(one.preferences),
        language=one.language,
        words=one.words,
        reasons=list(one.reasons),
        again=one.again,
        summary=one.summary,
    )


def talk_shown(one: Talk) -> TalkShown:
    return TalkShown(
        room=one.slug,
        side=one.side,
        began_at=stamp(one.began_at),
        number=one.number,
        is_last=one.is_last,
        ending_is_planned=one.ending_is_planned,
        reasons=list(one.reasons),
        ends_at=_at(one.ends_at),
        paused_by=one.paused_by,
        ended_at=_at(one.ended_at),
        ended_how=one.ended_how,
        hand_up=one.hand_up,
        staff=list(one.staff),
        hand_over=one.hand_over,
        summary=one.summary,
        may_return=one.may_return,
        my_wish=one.my_wish,
        both_wish=one.both_wish,
        may_answer=one.may_answer,
        note=one.note,
        guard=one.guard,
    )
