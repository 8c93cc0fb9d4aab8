"""How well the rules read: the measures by which they are held to their bars. Pure.

`Screener` has the interface the evaluation scripts ask for, so they can be run on it as well.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from msgspec import Struct

from holdfast.screening.contact import find_contact
from holdfast.screening.reading import Reading, read
from holdfast.screening.signals import CONTACT, TOWARD_SOMEONE, Kind

Row = dict[str, Any]
THRESHOLD = 0.5
SCORES = (0.0, 0.1, 0.3, 0.75, 1.0)  # of the levels 0-4
CALLED = {"link": "url", "birth": "dob"}
REACHABLE = frozenset({"email", "phone", "handle", "url", "ip", "id"})
COVERED = 0.8


class Screener:
    """The rules as scores between 0 and 1."""

    def classify(self, text: str) -> dict[str, float]:
        """How much it is a crisis, something a person should look at, or harsh to another."""
        reading = read(text).reading
        harsh = any(one.kind in {*TOWARD_SOMEONE, Kind.HARSH} for one in reading.signals)
        return {
            "crisis": SCORES[reading.level],
            "surface": float(reading.level >= 1),
            "toxic": float(harsh),
        }

    def detect_pii(self, text: str) -> list[dict[str, Any]]:
        """What would tell who or where someone is."""
        return [
            {"type": CALLED.get(one.kind.value, one.kind.value), "start": one.start, "end": one.end}
            for one in find_contact(text)
        ]


class Figures(Struct, frozen=True):
    """One line of the report."""

    name: str
    values: dict[str, float]

    def __str__(self) -> str:
        told = " · ".join(f"{key} {_told(value)}" for key, value in self.values.items())
        return f"{self.name:34s} {told}"


def _told(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.3f}"


# ---------------------------------------------------------------- danger


def risk(rows: Sequence[Row]) -> list[Figures]:
    """Recall and false alarms of crisis (level 3 and 4) over functional cases, and by capability.

    Cases of level 2 are neither: a person should see them, and no alarm need ring.
    """
    scored = [(row, Screener().classify(row["text"])) for row in rows]
    clear = [one for one in scored if one[0]["level"] != 2]
    values = _hits(clear)
    values["recall_imminent"] = _share(one for one in scored if one[0]["level"] == 4)
    values["surface_recall_level2"] = _seen(scored, 2)
    values["surface_fpr_level0"] = _seen(scored, 0)
    values["pair_order_ok"] = _in_order(scored)
    by_capability = defaultdict(list)
    for one in clear:
        by_capability[one[0]["capability"]].append(one)
    return [
        Figures("risk.functional", values),
        *(Figures(f"  risk.{name}", _hits(some)) for name, some in sorted(by_capability.items())),
    ]


Scored = tuple[Row, dict[str, float]]


def _hits(scored: Sequence[Scored]) -> dict[str, float]:
    crisis = [one for one in scored if one[0]["crisis"]]
    other = [one for one in scored if not one[0]["crisis"]]
    return {"n": len(scored), "recall": _share(crisis), "fpr": _share(other)}


def _share(scored: Iterable[Scored]) -> float:
    found = [score["crisis"] >= THRESHOLD for _, score in scored]
    return sum(found) / max(1, len(found))


def _seen(scored: Sequence[Scored], level: int) -> float:
    found = [score["surface"] >= THRESHOLD for row, score in scored if row["level"] == level]
    return sum(found) / max(1, len(found))


def _in_order(scored: Sequence[Scored]) -> float:
    """Of how many minimal pairs the graver one scores higher."""
    pairs = defaultdict(list)
    for row, score in scored:
        grave = max(score["crisis"], 0.999 * score["surface"])
        pairs[row["pair"]].append((row["level"], grave if row["level"] == 2 else score["crisis"]))
    return sum(max(some)[1] > min(some)[1] for some in pairs.values()) / max(1, len(pairs))


def burden(rows: Sequence[Row]) -> list[Figures]:
    """How often ordinary talk raises an alarm, in a thousand turns."""
    scores = [Screener().classify(row["text"]) for row in rows]
    values: dict[str, float] = {"n": len(rows)}
    for name, label in (("crisis_alerts", "crisis"), ("surface", "surface"), ("toxic", "toxic")):
        alarms = sum(score[label] >= THRESHOLD for score in scores)
        values[f"{name}_per_1000"] = 1000 * alarms / max(1, len(rows))
    return [Figures("burden.ordinary_talk", values)]


def harshness(rows: Sequence[Row]) -> list[Figures]:
    """What is said against somebody. Of these only threat, baiting and approach are held."""
    scores = [(row["toxic"], Screener().classify(row["text"])["toxic"]) for row in rows]
    hits = [score >= THRESHOLD for toxic, score in scores if toxic]
    alarms = [score >= THRESHOLD for toxic, score in scores if not toxic]
    recall, fpr = sum(hits) / max(1, len(hits)), sum(alarms) / max(1, len(alarms))
    return [Figures("tox.functional", {"n": len(rows), "recall": recall, "fpr": fpr})]


# ---------------------------------------------------------------- contact


def contact(name: str, rows: Sequence[Row]) -> list[Figures]:
    """Of each kind the share of spans found, and of messages without any the share with an alarm.

    A name, school, address or birth date is only warned of: it counts in neither.
    """
    there, found = Counter[str](), Counter[str]()
    clean = alarms = 0
    for row in rows:
        signals = [one for one in find_contact(row["text"]) if one.kind in CONTACT]
        wanted = [span for span in row["spans"] if span["type"] in REACHABLE]
        if not row["spans"]:
            clean, alarms = clean + 1, alarms + bool(signals)
        for span in wanted:
            spoken = [(one.start, one.end) for one in signals]
            there[span["type"]] += 1
            found[span["type"]] += _is_covered(span["start"], span["end"], spoken)
    values: dict[str, float] = {kind: found[kind] / there[kind] for kind in sorted(there)}
    values["recall"] = sum(found.values()) / max(1, sum(there.values()))
    values["false_alarms"] = alarms / max(1, clean)
    return [Figures(f"pii.{name}", {"n": sum(there.values()), **values})]


def _is_covered(start: int, end: int, spoken: list[tuple[int, int]]) -> bool:
    covered = sum(max(0, min(end, last) - max(start, first)) for first, last in spoken)
    return covered >= COVERED * (end - start)


# ---------------------------------------------------------------- our own sentences


def hand_overs(handed: Sequence[str], harmless: Sequence[str]) -> list[Figures]:
    """Our own hand-overs and look-alikes: those the rules were made with, and the unread third."""
    return _both("own.handovers", handed, harmless, _has_contact, "en")


def sentences(language: str, crisis: Sequence[str], contrast: Sequence[str]) -> list[Figures]:
    """One language's sentences, the same way."""
    name = f"own.sentences.{language}"
    return _both(name, crisis, contrast, _is_alarm, language)


def _both(
    name: str,
    grave: Sequence[str],
    plain: Sequence[str],
    is_found: Callable[[Reading], bool],
    language: str,
) -> list[Figures]:
    figures = []
    for part, step in (("tuned", 0), ("unread", 1)):
        values = {}
        for label, texts in (("recall", grave), ("fpr", plain)):
            some = [text for index, text in enumerate(texts) if (index % 3 == 2) == bool(step)]
            found = sum(is_found(read(text, language=language).reading) for text in some)
            values[label] = found / max(1, len(some))
        figures.append(Figures(f"{name}.{part}", values))
    return figures


def _is_alarm(reading: Reading) -> bool:
    return reading.level >= 3


def _has_contact(reading: Reading) -> bool:
    return reading.contact
