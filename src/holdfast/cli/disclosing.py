"""`holdfast disclose`: what is held at all, and what is held about one member."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from msgspec import to_builtins

from holdfast.app.knowing.disclosing import Reason, disclosed, member_named
from holdfast.app.knowing.mapping import ELSEWHERE, data_map
from holdfast.app.schema import Unfit
from holdfast.app.unlocking import keystore_at
from holdfast.cli.opening import Data, place_at, with_workshop, words
from holdfast.kit.cipher import RootKey
from holdfast.kit.work import Workshop
from holdfast.sealing.seam import Keyring
from holdfast.settings import Settings

NO_SUCH = "Nobody here has that number, and no seat has that handle."
NEEDS_REASON = "Words are opened for a reason that goes into the record: add --reason."


def disclose(
    *,
    member: Annotated[
        str, typer.Option(help="A member's number, or the handle of one of their seats.")
    ] = "",
    opened: Annotated[bool, typer.Option("--words", help="Open their sealed words, too.")] = False,
    reason: Annotated[
        Reason | None, typer.Option(help="Why their words are opened. It is recorded.")
    ] = None,
    data: Data = None,
) -> None:
    """Print the map of what is held; with --member, every row about them, as JSON.

    The map is read from the tables themselves. Asking about a member is recorded, and opening
    their words with the reason for it.
    """
    if not member:
        typer.echo(_as_json({"tables": [to_builtins(one) for one in data_map()], **_elsewhere()}))
        return
    if opened and reason is None:
        words.print(NEEDS_REASON, style="red")
        raise typer.Exit(2)
    settings = place_at(data)
    why = reason if opened else None

    async def ask(workshop: Workshop, root: RootKey) -> dict[str, Any]:
        return await _ask(settings, workshop, root, member, why)

    typer.echo(_as_json({**with_workshop(settings, ask), **_elsewhere()}))


async def _ask(
    settings: Settings, workshop: Workshop, root: RootKey, named: str, why: Reason | None
) -> dict[str, Any]:
    async with keystore_at(settings) as store, workshop.work() as work:
        member = await member_named(work, named)
        if member is None:
            raise Unfit(NO_SUCH)
        return await disclosed(work, Keyring(root, store), member, why=why)


def _elsewhere() -> dict[str, Any]:
    return {"elsewhere": ELSEWHERE}


def _as_json(found: dict[str, Any]) -> str:
    return json.dumps(found, ensure_ascii=False, indent=2)
