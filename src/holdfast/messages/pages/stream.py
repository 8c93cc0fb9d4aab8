"""The room for browsers without scripts: one page that never ends, in a frame of the room."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from fastapi import Request
from starlette.responses import Response, StreamingResponse

from holdfast.audit.jobs import Listening, note_reading
from holdfast.kit.doors import APIRouter
from holdfast.kit.house import House, InHouse
from holdfast.kit.hub import Hub
from holdfast.kit.pages import draw, looks_of
from holdfast.kit.topics import Topic
from holdfast.messages.pages.room import view_of
from holdfast.messages.queries import Reader, messages_before
from holdfast.rights.api import Speaker
from holdfast.rights.rules import Actor
from holdfast.rooms.access import Seat, seat_to_speak
from holdfast.rooms.queries import head_of

router = APIRouter(include_in_schema=False)
SECONDS = 1_800  # then the frame loads itself anew
BREATH = 10.0  # seconds between signs of life
SHOWN = 30
WAITING = 256
AGAIN = b'<meta http-equiv="refresh" content="0">'


class Window:
    """Someone who listens to a room through an endless page."""

    def __init__(self, actor: Actor, seat: Seat, locale: str) -> None:
        self.actor = actor
        self.seat = seat
        self.owner = seat.id
        self.variant = f"page:{locale}"
        self.acks: list[bytes] = []
        self.told: asyncio.Queue[bytes | None] = asyncio.Queue(WAITING)
        self._is_over = False
        self._comes_back = False

    def write(self, data: bytes) -> None:
        """One more piece of the page; too far behind, the page starts over."""
        if data and not self.told.full():
            self.told.put_nowait(data)

    def begin(self, topic: Topic, newest: int, hub: Hub) -> None:
        """Start after `newest`: what was told meanwhile comes from the ring, nothing twice."""
        while not self.told.empty():
            self.told.get_nowait()
        if self._is_over:
            self.end()
            return
        if self._comes_back:
            self.come_back()
            return
        told = topic.since(newest) if topic.head > newest else []
        if told is None:
            self.come_back()  # more was said meanwhile than is at hand
            return
        for frame in told:
            self.write(hub.drawn_for(frame, topic, self))

    def come_back(self) -> None:
        """Start the page over; where it is too far behind, before what it has not shown yet."""
        self._comes_back = True
        self._put_last(AGAIN)

    def lose_seat(self) -> None:
        """Whose seat is gone hears no more."""
        self.end()

    def end(self) -> None:
        """The page ends; where it is too far behind, before what it has not shown yet."""
        self._is_over = True
        self._put_last(None)

    def _put_last(self, piece: bytes | None) -> None:
        while self.told.full():
            self.told.get_nowait()
        self.told.put_nowait(piece)


@router.get("/rooms/{slug}/stream")
async def get_stream(request: Request, house: InHouse, member: Speaker, slug: str) -> Response:
    """What is said, as it is said."""
    glances = house.workshop.glances
    found: Seat = await house.floor.still_true(lambda: seat_to_speak(glances, member, slug))
    seat = house.floor.in_hand(found)
    request.state.may_be_framed = True
    head = draw(request, "messages/stream.html", seconds=SECONDS)
    window = Window(member, seat, looks_of(request).locale)
    pieces = pieces_of(request, house, window, head)
    return StreamingResponse(pieces, media_type="text/html", headers={"x-accel-buffering": "no"})


async def pieces_of(
    request: Request, house: House, window: Window, head: str
) -> AsyncIterator[bytes]:
    """The page, piece by piece: what was said last, then what is said now."""
    seat = window.seat
    house.floor.pages.add(window)
    topic = house.floor.hub.join(seat.room_id, window)
    house.floor.presence.changed(seat.room_id)
    try:
        if not seat.held:
            return  # left between the request and the page
        await house.floor.sights.look(topic, seat)
        await house.floor.caught_up(seat.room_id, topic)
        shown, newest = await first_piece(request, house, seat)
        yield head.encode() + shown
        await house.ledger.settled()
        await house.floor.caught_up(seat.room_id, topic)  # what is shown is not told once more
        window.begin(topic, newest, house.floor.hub)
        heard = Listening(house.workshop, seat.actor, seat.room_id, newest)
        try:
            async for piece in told_to(window):
                yield piece
                if heard.is_due():
                    await heard.note(topic.head)
        finally:
            house.floor.spawn(heard.note(topic.head))
    finally:
        house.floor.pages.discard(window)
        house.floor.hub.leave(seat.room_id, window)
        house.floor.presence.changed(seat.room_id)


async def first_piece(request: Request, house: House, seat: Seat) -> tuple[bytes, int]:
    async with house.workshop.reading() as work:
        reader = Reader(house.ledger.keyring, seat.actor)
        newest = await head_of(work, seat.room_id)
        page = await messages_before(work, reader, seat.room_id, None, SHOWN)
        view = await view_of(house, seat, page)
    if page:
        newest = max(newest, page[-1].seq)  # said between the two look-ups
        await note_reading(house.workshop, seat.actor, seat.room_id, page[0].seq, page[-1].seq)
    html = draw(request, "messages/log.html", slug=seat.slug, messages=view.shown(page))
    return html.encode(), newest


async def told_to(window: Window) -> AsyncIterator[bytes]:
    """What the room is told, with a sign of life where it is quiet."""
    ends = asyncio.get_running_loop().time() + SECONDS
    while asyncio.get_running_loop().time() < ends:
        try:
            piece: Any = await asyncio.wait_for(window.told.get(), BREATH)
        except TimeoutError:
            yield b"<!-- -->"
            continue
        if piece is None or window.told.full():
            return
        yield piece
        if b"http-equiv" in piece[:40]:
            return
