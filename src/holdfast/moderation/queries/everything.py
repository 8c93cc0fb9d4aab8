"""What the export hands to a member of reports, measures and appeals: their own, and no name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from holdfast.kit.clock import stamp
from holdfast.kit.work import Work
from holdfast.messages.queries import Reader
from holdfast.moderation.queries.mine import MyAppeal, MyMeasure, measures_about
from holdfast.moderation.queries.reports import MyReport, all_reports_of_member
from holdfast.rights.rules import Member


async def kept_in_cases(work: Work, reader: Reader, member: Member) -> dict[str, Any]:
    """What I told, what was decided about me, and what I answered."""
    reports = await all_reports_of_member(work, reader, member.id)
    measures = await measures_about(work, reader, member.id)
    return {
        "reports": [_report(one) for one in reports],
        "measures": [_measure(one) for one in measures],
    }


def _report(one: MyReport) -> dict[str, Any]:
    return {
        "room": one.slug,
        "seq": one.seq,
        "kind": one.kind,
        "words": one.words,
        "at": stamp(one.at),
        "state": one.step,
        "looked_at": _when(one.looked_at),
        "answered_at": _when(one.answered_at),
        "answer": one.told,
        "undone": one.undone,
    }


def _measure(one: MyMeasure) -> dict[str, Any]:
    return {
        "room": one.slug,
        "kind": one.kind,
        "rule": one.rule,
        "said": one.said,
        "note": one.note,
        "rewrite": one.rewrite,
        "at": stamp(one.at),
        "until": _when(one.until),
        "ended_at": _when(one.ended_at),
        "ended_how": one.ended_how,
        "appeal": _appeal(one.appeal) if one.appeal else None,
    }


def _appeal(one: MyAppeal) -> dict[str, Any]:
    return {
        "state": one.state,
        "words": one.words,
        "at": stamp(one.at),
        "answer": one.answer,
        "judged_at": _when(one.judged_at),
    }


def _when(moment: datetime | None) -> str | None:
    return stamp(moment) if moment else None
