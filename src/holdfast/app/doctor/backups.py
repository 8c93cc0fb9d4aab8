"""What the doctor asks of backups: that there are some, young enough, and that one was restored."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from holdfast.app.backing.folder import (
    COPIED,
    COPIES_KEPT_FOR,
    DATA,
    KEPT_FOR,
    KEYS,
    kept_in,
)
from holdfast.app.backing.noted import BACKED_UP, COPY_TRIED, DRILLED, noted
from holdfast.app.doctor.findings import Finding, Level, Look, fine, unseen
from holdfast.kit.facts import ROOT_KEY, fact
from holdfast.kit.tables import from_millis
from holdfast.kit.work import Work

OLD, FAR_TOO_OLD = timedelta(days=1), timedelta(days=7)
TRIED_WITHIN = timedelta(days=92)
GRACE = timedelta(days=1)  # the next backup throws away what is too old
LOSING = "If this disk were lost now, everything that was said since would be lost with it."


async def backups_are_young_enough(look: Look) -> list[Finding]:
    """How much would be lost, were the disk lost now."""
    if look.work is None:
        return unseen("backups", "When the last backup was made could not be seen.")
    told = await noted(look.work, BACKED_UP)
    if told is None:
        return [
            Finding(
                "backups",
                Level.UNSAFE,
                "No backup was ever made.",
                "If this disk were lost now, everything would be lost with it.",
                "`holdfast backup keys`, then `holdfast backup` by the clock: "
                "docs/guides/backups.md",
            )
        ]
    age = look.now - _at(told)
    if age <= OLD:
        return fine("backups", f"The last backup was made {_said(age)} ago.")
    return [
        Finding(
            "backups",
            Level.UNSAFE if age > FAR_TOO_OLD else Level.CARE,
            f"The last backup was made {_said(age)} ago.",
            LOSING,
            "Look why it is not made by the clock any more: `systemctl list-timers`.",
        )
    ]


async def backups_end(look: Look) -> list[Finding]:
    """What was erased must not live on in an old copy of its key."""
    folder = look.settings.backups_folder
    if not folder.is_dir():
        return [_no_folder(look)]
    old = [
        kept.file.name
        for what in (DATA, KEYS)
        for kept in kept_in(folder, what)
        if look.now - kept.at > KEPT_FOR[what] + GRACE
    ]
    last = (look.now - COPIES_KEPT_FOR - GRACE).timestamp()
    old += [
        file.name
        for file in sorted(folder.glob("holdfast-*.db"))
        if COPIED.fullmatch(file.name) and file.stat().st_mtime < last
    ]
    if not old and look.settings.backups is None:
        return [_no_folder(look)]
    if not old:
        return fine("old backups", "No backup lies here longer than it may.")
    return [
        Finding(
            "old backups",
            Level.CARE,
            f"Backups lie in {folder} longer than they may: {', '.join(old)}.",
            "Words that people erased can still be read from them.",
            "`holdfast backup` throws them away; those in other places you must.",
        )
    ]


def _no_folder(look: Look) -> Finding:
    where = look.settings.backups
    return Finding(
        "old backups",
        Level.UNSEEN,
        f"The folder of the backups, {where}, is not there."
        if where
        else "Whether backups lie somewhere longer than they may was not looked at.",
        mend="" if where else "Say with HOLDFAST_BACKUPS where they lie.",
    )


async def restored_in_a_drill(look: Look) -> list[Finding]:
    """A backup that nobody ever restored is a hope."""
    if look.work is None:
        return unseen("drill", "Whether a backup was ever restored could not be seen.")
    told, drill = await noted(look.work, DRILLED), _drill(look)
    if told is None:
        return [_hope("No backup was ever restored in a drill.", drill)]
    age = look.now - _at(told)
    if "failed" in told:
        return [_ended_early(f"{_said(age)} ago", told["failed"], drill)]
    if told["opened"] < told["tried"]:
        return [_lost(told)]
    if not told["tried"]:
        return [_hope("The last drill found no words to open: it proved nothing.", drill)]
    if age > TRIED_WITHIN:
        return [_hope(f"The last drill of a restore was {_said(age)} ago.", drill)]
    return fine("drill", f"A backup was restored in a drill {_said(age)} ago.")


async def a_copy_of_the_root_key_was_tried(look: Look) -> list[Finding]:
    """Without the root key no backup opens, and every rotation makes another one of it."""
    if look.work is None:
        return unseen("copy of the root key", "Whether its copy was tried could not be seen.")
    if await _was_tried(look.work):
        return fine("copy of the root key", "A copy of the root key in force opened a backup.")
    return [
        Finding(
            "copy of the root key",
            Level.UNSAFE,
            "No copy of the root key in force was ever tried.",
            "If this machine were lost and no copy of that key is good, no backup can be read.",
            f"`holdfast backup root-key --to COPY`, `holdfast backup`, then `{_drill(look)}`.",
        )
    ]


async def _was_tried(work: Work) -> bool:
    tried, in_force = await noted(work, COPY_TRIED), await fact(work, ROOT_KEY)
    return bool(tried and in_force and tried["check"] == in_force.hex())


def _drill(look: Look) -> str:
    """The line that drills with all that a real restore would need."""
    folders = "" if look.settings.backups else "--from FOLDER --keys-from FOLDER "
    return f"holdfast drill restore {folders}--root-key COPY --identity FILE"


def _hope(what: str, drill: str) -> Finding:
    return Finding(
        "drill",
        Level.CARE,
        what,
        "Whether it can be read is known only to whoever has read one.",
        f"`{drill}`, once a month.",
    )


def _ended_early(when: str, code: str, drill: str) -> Finding:
    return Finding(
        "drill",
        Level.UNSAFE,
        f"The last drill of a restore, {when}, did not come to its end ({code}).",
        "So it would be with a real restore.",
        f"`{drill}` says what is wrong: docs/guides/backups.md. It counts again once it goes well.",
    )


def _lost(told: dict[str, Any]) -> Finding:
    return Finding(
        "drill",
        Level.UNSAFE,
        f"Of {told['tried']} words in the last drill only {told['opened']} could be opened.",
        "So it would be after a real restore.",
        "`holdfast keys check --all` says which keys are missing. Then back up, and try again.",
    )


def _at(told: dict[str, Any]) -> datetime:
    return from_millis(int(told["at"]))


def _said(age: timedelta) -> str:
    hours = max(int(age.total_seconds() // 3600), 0)
    return f"{hours // 24} days" if hours >= 48 else f"{hours} hours"
