"""What a client may say on the live line: a closed union, validated once."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

import orjson
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from holdfast.kit.errors import HoldfastError, Malformed
from holdfast.kit.shapes import words_within
from holdfast.kit.unambiguous import DEEPEST, LARGEST, Ambiguous, depth_of, read_json
from holdfast.kit.words import N_
from holdfast.messages.rules import Response, Wants
from holdfast.messages.rules.expiring import Expires

Slug = Annotated[str, Field(min_length=1, max_length=64)]
Seq = Annotated[int, Field(ge=0, le=LARGEST)]
Nonce = Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]


class Command(BaseModel):
    """One thing a client says."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Enter(Command):
    do: Literal["enter"]
    room: Slug
    since: Seq | None = None
    epoch: str | None = Field(None, max_length=64)
    as_: Literal["data", "html"] = Field("data", alias="as")
    locale: str | None = Field(None, max_length=35)


class Leave(Command):
    do: Literal["leave"]
    room: Slug


class PostCommand(Command):
    do: Literal["post"]
    room: Slug
    nonce: Nonce
    text: str
    note: str | None = None
    reply_to: Seq | None = None
    wants: Annotated[Wants | None, Field(strict=False)] = None
    as_is: bool = False
    expires: Annotated[Expires | None, Field(strict=False)] = None


class Withdraw(Command):
    do: Literal["withdraw"]
    room: Slug
    nonce: Nonce
    of: Nonce


class Watch(Command):
    do: Literal["watch"]
    topic: Literal["desk"]


class EditCommand(Command):
    do: Literal["edit"]
    room: Slug
    seq: Seq
    nonce: Nonce
    text: str
    note: str | None = None


class RemoveCommand(Command):
    do: Literal["remove"]
    room: Slug
    seq: Seq
    nonce: Nonce


class RespondCommand(Command):
    do: Literal["respond"]
    room: Slug
    seq: Seq
    nonce: Nonce
    response: Annotated[Response, Field(strict=False)]
    on: bool


class Typing(Command):
    do: Literal["typing"]
    room: Slug


class Seen(Command):
    do: Literal["seen"]
    room: Slug
    seq: Seq


AnyCommand = (
    Enter
    | Leave
    | PostCommand
    | EditCommand
    | RemoveCommand
    | RespondCommand
    | Withdraw
    | Watch
    | Typing
    | Seen
)
COMMANDS: TypeAdapter[AnyCommand] = TypeAdapter(
    Annotated[AnyCommand, Field(discriminator="do")],
)


LEAST_QUOTES = {
    kind: sum(
        4 if field.annotation is not int and field.annotation is not bool else 2
        for field in kind.model_fields.values()
        if field.is_required()
    )
    for kind in get_args(AnyCommand)
}
"""How many quotes a command has that says no more than it must: then no name can be there twice."""


class UnknownField(HoldfastError):
    """A field this place does not know: refused, so that nobody thinks it did something."""

    status = 422
    code = "unknown_field"
    words = N_("There was something in that we don’t know, so we did nothing with it.")


def decode(data: bytes) -> AnyCommand:
    """A command from the text of one frame. Raises `Malformed` or `UnknownField`."""
    try:
        command = COMMANDS.validate_json(data)
        if data.count(b'"') != LEAST_QUOTES[type(command)]:
            read_json(data)  # there is more than must be: perhaps one name twice
        return command
    except Ambiguous:
        raise Malformed from None
    except ValidationError as wrong:
        kinds = {error["type"] for error in wrong.errors(include_url=False, include_input=False)}
        known = kinds != {"extra_forbidden"} or depth_of(orjson.loads(data)) > DEEPEST
        raise (Malformed() if known else UnknownField()) from None


def echo(data: bytes) -> dict[str, Any]:
    """What of a refused frame may be said back: its `nonce`, `room` and `do`, if they are words."""
    try:
        said = orjson.loads(data)
    except orjson.JSONDecodeError:
        return {}
    if not isinstance(said, dict):
        return {}
    return {
        key: said[key]
        for key in ("nonce", "room", "do")
        if isinstance(said.get(key), str) and len(said[key]) <= 64
    }


def words_in(data: bytes) -> str:
    """The words in a frame that is refused: whatever else is wrong with it, they are read."""
    try:
        return words_within(read_json(data))
    except Ambiguous:
        return words_within(data)  # whole: of two under one name a reader would drop the first


def echo_of(command: AnyCommand) -> dict[str, Any]:
    """What a refusal of this command says back."""
    if isinstance(command, Watch):
        return {"do": command.do}
    said: dict[str, Any] = {"room": command.room, "do": command.do}
    nonce = getattr(command, "nonce", None)
    return {"nonce": nonce, **said} if nonce else said
