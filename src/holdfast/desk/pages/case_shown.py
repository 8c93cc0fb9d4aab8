"""Cases as the desk's templates show them: in the queue, and whole."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec import Struct

from holdfast.crisis.rules.steps import may_take
from holdfast.desk.pages.between_two import between_two, copied_shown
from holdfast.desk.pages.covers import Reads
from holdfast.desk.pages.room_names import room_words
from holdfast.desk.pages.shown import LEVELS, waited
from holdfast.kit.ids import CaseId
from holdfast.kit.looks import Looks
from holdfast.kit.pages import clock_of, day_of, when_of
from holdfast.kit.words import N_, NP_, say
from holdfast.messages.queries.lines import Line
from holdfast.moderation.queries import CaseCard, CaseSummary
from holdfast.moderation.queries.cards import Reported
from holdfast.moderation.rules.appeals import AppealState
from holdfast.moderation.rules.cases import (
    FLAGS,
    GROUNDS,
    UNDECIDED,
    CaseKind,
    CaseState,
    FlagKind,
    Outcome,
    is_claimed,
)
from holdfast.moderation.rules.measures import MeasureKind
from holdfast.moderation.rules.reports import Door
from holdfast.rights.rules import Permission, Staff, may
from holdfast.screening.concern import Concern

KINDS = {
    CaseKind.WORRIED: ("watch", "l2", "b-amber", NP_("safety", "Somebody is worried")),
    CaseKind.CONTACT: ("conduct", "l2", "b-amber", N_("A way to be reached")),
    CaseKind.CONDUCT: ("conduct", "l2", "b-amber", N_("Conduct")),
    CaseKind.ROOM: ("conduct", "l2", "b-amber", N_("The room itself")),
}
STATES = {
    CaseState.OPEN: N_("In nobody’s hands"),
    CaseState.CLAIMED: N_("Claimed by %(name)s"),
    CaseState.DECIDED: N_("Decided by %(name)s"),
    CaseState.CLOSED: N_("Closed: nothing was left of it"),
}
SECOND_PERSON = N_("Waits for a second person")
SECOND_LOOK = N_("A second look is asked for")
MINE, FREE_AGAIN = N_("Claimed by you"), N_("%(name)s had it, and let it lie")
STEPS = {
    "opened": N_("Opened by hand"),
    "reported": N_("A report joined"),
    "flagged": N_("A rule noticed something"),
    "taken_back": N_("A report was taken back"),
    "claimed": N_("Claimed"),
    "released": N_("Let go for the next person"),
    "decided": N_("Decided"),
    "closed": N_("Closed: nothing was left of it"),
    "measure": N_("A measure was taken"),
    "asked_for": N_("Asked a second person"),
    "agreed": N_("A second person agreed"),
    "not_agreed": N_("A second person said no"),
    "lifted": N_("Taken back"),
    "appealed": N_("The member asked for a second look"),
    "appeal_upheld": N_("The second look: the member was right"),
    "appeal_refused": N_("The second look: it stays"),
}
OUTCOMES = {
    Outcome.MEASURE: N_("A measure was taken"),
    Outcome.NO_MEASURE: N_("No measure was taken"),
    Outcome.PASSED_TO_CRISIS: NP_("safety", "Passed on to those who can be with them"),
}


DONE = {  # what a measure is called in the steps of a case
    MeasureKind.NOTE: N_("a word in private"),
    MeasureKind.CONTENT_NOTE: N_("a content note"),
    MeasureKind.HOLD: N_("out of sight until it is decided"),
    MeasureKind.HIDE: N_("hidden from the room"),
    MeasureKind.HUSH: N_("not writing in this room for a while"),
    MeasureKind.PAUSE: N_("the rooms closed for a while"),
    MeasureKind.REMOVE: N_("the rooms closed for good"),
    MeasureKind.CLOSE_ROOM: N_("the room closed"),
    MeasureKind.SLOW: N_("the room slowed"),
}


class Seen(Struct, frozen=True):
    """Who looks at a case, when, and what they chose to uncover."""

    looks: Looks
    now: datetime
    me: Staff
    uncovered: str = ""  # the name of a message on the card
    second_for: frozenset[CaseId] = frozenset()  # cases in which somebody asked a second person


def case_in_queue(one: CaseSummary, seen: Seen) -> dict[str, Any]:
    """One case as a line of the queue. No words of anybody."""
    looks, me = seen.looks, seen.me
    level, lane, badge, words = LEVELS.get(one.concern) or KINDS[one.kind]
    held = is_claimed(one.claimed_by, one.claim_until, seen.now)
    return {
        "id": one.id,
        "key": f"case-{one.id}",
        "kind": "case",
        "address": f"/desk/cases/{one.id}",
        "fragment": f"/desk/fragments/cases/{one.id}",
        "take": f"/desk/cases/{one.id}/claim",
        "concern": int(one.concern),
        "slug": one.slug,
        "taken": held,
        "version": one.version,
        "level": level,
        "lane": lane,
        "badge": badge,
        "level_words": say(looks.locale, words),
        "room": room_words(one.room_name, looks.locale),
        "pseudonym": one.pseudonym if one.seat_id is not None else None,
        "raised_at": one.opened_at,
        "waited": waited(round((seen.now - one.opened_at).total_seconds()), looks),
        "worried": one.worried_by,
        "not_ok": one.not_ok_by,
        "flags": one.flags,
        "may_open": True,
        "late": False,
        "stage_words": _stage(one, seen, held=held),
        "mine": held and one.claimed_by == me.id,
        "free": one.state in UNDECIDED and (not held or one.claimed_by == me.id),
        "tracks": [],
        "left": "",
    }


def _stage(one: CaseSummary, seen: Seen, *, held: bool) -> str:
    locale = seen.looks.locale
    if one.id in seen.second_for and not held:
        return say(locale, SECOND_PERSON)
    if one.state is CaseState.CLAIMED and one.claimed_by == seen.me.id and held:
        return say(locale, MINE)
    if one.state is CaseState.CLAIMED and not held:
        return say(locale, FREE_AGAIN, name=one.claimed_name)
    name = one.decided_name if one.state is CaseState.DECIDED else one.claimed_name
    return say(locale, STATES[one.state], name=name)


def case_shown(card: CaseCard, seen: Seen, is_hard: Reads) -> dict[str, Any]:
    """One case whole: hard words covered until chosen, and what can be done."""
    one, looks = card.summary, seen.looks
    shown = case_in_queue(one, seen)
    return {
        **shown,
        "handle": one.handle,
        "is_staff": one.is_staff,
        "about_room": one.seat_id is None,
        "gone": one.seat_id is not None and not one.pseudonym,
        "blind": _is_blind(card, seen.me),
        **({"stage_words": say(looks.locale, SECOND_LOOK)} if _is_blind(card, seen.me) else {}),
        "is_over": one.state not in UNDECIDED,
        "escalation_id": one.escalation_id,
        "may_go": may_take(seen.me, one.concern),
        "clock": when_of(one.opened_at, seen.now, looks),
        "claim_until": clock_of(one.claim_until, looks)
        if shown["mine"] and one.claim_until
        else "",
        "said": [_said(line, seen, is_hard) for line in lines_of(card)],
        "before": [line_shown(line, looks) for line in card.before],
        "told": [_told(report, seen, is_hard) for report in card.reports],
        **between_two(one.room_kind, seen.me),
        "noticed": [_noticed(flag.what, flag.at, looks) for flag in card.flags],
        "steps": [
            {
                "clock": when_of(step.at, seen.now, looks),
                "by": "" if _is_blind(card, seen.me) else step.by,
                "words": say(looks.locale, STEPS.get(step.what, step.what)),
                "code": _code(step.code, looks),
            }
            for step in card.steps
        ],
        "earlier": [_earlier(case, looks) for case in card.earlier],
        "grounds": [(code.value, say(looks.locale, words)) for code, words in GROUNDS.items()],
        "outcome": _outcome(one, looks),
        "may_decide": may(seen.me, Permission.CASE_DECIDE) and shown["free"],
        "may_pass": one.seat_id is not None and not one.is_staff and bool(one.pseudonym),
        "seqs": [line.seq for line in lines_of(card) if line.seq is not None],
    }


def _is_blind(card: CaseCard, me: Staff) -> bool:
    """Whether a second look is asked for and not given: who reads it knows no names till then."""
    what = [step.what for step in card.steps]
    answered = sum(what.count(f"appeal_{state.value}") for state in AppealState)
    return what.count("appealed") > answered and card.summary.decided_by != me.id


def lines_of(card: CaseCard) -> list[Line]:
    """The messages that the case is about, each once, in the order in which they were said."""
    every = [one.line for one in card.reports] + [one.line for one in card.flags]
    found = [line for line in every if line is not None]
    return sorted({name_of(one): one for one in found}.values(), key=_when)


def _when(line: Line) -> tuple[datetime, int]:
    return line.at, line.seq or 0


def name_of(line: Line) -> str:
    """What a message is called on its card, whatever else joins."""
    return line.handle if line.seq is None else str(line.seq)


def _said(line: Line, seen: Seen, is_hard: Reads) -> dict[str, Any]:
    covered = is_hard(line.text) and seen.uncovered != name_of(line)
    return {
        "name": name_of(line),
        "seq": line.seq,
        "open": is_hard(line.text) and not covered,
        "clock": when_of(line.at, seen.now, seen.looks),
        "pseudonym": line.pseudonym,
        "held": line.held,
        "apart": line.apart,
        "covered": covered,
        "text": "" if covered else line.text,
        "note": line.note or "",
        "private": line.private,
    }


def line_shown(line: Line, looks: Looks) -> dict[str, Any]:
    return {
        "clock": clock_of(line.at, looks),
        "pseudonym": line.pseudonym,
        "text": line.text,
        "note": line.note or "",
    }


def _told(report: Reported, seen: Seen, is_hard: Reads) -> dict[str, Any]:
    looks = seen.looks
    return {
        "worried": report.kind is Door.WORRIED,
        "words": report.words,
        "clock": clock_of(report.at, looks),
        "about_person": report.seq is None,
        "as_reported": report.as_reported or "",
        "copied": [
            copied_shown(line, report.seq, is_hard(line.text) and seen.uncovered != str(line.seq))
            | {"clock": when_of(line.at, seen.now, looks)}
            for line in report.copied
        ],
    }


def _noticed(what: FlagKind, at: datetime, looks: Looks) -> dict[str, Any]:
    return {"words": say(looks.locale, FLAGS[what][1]), "clock": clock_of(at, looks)}


def _earlier(case: CaseSummary, looks: Looks) -> dict[str, Any]:
    return {
        "address": f"/desk/cases/{case.id}",
        "day": day_of(case.opened_at, looks),
        "words": _outcome(case, looks),
    }


def _outcome(case: CaseSummary, looks: Looks) -> str:
    """What was decided, and why nothing was done where nothing was."""
    if case.outcome is None:
        return ""
    words = say(looks.locale, OUTCOMES[case.outcome])
    return f"{words}: {say(looks.locale, GROUNDS[case.ground])}" if case.ground else words


def _code(code: str, looks: Looks) -> str:
    known: dict[str, str] = {
        **{kind.value: words for kind, words in GROUNDS.items()},
        **{kind.value: words for kind, (_, words) in FLAGS.items()},
        **{kind.value: words for kind, words in OUTCOMES.items()},
        **{kind.value: words for kind, words in DONE.items()},
    }
    return say(looks.locale, known[code]) if code in known else ""


def gravest(cases: Iterable[CaseSummary]) -> list[tuple[str, int]]:
    """The concern of each case's room, for the strip."""
    return [(one.slug, int(one.concern)) for one in cases if one.concern > Concern.NONE]
