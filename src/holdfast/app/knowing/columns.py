"""What each column is to a person: the closed list of words that `info={"privacy": …}` may say."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Column


class Privacy(StrEnum):
    """What a column is to the person whose row it is in."""

    ID = "id"
    LINK = "link"
    WORDS = "words"
    CHOICE = "choice"
    TIME = "time"
    STATE = "state"
    SECRET = "secret"  # noqa: S105 - the name of a kind
    STAFF = "staff"
    PLACE = "place"


MEANS: dict[Privacy, str] = {
    Privacy.ID: "random or counting; says nothing by itself",
    Privacy.LINK: "ties rows of one person together",
    Privacy.WORDS: "words, sealed",
    Privacy.CHOICE: "what a member chose",
    Privacy.TIME: "when",
    Privacy.STATE: "what was decided, counted, or what kind it is",
    Privacy.SECRET: "a hash, a sealed key or a sealed address",
    Privacy.STAFF: "about staff",
    Privacy.PLACE: "about the community; about no person",
}


def privacy_of(column: Column[object]) -> Privacy:
    """What this column is to a person. Raises `KeyError` where nobody said so."""
    return Privacy(column.info["privacy"])
