"""Escalations, steps and held posts as the desk's templates show them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from holdfast.crisis.queries import Card, Request, Sign, Summary
from holdfast.crisis.rules.scripts import scripts_for
from holdfast.crisis.rules.steps import CHECK_INS, ENDS, Outcome, Why, asks_again, may_take
from holdfast.crisis.rules.tracks import TRACKS, tracks_in
from holdfast.crisis.tables import Stage
from holdfast.desk.pages.between_two import signs_between_two
from holdfast.desk.pages.room_names import room_words
from holdfast.kit.looks import Looks
from holdfast.kit.numerals import in_digits
from holdfast.kit.pages import clock_of, when_of
from holdfast.kit.words import N_, NP_, say
from holdfast.messages.queries.held import Waiting
from holdfast.messages.queries.lines import Line
from holdfast.messages.tables import Why as Held
from holdfast.rights.rules import Permission, Staff, may
from holdfast.screening.concern import Concern

LEVELS = {
    Concern.WATCH: ("watch", "l2", "b-amber", N_("Watch")),
    Concern.HIGH: ("high", "l3", "b-clay", N_("High")),
    Concern.IMMEDIATE: ("immediate", "l4", "b-solid", N_("Immediate")),
}
STAGES = {
    Stage.RAISED: N_("Nobody has it yet"),
    Stage.TAKEN: N_("Taken by %(name)s"),
    Stage.JOINED: N_("%(name)s is there"),
    Stage.HANDED_OVER: N_("Handed over by %(name)s"),
    Stage.CLOSED: N_("Closed"),
}
STEPS = {
    "raised": N_("Words were read as a concern"),
    "rose": N_("The concern went up"),
    "taken": N_("Taken"),
    "joined": N_("Went to the side space"),
    "first_words": N_("First words in the side space"),
    "second_joined": N_("A second person came"),
    "second_called": N_("A second person was called"),
    "passed_on": N_("Let go for the next person"),
    "asked_for_company": N_("The member asks for someone to sit with them"),
    "said_safe": N_("The member says: I’m safe, it came out wrong"),
    "wrote_in_plan": N_("It was written in the safety plan, which only they read"),
    "line_asked": N_("Asked to open the sealed line"),
    "line_agreed": N_("A second person agreed to open the sealed line"),
    "line_read": N_("Read the sealed line; the member can see that"),
    "packet_written": N_("The handover was written"),
    "packet_agreed": N_("The member agreed to the handover"),
    "handed_over": N_("A service said: I have them"),
    "asked_to_close": N_("Asked a second person to close it"),
    "asked_to_lower": N_("Asked a second person to lower it"),
    "lowered": N_("Lowered by a second person"),
    "closed": N_("Closed"),
    "left": N_("The member went"),
    "checked_in": N_("Went back to ask how they are"),
    "left_side_space": N_("Left the side space"),
    "worried": NP_("safety", "A member is worried about them"),
    "passed_by_moderator": NP_("safety", "A moderator passed them on"),
    "check_in_due": N_("The check-in is due"),
    "review_due": N_("The review is due"),
}
CODES = {
    Outcome.REPLIED: N_("Someone answered, nothing more was needed"),
    Outcome.SAFE: N_("They say they are safe, and there is a plan"),
    Outcome.PLAN: N_("We made a plan together"),
    Outcome.REFERRED: N_("They agreed to help elsewhere"),
    Outcome.HANDED_OVER: N_("A service said: I have them"),
    Outcome.EMERGENCY: N_("Emergency help came, or was called"),
    Why.MISREAD: N_("The rules read it wrong"),
    Why.TALKED: N_("We talked, and it is less than it seemed"),
    Why.HELP_CAME: N_("Help came"),
    Why.LEARNED_MORE: N_("I learned more"),
    "erased": N_("erased their account"),
    "signed_out": N_("signed out"),
    "danger_to_them": N_("Showing it would put them in danger"),
    "danger_to_others": N_("Showing it would put others in danger"),
}
HELD = {
    Held.CONCERN: NP_("safety", "Someone may be in danger"),
    Held.CARE: NP_("safety", "Later words of someone who may be in danger"),
    Held.CONDUCT: N_("May hurt someone here"),
    Held.METHOD: NP_("safety", "May say how harm is done"),
    Held.CONTACT: N_("A way to be reached, sent as it is"),
    Held.ROOM: N_("Everything here is read first now"),
    Held.LETTER: N_("A letter"),
    Held.UNREAD: N_("The rules could not read it"),
    Held.NEWCOMER: N_("New here"),
}
HOURS = N_("%(hours)s h")
COVERED = frozenset({Held.METHOD, Held.CONDUCT, Held.CONCERN, Held.CARE})


def waited(seconds: int, looks: Looks) -> str:
    """A time as `4:02`; from an hour on the hours alone, where no second matters any more."""
    minutes, rest = divmod(abs(seconds), 60)
    if minutes >= 60:
        return say(looks.locale, HOURS, hours=minutes // 60)
    return in_digits(f"{minutes}:{rest:02d}", looks.locale)


def in_queue(one: Summary, looks: Looks, now: datetime, me: Staff) -> dict[str, Any]:
    """One escalation as a line of the queue. No words of the member."""
    level, lane, badge, words = LEVELS[one.concern]
    held = one.claim_until is not None and one.claim_until > now
    return {
        "id": one.id,
        "key": f"escalation-{one.id}",
        "kind": "escalation",
        "address": f"/desk/escalations/{one.id}",
        "fragment": f"/desk/fragments/escalations/{one.id}",
        "take": f"/desk/escalations/{one.id}/take",
        "concern": int(one.concern),
        "slug": one.room,
        "taken": held,
        "version": one.version,
        "level": level,
        "lane": lane,
        "badge": badge,
        "level_words": say(looks.locale, words),
        "room": room_words(one.room_name, looks.locale),
        "pseudonym": one.pseudonym,
        "raised_at": one.raised_at,
        "waited": waited(round((now - one.raised_at).total_seconds()), looks),
        "left_words": waited(one.seconds_left, looks),
        "seconds_left": one.seconds_left,
        "may_open": may_take(me, one.concern),
        "late": one.seconds_left < 0 and one.stage is Stage.RAISED,
        "clock": when_of(one.raised_at, now, looks),
        "stage": one.stage.value,
        "stage_words": say(looks.locale, STAGES[one.stage], name=one.taken_name)
        if one.taken_name
        else say(looks.locale, STAGES[Stage.RAISED]),
        "mine": one.taken_by == me.id,
        "free": one.stage is not Stage.CLOSED and (not held or one.taken_by == me.id),
        "tracks": [say(looks.locale, TRACKS[track]) for track in tracks_in(one.tracks)],
        "left": say(looks.locale, CODES[one.left_how]) if one.left_how in CODES else "",
    }


def card_shown(
    card: Card, looks: Looks, now: datetime, me: Staff, uncovered: frozenset[int]
) -> dict[str, Any]:
    """One escalation whole: the words that triggered covered until chosen, and what can be done."""
    one = card.summary
    mine = me.id in (one.taken_by, one.second_by)
    return {
        **in_queue(one, looks, now, me),
        **further(card, me),
        "side_space": one.side_space,
        "in_hand": mine,
        "may_join": may(me, Permission.ESCALATION_JOIN) or one.taken_by in (None, me.id),
        "is_closed": one.stage is Stage.CLOSED,
        "asks_again": one.member_id is not None and asks_again(one.checked_in_at, now),
        "check_in": when_of(one.check_in_at, now, looks) if one.check_in_at else "",
        "signs": [
            {**_sign(i, sign, looks, i in uncovered), "clock": when_of(sign.at, now, looks)}
            for i, sign in enumerate(card.signs)
        ],
        "before": [_line(line, looks) for line in card.before],
        "steps": [
            {
                "clock": when_of(step.at, now, looks),
                "by": step.by,
                "words": say(looks.locale, STEPS.get(step.what, step.what)),
                "code": say(looks.locale, CODES[step.code]) if step.code in CODES else "",
            }
            for step in card.steps
        ],
        "approvals": [_approval(row, looks, me) for row in card.approvals],
        "packet": card.packet,
        "ends": [(end.value, say(looks.locale, CODES[end])) for end in sorted(ENDS[one.concern])],
        "whys": [(why.value, say(looks.locale, CODES[why])) for why in Why],
        "check_ins": CHECK_INS,
        "lower": _levels(looks, [level for level in LEVELS if level < one.concern]),
        "higher": _levels(looks, [level for level in LEVELS if level > one.concern]),
        "script": scripts_for(one.concern, tracks_in(one.tracks), looks.locale, me.name)
        if one.concern > Concern.WATCH
        else None,
    }


def check_in_shown(one: Summary, looks: Looks, now: datetime, me: Staff) -> dict[str, Any]:
    """A check-in that was promised, as a line of the queue."""
    assert one.check_in_at is not None  # noqa: S101 - only those with one are asked for
    return {
        "id": one.id,
        "clock": when_of(one.check_in_at, now, looks),
        "pseudonym": one.pseudonym,
        "is_due": one.check_in_at <= now,
        "may_open": may_take(me, one.concern),
    }


def further(card: Card, me: Staff) -> dict[str, Any]:
    """What the card leads on to: the country packs, at immediate the sealed line, and by two the
    words that were said between two.
    """
    one = card.summary
    may_open = may(me, Permission.SEALED_LINE_OPEN) and one.concern is Concern.IMMEDIATE
    return {
        "letters": one.tracks,
        "may_open_line": may_open and one.stage is not Stage.CLOSED,
        **signs_between_two(card.signs, me),
    }


def _levels(looks: Looks, levels: Sequence[Concern]) -> list[tuple[str, str]]:
    return [(LEVELS[level][0], say(looks.locale, LEVELS[level][3])) for level in levels]


SEEN = frozenset({"worried", "passed_by_moderator"})  # by a person, where no rule saw anything


def _sign(number: int, sign: Sign, looks: Looks, open_: bool) -> dict[str, Any]:
    line = sign.line
    return {
        "number": number,
        "held": sign.held,
        "level_words": say(looks.locale, LEVELS[sign.concern][3]),
        "rules": [rule for rule, *_ in sign.noticed],
        "by_hand": [say(looks.locale, STEPS[rule]) for rule, *_ in sign.noticed if rule in SEEN],
        "open": open_,
        "text": line.text if line is not None and open_ else "",
        "pieces": pieces(line.text, sign.noticed) if line is not None and open_ else [],
        "erased": line is None,
        "private": line is not None and line.private,
        "apart": line is not None and line.apart and open_,
        "handle": line.handle if line is not None and line.held and open_ else "",
    }


def pieces(text: str, noticed: Sequence[tuple[str, int, int]]) -> list[tuple[str, bool]]:
    """The words cut into those that triggered (True) and the rest."""
    marks = sorted({(start, end) for _, start, end in noticed if 0 <= start < end <= len(text)})
    cut: list[tuple[str, bool]] = []
    at = 0
    for start, end in marks:
        if start < at:
            continue
        cut += [(text[at:start], False), (text[start:end], True)]
        at = end
    return [piece for piece in [*cut, (text[at:], False)] if piece[0]]


def _line(line: Line, looks: Looks) -> dict[str, Any]:
    return {
        "clock": clock_of(line.at, looks),
        "pseudonym": line.pseudonym,
        "text": line.text,
        "note": line.note or "",
    }


def _approval(row: Request, looks: Looks, me: Staff) -> dict[str, Any]:
    return {
        "row": row.row,
        "what": row.what,
        "reason": say(looks.locale, CODES[row.reason]) if row.reason in CODES else row.reason,
        "own": row.asked_by == me.id,
        "until": clock_of(row.until, looks),
    }


def held_shown(one: Waiting, looks: Looks, now: datetime, uncovered: bool) -> dict[str, Any]:
    """A held post at the desk: covered until chosen where it may be hard to read."""
    covered = one.why in COVERED and not uncovered
    return {
        "handle": one.handle,
        "room": room_words(one.room_name, looks.locale),
        "pseudonym": one.author.pseudonym,
        "why": one.why.value,
        "why_words": say(looks.locale, HELD[one.why]),
        "clock": when_of(one.held_at, now, looks),
        "waited": waited(round((now - one.held_at).total_seconds()), looks),
        "covered": covered,
        "text": "" if covered else one.text,
        "note": one.note or "",
    }
