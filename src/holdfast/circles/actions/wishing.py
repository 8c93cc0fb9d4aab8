"""Wishing for a circle, changing the wish, taking it back; and whom one does not want to meet."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from msgspec import Struct
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from holdfast.circles.access import Me, may_come_in, wish_to_change
from holdfast.circles.actions.answers import stand_aside
from holdfast.circles.queries.proposals import WORDS, aparts_of, words_row
from holdfast.circles.queries.wishes import own_wish
from holdfast.circles.rules.choices import CULTURES, MANNERS, PACES, STAGES, THEMES, known, one_of
from holdfast.circles.rules.course import WAITS
from holdfast.circles.rules.refusals import CannotReach, WordsTooLong
from holdfast.circles.rules.times import DAYS, PARTS
from holdfast.circles.tables import ApartRow, PlacingRow, WishRow, WishWordsRow
from holdfast.kit.apart import IN_KEYSTORE, leave, make_key
from holdfast.kit.errors import Conflict, HoldfastError, Malformed, NotFound
from holdfast.kit.ids import SeatId
from holdfast.kit.limits import Pace
from holdfast.kit.tables import to_millis
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.members.access import myself
from holdfast.members.actions import time_zones
from holdfast.messages.access import person_in_room
from holdfast.messages.actions import hear_out
from holdfast.messages.actions.unseeing import NotMyself, StaffStay
from holdfast.messages.ledger import Ledger
from holdfast.rights.rules import Actor, Member, System
from holdfast.rooms.access import seat_in
from holdfast.screening.detector import unread
from holdfast.screening.reading import Read

LONGEST: Final = 600
WISHES: Final = Pace(every=30, burst=10)
MOST_APART: Final = 200
MOST_LANGUAGES: Final = 5
HOUR: Final = timedelta(hours=1)
AN_HOUR: Final = 3_600_000
TOO_MANY = N_("Your list is full. Please take somebody off it first, or tell us what goes on.")
NO_LANGUAGE = N_("Please choose a language that you speak.")


class Wishing(Struct, frozen=True):
    """What somebody chose. Codes that there are not are left out; nothing chosen is no claim."""

    languages: tuple[str, ...]
    zone: str = "UTC"
    times: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    stage: str = ""
    cultures: tuple[str, ...] = ()
    pace: str = ""
    manner: str = ""
    closer: int = 50
    words: str = ""


class Wished(Struct):
    """The wish as it is kept. `help`: somebody comes because of its words."""

    row: WishRow
    help: bool = False


async def wish_for_circle(ledger: Ledger, actor: Member, wishing: Wishing) -> Wished:
    """Wait for a circle, or change what I wait for: my place among those who wait stays mine.

    Own words are read, then sealed with a key that goes with the wish; what may be a goodbye
    reaches people, whatever becomes of it. Raises `Paused`, `WordsTooLong`, `CannotReach`,
    `Malformed`, `TooFast`.
    """
    text = wishing.words.strip()
    language = next(iter(wishing.languages), "en")
    read = ledger.read(text, actor, language) or unread(text)
    refusal = _why_not(text, read)
    heard = refusal or HoldfastError(code="heard")
    nonce = f"wish-{to_millis(ledger.clock.now()) // AN_HOUR:08d}"  # once in an hour
    await hear_out(ledger, actor, text=text, nonce=nonce, refusal=heard, language=language)
    if refusal is not None:
        raise refusal
    ledger.limits.take(("wishes", actor.id), WISHES)
    async with ledger.workshop.work() as work:
        row = await keep_wish(work, actor, wishing=wishing)
        await _keep_words(work, ledger, row, read)
    return Wished(row, heard.help)


def _why_not(text: str, read: Read) -> HoldfastError | None:
    if len(text) > LONGEST:
        return WordsTooLong()
    return CannotReach() if read.reading.contact else None


async def keep_wish(work: Work, actor: Member, *, wishing: Wishing) -> WishRow:
    """Keep what somebody wishes, or what they wish now instead. Raises `Paused`, `Malformed`."""
    me = await may_come_in(work, actor)
    await work.db.refresh(me, with_for_update={"key_share": True})  # two windows at once: one wish
    chosen = _columns(wishing)
    row = await own_wish(work, me.id)
    if row is None:
        row = _new(work, me, chosen)
        try:
            await work.db.flush()
        except IntegrityError:
            raise Conflict from None
        return row
    if row.proposal_id is not None:
        await stand_aside(work, actor, row=row)
    for name, value in chosen.items():
        setattr(row, name, value)
    row.until = work.clock.now() + WAITS
    await work.db.flush()
    return row


def _new(work: Work, me: Me, chosen: dict[str, object]) -> WishRow:
    now = work.clock.now()
    row = WishRow(
        member_id=me.id,
        age_band=me.age_band,
        wished_at=now,
        until=now + WAITS,
        **chosen,  # type: ignore[arg-type]
    )
    work.db.add(row)
    return row


def _columns(wishing: Wishing) -> dict[str, object]:
    languages = tuple(dict.fromkeys(one for one in wishing.languages if one))[:MOST_LANGUAGES]
    if not languages or any(len(one) > 35 for one in languages):
        raise Malformed(NO_LANGUAGE)
    if wishing.zone not in time_zones():
        raise Malformed
    return {
        "languages": " ".join(languages),
        "zone": wishing.zone,
        "times": " ".join(known(wishing.times, {**PARTS, **DAYS})),
        "themes": " ".join(known(wishing.themes, THEMES)),
        "stage": one_of(wishing.stage, STAGES),
        "cultures": " ".join(known(wishing.cultures, CULTURES)),
        "pace": one_of(wishing.pace, PACES),
        "manner": one_of(wishing.manner, MANNERS),
        "closer": min(100, max(0, wishing.closer)),
    }


async def _keep_words(work: Work, ledger: Ledger, row: WishRow, read: Read) -> None:
    await _drop_words(work, row)
    if not read.text:
        return
    key = await make_key(ledger.keyring.root, work.clock.now())
    sealed = key.seal(read.text.encode(), WORDS + key.id)
    work.db.add(WishWordsRow(id=key.id, wish_id=row.id, words=sealed, wrapped_before=IN_KEYSTORE))
    await work.db.flush()


async def _drop_words(work: Work, row: WishRow) -> None:
    """Their own words go, and the key that opens them."""
    words = await words_row(work, row.id)
    if words is not None:
        await work.db.delete(words)
        await work.db.flush()
        await leave(work, [words.id])


async def withdraw_wish(work: Work, actor: Member) -> None:
    """Take it back: nothing of it stays. Raises `NotFound` where there is none."""
    row = await wish_to_change(work, actor)
    if row.proposal_id is not None:
        await stand_aside(work, actor, row=row)
    await end_wish(work, System(), row=row, placed=False)


async def end_wish(
    work: Work, actor: System, *, row: WishRow, placed: bool, fit: float | None = None
) -> None:
    """Erase a wish, its words and their key. What stays says how it went, and not whose it was."""
    del actor
    now = work.clock.now()
    placing = PlacingRow(
        week=(now - timedelta(days=now.weekday())).date(),
        language=row.languages.split()[0],
        age_band=row.age_band,
        themes=row.themes,
        placed=placed,
        hours_waited=round((now - row.wished_at) / HOUR),
        fit=fit,
    )
    work.db.add(placing)
    await _drop_words(work, row)
    await work.db.delete(row)
    await work.db.flush()


# ---------------------------------------------------------------- not with this person


async def keep_apart(work: Work, actor: Actor, *, slug: str, handle: str) -> ApartRow:
    """Never be put into a circle with the person in this seat, under any name. Twice is once.

    They are not told. Raises `NotFound`, `StaffStay`, `NotMyself`, `Conflict` for a full list.
    """
    me = await myself(work, actor)
    await work.db.refresh(me, with_for_update={"key_share": True})
    seat = await seat_in(work, actor, slug)
    person = await person_in_room(work, seat, handle)
    if person.is_staff:
        raise StaffStay
    if person.member_id == me.id:
        raise NotMyself
    row = await work.db.get(ApartRow, (me.id, person.seat_id))
    if row is not None:
        return row
    if len(await aparts_of(work, me.id)) >= MOST_APART:
        raise Conflict(TOO_MANY)
    row = ApartRow(
        member_id=me.id,
        seat_id=person.seat_id,
        other_id=person.member_id,
        pseudonym=person.pseudonym,
        at=work.clock.now(),
    )
    work.db.add(row)
    await work.db.flush()
    return row


async def allow_again(work: Work, actor: Member, *, seat_id: int) -> None:
    """They may be in a circle with me again. Raises `NotFound` for who was not on my list."""
    me = await myself(work, actor)
    mine = ApartRow.member_id == me.id, ApartRow.seat_id == SeatId(seat_id)
    if not (await work.db.execute(delete(ApartRow).where(*mine))).rowcount:  # type: ignore[attr-defined]
        raise NotFound
