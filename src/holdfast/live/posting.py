"""Saying something on a line, and what its author is told of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, assert_never

from holdfast.kit.clock import stamp
from holdfast.kit.errors import HoldfastError
from holdfast.kit.tables import from_millis
from holdfast.live.commands import (
    EditCommand,
    PostCommand,
    RemoveCommand,
    RespondCommand,
    Withdraw,
    echo_of,
)
from holdfast.live.draw import frame
from holdfast.messages.actions import (
    all_said,
    edit_message,
    hear_out,
    is_prepared,
    prepared_to_post,
    remove_message,
    respond_to_message,
    say,
    withdraw_post,
)
from holdfast.messages.events import Quote
from holdfast.messages.ledger.entries import Accepted, Kept, NotKnown, Outcome
from holdfast.messages.rules import Draft, drafted
from holdfast.rooms.access import Seat

if TYPE_CHECKING:
    from holdfast.live.line import Line


def post(line: Line, command: PostCommand) -> None:
    """Say something: at once where nothing need be looked up."""
    draft = drafted(
        command.nonce,
        command.text,
        command.note,
        command.reply_to,
        command.wants,
        as_is=command.as_is,
        expires=command.expires,
    )
    seat = line.seats.get(command.room)
    if seat is not None and seat.held and is_prepared(line.floor.ledger, seat, draft):
        _say(line, seat, draft, None)
    else:
        line.slowly(_look_up_and_say(line, command, draft), echo_of(command))


async def _look_up_and_say(line: Line, command: PostCommand, draft: Draft) -> None:
    try:
        seat = await line.seat(command.room)
        quote = await prepared_to_post(line.floor.ledger, seat, draft)
        _say(line, seat, draft, quote)
    except HoldfastError as refusal:
        await _heard_out(line, refusal, draft.nonce, all_said(draft.text, draft.note))
        raise


def _say(line: Line, seat: Seat, draft: Draft, quote: Quote | None) -> None:
    ticket = say(line.floor.ledger, seat, draft, quote)
    ticket.then(partial(_answer, line, seat.slug, draft))


def _answer(line: Line, slug: str, draft: Draft, outcome: Outcome) -> None:
    match outcome:
        case Accepted():
            line.take(accepted_frame(slug, outcome))
        case Kept():
            line.take(held_frame(slug, outcome))
        case NotKnown():
            line.close(1001)  # no answer is true; the client comes back and asks by its nonce
        case _:
            said = all_said(draft.text, draft.note)
            line.refuse_words(outcome, {"nonce": draft.nonce, "room": slug}, said)


async def refuse_after_reading(
    line: Line, refusal: HoldfastError, said: dict[str, Any], words: str
) -> None:
    """Read words that are refused, keep them where they may be a goodbye, then say no."""
    await _heard_out(line, refusal, str(said.get("nonce", "")), words)
    line.refuse(refusal, said)


async def _heard_out(line: Line, refusal: HoldfastError, nonce: str, words: str) -> None:
    await hear_out(line.floor.ledger, line.actor, text=words, nonce=nonce, refusal=refusal)


async def change(
    line: Line, command: EditCommand | RemoveCommand | RespondCommand | Withdraw
) -> None:
    """Change, take back or answer what was said."""
    try:
        done = await _changed(line, command)
    except HoldfastError as refusal:
        if isinstance(command, EditCommand):
            said = all_said(command.text, command.note)
            await _heard_out(line, refusal, command.nonce, said)
        raise
    line.write(accepted_frame(command.room, done))


async def _changed(
    line: Line, command: EditCommand | RemoveCommand | RespondCommand | Withdraw
) -> Accepted:
    seat, ledger, nonce = await line.seat(command.room), line.floor.ledger, command.nonce
    match command:
        case EditCommand():
            words, note = command.text, command.note
            return await edit_message(
                ledger, seat, seq=command.seq, nonce=nonce, text=words, note=note
            )
        case RemoveCommand():
            return await remove_message(ledger, seat, seq=command.seq, nonce=nonce)
        case RespondCommand():
            answer, on = command.response, command.on
            return await respond_to_message(
                ledger, seat, seq=command.seq, nonce=nonce, response=answer, on=on
            )
        case Withdraw():
            await withdraw_post(ledger, seat, of=command.of)
            return Accepted(nonce, None, round(ledger.clock.now().timestamp() * 1000))
        case _:
            assert_never(command)


def accepted_frame(slug: str, done: Accepted) -> bytes:
    event: dict[str, Any] = {"event": "accepted", "nonce": done.nonce, "room": slug}
    if done.seq is not None:
        event["seq"] = done.seq
    event["at"] = stamp(from_millis(done.at))
    return frame(event)


def held_frame(slug: str, kept: Kept) -> bytes:
    event: dict[str, Any] = {"event": "held", "nonce": kept.nonce, "room": slug, "why": kept.why}
    if kept.wait is not None:
        event["wait"] = kept.wait
    return frame(event)
