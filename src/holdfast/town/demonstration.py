"""Filling a place with the town, once, and handing out keys to try it with."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from hashlib import sha256

import orjson

from holdfast.app.opening import open_house
from holdfast.kit.clock import WallClock
from holdfast.kit.facts import FactRow, fact
from holdfast.kit.house import House
from holdfast.kit.ids import MemberId, SessionId
from holdfast.members.actions import come_in, make_link
from holdfast.members.rules import promises
from holdfast.members.rules.ages import AgeBand
from holdfast.messages.actions import (
    edit_message,
    prepared_to_post,
    remove_message,
    respond_to_message,
    say,
)
from holdfast.messages.ledger.entries import Accepted, Kept, Ticket
from holdfast.messages.rules import Draft
from holdfast.moderation.actions import report_message
from holdfast.moderation.rules.reports import Door
from holdfast.rights.rules import Guest, Member, System
from holdfast.rooms.access import Seat, seat_in
from holdfast.rooms.actions import dress_seat, take_seat
from holdfast.screening.reading import read
from holdfast.settings import Settings, Switch
from holdfast.staff.actions import make_staff_link
from holdfast.town.circle import settle_circles
from holdfast.town.listening import let_cedar_listen
from holdfast.town.people import STAFF
from holdfast.town.talk import Said, Talk, talk

PEOPLE, TALKED = "town people", "town talked"
GUIDE = "ash"  # the member whose key is handed out
QUIET_ROOM, QUIET_ONE, WORRIED = "low-mood", "alder", "heather"
WHY_WORRIED = "They never wrote before, and it sounded so flat. Could somebody ask how they are?"
WORRIED_SINCE = timedelta(minutes=6)


class TalkClock:
    """A clock that stands at the moment something was said."""

    def __init__(self) -> None:
        self.moment = WallClock().now()

    def now(self) -> datetime:
        return self.moment

    def ticks(self) -> float:
        return WallClock().ticks()


async def prepare_demonstration(settings: Settings) -> list[str]:
    """Fill the place if it is empty. Lines to print: a sign-in link for each role there is."""
    clock = TalkClock()
    generous = settings.model_copy(update={"limits": Switch.OFF})
    async with open_house(generous, clock) as house:
        told = talk(clock.moment)
        people = await _people(house, told)
        async with house.workshop.reading() as work:
            talked = await fact(work, TALKED) is not None
        if not talked:
            seqs = {slug: await _talk_in(house, clock, told, people, slug) for slug in told.rooms}
            await _worry(house, clock, told, people, seqs)
            async with house.workshop.work() as work:
                work.db.add(FactRow(name=TALKED, value=b"yes"))
        clock.moment = WallClock().now()
        await settle_circles(house, people, GUIDE)
        return await _links(settings, house, people)


async def _people(house: House, told: Talk) -> dict[str, MemberId]:
    """The town's members by their keys, with a seat in each room where they speak."""
    async with house.workshop.work() as work:
        known = await fact(work, PEOPLE)
        if known is not None:
            return {key: MemberId(number) for key, number in orjson.loads(known).items()}
        people: dict[str, MemberId] = {}
        for voice in told.voices:
            came = await come_in(
                work,
                Guest(),
                root=house.root,
                age_band=AgeBand.ADULT,
                version=promises.VERSION,
                language=voice.language,
                kept=False,
            )
            people[voice.key] = came.member_id
            for slug, seat in voice.seats.items():
                await take_seat(work, _as_member(came.member_id), slug=slug)
                mine = await seat_in(work, _as_member(came.member_id), slug)
                seed = sha256(seat.avatar.encode()).hexdigest()[:16]
                await dress_seat(work, mine, pseudonym=seat.pseudonym, avatar=seed)
        work.db.add(FactRow(name=PEOPLE, value=orjson.dumps(people)))
    return people


def _as_member(member: MemberId) -> Member:
    return Member(member, SessionId(0))


