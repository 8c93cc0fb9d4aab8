"""How the doctor's findings are told on a terminal: the worst first."""

from __future__ import annotations

from collections import Counter

from rich.console import Console

from holdfast.app.doctor import Finding, Level

MANY_ALIKE = "helplines"  # told last, one line each
MANY = 3  # of one kind, after which only their number is said
STYLE = {Level.UNSAFE: "bold red", Level.CARE: "yellow", Level.UNSEEN: "dim", Level.FINE: "green"}
SAID = {Level.UNSAFE: "unsafe", Level.CARE: "care", Level.UNSEEN: "not seen", Level.FINE: "fine"}
IN_ORDER = (Level.UNSAFE, Level.CARE, Level.UNSEEN, Level.FINE)


def show(findings: list[Finding], *, every: bool) -> None:
    """The worst first. Of many alike only the first few are told, unless all are asked for."""
    console = Console(highlight=False, soft_wrap=True)
    told: Counter[tuple[str, Level]] = Counter()
    lines = [one for one in findings if every and one.check == MANY_ALIKE and one.why]
    for level in IN_ORDER if every else IN_ORDER[:-1]:
        for finding in (one for one in findings if one.level is level and one not in lines):
            told[finding.check, level] += 1
            if every or told[finding.check, level] <= MANY:
                tell(console, finding)
        for (check, of), count in told.items():
            if of is level and count > MANY and not every:
                console.print(f"and {count - MANY} more of {check}: --all", style=STYLE[level])
    tell_in_lines(console, lines)
    counted = Counter(finding.level for finding in findings)
    console.print(", ".join(f"{counted[level]} {SAID[level]}" for level in IN_ORDER) + ".")


def tell_in_lines(console: Console, lines: list[Finding]) -> None:
    """Last, one line each: there are many of them, and one mend for all."""
    for finding in lines:
        console.print(f"{SAID[finding.level]:<8} ", style=STYLE[finding.level], end="")
        console.print(finding.what, markup=False)
    if lines:
        console.print(f"         {lines[0].mend}", style="dim", markup=False)


def tell(console: Console, finding: Finding) -> None:
    """One finding: how bad and what; then why, and what mends it."""
    console.print(f"{SAID[finding.level]:<8} ", style=STYLE[finding.level], end="")
    console.print(finding.what, markup=False)
    for words in (finding.why, finding.mend):
        if words:
            console.print(f"         {words}", style="dim", markup=False)
