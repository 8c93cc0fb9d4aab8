"""The course of a meeting: (where it stands, now, what happened) → where it stands, what to say.

Pure. Nobody is ever silenced by it: it says whose turn it is, and everybody may go on writing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from holdfast.meetings.rules.happened import (
    Done,
    End,
    Happened,
    Joined,
    Left,
    Line,
    More,
    Next,
    Tick,
)
from holdfast.meetings.rules.rounds import ENDED, GOING, Round, TurnState

SHORTEST_ROUND, LONGEST_ROUND = timedelta(minutes=3), timedelta(minutes=10)
SHARE = 0.15  # of the whole, for the opening and for the closing round
SHORTEST_TURN = timedelta(seconds=60)
GRACE = timedelta(seconds=20)  # in which somebody whose turn it is may come back
HAND_OUT = timedelta(minutes=10)
TOO_LATE = timedelta(minutes=30)  # after its time a meeting begins no more
LONG_AGO = timedelta(hours=12)  # since when it is not worth a word, as after a restore
EARLY = timedelta(minutes=15)  # before its time it may be begun by hand
MORE_TURN, MORE_ROUND = timedelta(minutes=1), timedelta(minutes=5)
MOST_GIVEN = timedelta(minutes=30)


class Turn(Struct, frozen=True):
    """A seat's place in the go-round."""

    seat: int
    number: int
    state: TurnState = TurnState.WAITING


class Course(Struct, frozen=True):
    """Where a meeting stands."""

    starts_at: datetime
    length: timedelta
    box: timedelta = timedelta(minutes=3)
    round: Round = Round.PLANNED
    began_at: datetime | None = None
    round_until: datetime | None = None
    turn_at: datetime | None = None
    turn_until: datetime | None = None
    given: timedelta = timedelta(0)
    turns: tuple[Turn, ...] = ()

    @property
    def ends_at(self) -> datetime:
        """When the closing round is over at the latest."""
        return (self.began_at or self.starts_at) + self.length + self.given

    @property
    def edge(self) -> timedelta:
        """How long the opening and the closing round are."""
        return min(max(self.length * SHARE, SHORTEST_ROUND), LONGEST_ROUND)

    @property
    def talk_until(self) -> datetime:
        """When the closing round begins at the latest."""
        return self.ends_at - self.edge

    @property
    def now(self) -> Turn | None:
        """Whose turn it is."""
        return next((one for one in self.turns if one.state is TurnState.NOW), None)

    @property
    def to_come(self) -> list[Turn]:
        """Who has not had their turn, in order; who was away comes at the end."""
        waiting = [one for one in self.turns if one.state is TurnState.WAITING]
        return waiting + [one for one in self.turns if one.state is TurnState.LATER]


Said = tuple[Course, list[Line]]


def step(course: Course, now: datetime, what: Happened) -> Said:
    """Where a meeting stands after something happened, and what is said about it in the room."""
    match what:
        case _ if course.round in ENDED:
            return course, []
        case Tick():
            return _by_the_clock(course, now, what)
        case Joined(seat):
            return _joined(course, seat), []
        case Left(seat):
            return _left(course, now, seat)
        case Done(seat):
            mine = course.now
            return _next_turn(course, now) if mine and mine.seat == seat else (course, [])
        case More():
            return _more(course), []
        case Next():
            return _next(course, now)
        case End():
            return _end(course, now)


def _by_the_clock(course: Course, now: datetime, tick: Tick) -> Said:
    """As often as something is due. Of several things only the last is said."""
    lines: list[Line] = []
    for _ in range(len(GOING) + 2 * len(course.turns) + 2):
        after, said = _due(course, now, tick)
        if after == course:
            break
        course, lines = after, said if after.round in ENDED else said or lines
    return course, lines


def _due(course: Course, now: datetime, tick: Tick) -> Said:
    until = course.round_until
    if course.round is Round.PLANNED:
        return _perhaps_begin(course, now, tick)
    if course.round is Round.GO_ROUND:
        return _turn_due(course, now, tick.here)
    if until is None or now < until:
        return course, []
    if course.round is Round.OPENING and not tick.here and not course.turns:
        return _over(course), [Line("meeting_nobody")]
    return _next(course, now)


def _perhaps_begin(course: Course, now: datetime, tick: Tick) -> Said:
    if now >= course.starts_at + TOO_LATE:
        lines = [Line("meeting_missed")] if now < course.starts_at + LONG_AGO else []
        return _over(course), lines
    if now < course.starts_at or not tick.open_:
        return course, []
    return _begin(course, now)


def _begin(course: Course, now: datetime) -> Said:
    begun = replace(course, round=Round.OPENING, began_at=now)
    return replace(begun, round_until=now + begun.edge), [Line("meeting_opening")]


def _turn_due(course: Course, now: datetime, here: frozenset[int]) -> Said:
    mine = course.now
    if mine is None or course.turn_at is None or course.turn_until is None:
        return _next_turn(course, now)
    if now >= course.turn_until:
        return _next_turn(course, now)
    if mine.seat not in here and now >= course.turn_at + GRACE:
        return _next_turn(_passed_over(course, mine), now)
    return course, []


