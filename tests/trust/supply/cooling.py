"""Versions that came into the lock lately are at least seven days old, or have a reason not to be.

Run by `bin/check`. It asks whoever pip asks; who does not say how old its files are, or does not
answer, makes nothing red: then it says how many could not be looked at.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from trust.supply.lock import ROOT, Locked, locked, read_lock

LOCK = "requirements/dev.txt"
DAYS = 7
WITHIN = 60  # seconds
TOO_NEW = "No matching distribution found"
PIP = ["install", "--dry-run", "--no-deps", "--ignore-installed", "--require-hashes", "--quiet"]


@dataclass(frozen=True)
class Verdict:
    """What came of asking: whether one is too new; of how many nobody said how old they are."""

    too_new: str = ""
    unknown: int = 0
    away: bool = False


def lately(
    now: Sequence[Locked], before: Sequence[Locked], warm: Mapping[str, str]
) -> list[Locked]:
    """The versions that were not in the lock before, without those that have a reason."""
    known = {(one.name, one.version) for one in before}
    return [
        one
        for one in now
        if (one.name, one.version) not in known and warm.get(one.name) != one.version
    ]


def as_it_was(days: int = DAYS) -> list[Locked]:
    """The lock as it was some days ago; nothing where it is younger, or where git is not there."""
    since = ("rev-list", "-1", f"--before={days}.days.ago", "HEAD", "--", LOCK)
    commit = _git(*since).strip()
    return read_lock(_git("show", f"{commit}:{LOCK}")) if commit else []


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout


def reasons() -> dict[str, str]:
    """Which versions were taken sooner. Raises `KeyError` for one without a reason."""
    rows = tomllib.loads((ROOT / "requirements" / "warm.toml").read_text("utf-8"))["version"]
    assert all(row["why"].strip() for row in rows)
    return {row["name"]: row["version"] for row in rows}


def ask(new: Sequence[Locked], *, environment: Mapping[str, str] | None = None) -> Verdict:
    """Ask pip for these as if it were seven days ago; where it has not all, as it is today."""
    with tempfile.TemporaryDirectory() as folder:
        place, around = Path(folder), {**os.environ, **(environment or {})}
        (place / "wanted.txt").write_text("".join(_line(one) for one in new))
        then = _asked(place, ["--uploaded-prior-to", f"P{DAYS}D"], around)
        if then is not None and then.returncode == 0:
            return Verdict(unknown=_of_unknown_age(json.loads((place / "told.json").read_text())))
        missing = [line for line in (then.stderr if then else "").splitlines() if TOO_NEW in line]
        now = _asked(place, [], around) if missing else None
    if now is None or now.returncode != 0:
        return Verdict(away=True)
    return Verdict(too_new=missing[0])


def _asked(
    place: Path, more: Sequence[str], environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str] | None:
    """What pip says; nothing where it takes too long."""
    files = ["--report", str(place / "told.json"), "--requirement", str(place / "wanted.txt")]
    command = [sys.executable, "-m", "pip", *PIP, *more, *files]
    try:
        return subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=WITHIN, env=environment
        )
    except subprocess.TimeoutExpired:
        return None


def _of_unknown_age(told: dict[str, list[dict[str, dict[str, str]]]]) -> int:
    """Files that lie in a folder: nobody says since when they are there."""
    return sum(one["download_info"]["url"].startswith("file:") for one in told["install"])


def _line(one: Locked) -> str:
    where = f" ; {one.where}" if one.where else ""
    return f"{one.name}=={one.version}{where}{''.join(f' --hash=sha256:{h}' for h in one.hashes)}\n"


def main() -> int:
    """0 unless a version is too new."""
    new = lately(locked("dev"), as_it_was(), reasons())
    if not new:
        return 0
    verdict = ask(new)
    if verdict.too_new:
        sys.stderr.write(f"{verdict.too_new}, as it was {DAYS} days ago. See supply-chain.md.\n")
        return 1
    unknown = len(new) if verdict.away else verdict.unknown
    if unknown:
        sys.stderr.write(
            f"holdfast: how old {unknown} of {len(new)} new versions are, nobody says\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