async def _talk_in(
    house: House, clock: TalkClock, told: Talk, people: dict[str, MemberId], slug: str
) -> list[int]:
    """Let a room say what was said there, each thing at its time. Where each of it stands."""
    seats: dict[str, Seat] = {}
    async with house.workshop.reading() as work:
        for voice in told.voices:
            if slug in voice.seats:
                seats[voice.key] = await seat_in(work, _as_member(people[voice.key]), slug)
    tickets: list[Ticket] = []
    for said in told.rooms[slug]:
        clock.moment = said.at
        answered = None if said.reply_to is None else seq_of(await tickets[said.reply_to])
        draft = Draft(said.nonce, said.text, said.note, answered, said.wants)
        quote = await prepared_to_post(house.ledger, seats[said.by], draft)
        tickets.append(say(house.ledger, seats[said.by], draft, quote))
    for said, ticket in zip(told.rooms[slug], tickets, strict=True):
        await _afterwards(house, clock, seats, said, seq_of(await ticket))
    return [seq_of(await ticket) for ticket in tickets]


async def _worry(
    house: House,
    clock: TalkClock,
    told: Talk,
    people: dict[str, MemberId],
    seqs: dict[str, list[int]],
) -> None:
    """One member of the town is worried about another: so the desk has something to show."""
    place = next(n for n, said in enumerate(told.rooms[QUIET_ROOM]) if said.by == QUIET_ONE)
    clock.moment = WallClock().now() - WORRIED_SINCE
    async with house.workshop.work() as work:
        await report_message(
            work,
            _as_member(people[WORRIED]),
            house.ledger.keyring,
            slug=QUIET_ROOM,
            seq=seqs[QUIET_ROOM][place],
            kind=Door.WORRIED,
            words=read(WHY_WORRIED),
        )


def seq_of(outcome: Accepted | Kept) -> int:
    """Where it was said. Nothing that the town says is held."""
    assert isinstance(outcome, Accepted)  # noqa: S101 - a test reads every line of it
    return outcome.seq or 0


async def _afterwards(
    house: House, clock: TalkClock, seats: dict[str, Seat], said: Said, seq: int
) -> None:
    """What became of one message: changed, taken back, answered with responses."""
    author = seats[said.by]
    if said.edit is not None:
        clock.moment = said.edit.at
        nonce = f"{said.nonce}-edit"
        await edit_message(
            house.ledger, author, seq=seq, nonce=nonce, text=said.edit.text, note=said.note
        )
    await asyncio.gather(
        *(
            respond_to_message(
                house.ledger,
                seats[key],
                seq=seq,
                nonce=f"{said.nonce}-{n}",
                response=response,
                on=True,
            )
            for n, (key, response) in enumerate(said.responses)
        )
    )
    if said.removed_at is not None:
        clock.moment = said.removed_at
        await remove_message(house.ledger, author, seq=seq, nonce=f"{said.nonce}-gone")


async def _links(settings: Settings, house: House, people: dict[str, MemberId]) -> list[str]:
    """One sign-in link for each role there is; each start makes new ones."""
    house.workshop.clock = WallClock()
    async with house.workshop.work() as work:
        member = await make_link(work, System(), member_id=people[GUIDE])
        keys = {f"a member ({GUIDE.capitalize()})": member}
        for role, name in STAFF.items():
            who = f"{'an' if role[0] in 'aeiou' else 'a'} {role} ({name})"
            keys[who] = await make_staff_link(work, System(), role=role, name=name)
    listening = await let_cedar_listen(house)
    words = {who: said for who, said in listening.items() if " " in said}
    keys |= {who: key for who, key in listening.items() if who not in words}
    return [
        "This is a demonstration: a made-up town. Nobody in it can help anyone.",
        *(f"  Come in as {who}: {settings.address}/sign-in/{key}" for who, key in keys.items()),
        *(f"  {whose}, shown once: {said}" for whose, said in words.items()),
    ]