def _passed_over(course: Course, mine: Turn) -> Course:
    """Somebody who is away comes again at the end, once: by then nobody else waits."""
    others = any(one.state is TurnState.WAITING for one in course.turns)
    return _set(course, mine, TurnState.LATER if others else TurnState.HAD)


def _set(course: Course, turn: Turn, state: TurnState) -> Course:
    """The same, with another word about one turn."""
    turns = (replace(one, state=state) if one.seat == turn.seat else one for one in course.turns)
    return replace(course, turns=tuple(turns))


def _next_turn(course: Course, now: datetime) -> Said:
    """The next in order has their turn; after the last, or when time is up, open talk."""
    if (mine := course.now) is not None:
        course = _set(course, mine, TurnState.HAD)
    left = course.to_come
    if not left or now >= course.talk_until:
        return _talk(course, now)
    fair = (course.talk_until - now) / len(left)
    until = min(now + max(SHORTEST_TURN, min(course.box, fair)), course.talk_until)
    course = replace(_set(course, left[0], TurnState.NOW), turn_at=now, turn_until=until)
    last = max(one.number for one in course.turns)
    facts = {"number": left[0].number, "of": last, "minutes": _minutes(until - now)}
    return course, [Line("meeting_turn", facts)]


def _minutes(span: timedelta) -> int:
    return max(1, round(span / timedelta(minutes=1)))


def _go_round(course: Course, now: datetime) -> Said:
    """With fewer than two there is nothing to go round."""
    if len(course.to_come) < 2 or now >= course.talk_until:
        return _talk(course, now)
    begun = replace(course, round=Round.GO_ROUND, round_until=course.talk_until)
    return _next_turn(begun, now)


def _talk(course: Course, now: datetime) -> Said:
    course = _no_turn(course)
    if now >= course.talk_until:
        return _close(course, now)
    begun = replace(course, round=Round.OPEN_TALK, round_until=course.talk_until)
    return begun, [Line("meeting_talk")]


def _no_turn(course: Course) -> Course:
    """Nobody's turn any more."""
    if (mine := course.now) is not None:
        course = _set(course, mine, TurnState.HAD)
    return replace(course, turn_at=None, turn_until=None)


def _close(course: Course, now: datetime) -> Said:
    if now >= course.ends_at:
        return _hand_out(course, now)
    until = min(now + course.edge, course.ends_at)
    return replace(course, round=Round.CLOSING, round_until=until), [Line("meeting_closing")]


def _hand_out(course: Course, now: datetime) -> Said:
    """What is at hand afterwards stands there for ten minutes from the end, however late we are."""
    until = min(now, course.ends_at) + HAND_OUT
    begun = replace(_no_turn(course), round=Round.HAND_OUT, round_until=until)
    return (begun, [Line("meeting_hand_out")]) if now < until else (_over(begun), [])


def _over(course: Course) -> Course:
    return replace(_no_turn(course), round=Round.OVER, round_until=None)


ONWARD: dict[Round, Callable[[Course, datetime], Said]] = {
    Round.PLANNED: _begin,
    Round.OPENING: _go_round,
    Round.GO_ROUND: _next_turn,
    Round.OPEN_TALK: _close,
    Round.CLOSING: _hand_out,
    Round.HAND_OUT: lambda course, _: (_over(course), []),
}


def _next(course: Course, now: datetime) -> Said:
    if course.round is Round.PLANNED and now < course.starts_at - EARLY:
        return course, []
    return ONWARD[course.round](course, now)


def _end(course: Course, now: datetime) -> Said:
    if course.round in (Round.PLANNED, Round.HAND_OUT):
        return _over(course), []
    return _hand_out(replace(course, length=_spent(course, now)), now)


def _spent(course: Course, now: datetime) -> timedelta:
    """So that a meeting that was ended is as long as it was."""
    return min(course.length, max(timedelta(0), now - (course.began_at or now) - course.given))


def _more(course: Course) -> Course:
    room = MOST_GIVEN - course.given
    if room <= timedelta(0) or course.round_until is None:
        return course
    if course.round is Round.GO_ROUND and course.turn_until is not None:
        more = min(MORE_TURN, room)
    elif course.round in (Round.OPENING, Round.OPEN_TALK, Round.CLOSING):
        more = min(MORE_ROUND, room)
    else:
        return course
    longer = replace(course, given=course.given + more, round_until=course.round_until + more)
    turn = course.turn_until
    return replace(longer, turn_until=turn + more) if turn is not None else longer


def _joined(course: Course, seat: int) -> Course:
    if course.round not in (Round.OPENING, Round.GO_ROUND):
        return course
    mine = next((one for one in course.turns if one.seat == seat), None)
    if mine is None:
        number = 1 + max((one.number for one in course.turns), default=0)
        return replace(course, turns=(*course.turns, Turn(seat, number)))
    return _set(course, mine, TurnState.WAITING) if mine.state is TurnState.LEFT else course


def _left(course: Course, now: datetime, seat: int) -> Said:
    mine = next((one for one in course.turns if one.seat == seat), None)
    if mine is None or mine.state in (TurnState.HAD, TurnState.LEFT):
        return course, []
    gone = _set(course, mine, TurnState.LEFT)
    return _next_turn(gone, now) if mine.state is TurnState.NOW else (gone, [])
