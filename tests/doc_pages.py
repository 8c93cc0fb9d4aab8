"""Reads our papers as a newcomer would: what they tell one to type is typed, line by line.

In a block marked `console` a line that begins with `$ ` is a command; a line after one that ends
in a backslash belongs to it. What else stands there must come out, in that order; `…` stands for
anything. `^C` stops the server that was started last. A block marked `console slow` makes its page
a slow test. One shell runs a whole page, so that a later command may use what an earlier one made.

Nothing runs against port 8000 or `./data` of whoever runs the tests: the page gets a free port
and a data folder of its own. What else is not typed as it stands is in `STAND_INS`, with reasons.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"^```(console[^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SERVES = re.compile(r"^(\w+=\S+ )*(\S*/)?(bin/serve|holdfast serve)\b")
MARK = "\x1e"

STAND_INS = [
    # The tests cannot know the address a newcomer clones from; what is cloned is this checkout.
    (re.compile(r"^git clone (?:--\S+ )*\S+"), f"git clone -q '{ROOT}'"),
    # These run the tests that run us: the docs' command only has to be understood.
    (re.compile(r"^bin/test\b(.*)"), r"bin/test --collect-only -q\1"),
    (re.compile(r"^(bin/check|\.ci/run)\b(.*)"), r"bash -n \1"),
    (re.compile(r"^bin/bench\b(.*)"), r"bin/bench --help"),
    # Nothing is installed on the machine of whoever runs the tests: it only has to be possible.
    (re.compile(r"^(?:sudo )?apt-get (update|install)\b"), r"apt-get --simulate \1"),
]


@dataclass
class Step:
    """One command of a page, and what the page says comes out."""

    command: str
    shown: list[str] = field(default_factory=list)

    @property
    def serves(self) -> bool:
        return bool(SERVES.match(self.command))


@dataclass
class Page:
    """One paper."""

    path: Path

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def is_slow(self) -> bool:
        return any("slow" in mark.split() for mark, _ in BLOCK.findall(self.text))

    def steps(self) -> list[Step]:
        steps: list[Step] = []
        for _, block in BLOCK.findall(self.text):
            continues = False
            for line in block.splitlines():
                if continues:
                    steps[-1].command += f"\n{line}"
                elif line.startswith("$ "):
                    steps.append(Step(line[2:].strip()))
                elif line == "^C":
                    steps.append(Step("stop_serving"))
                elif line.strip():
                    assert steps, f"{self.path.name}: a block begins with what comes out: {line}"
                    steps[-1].shown.append(line)
                continues = bool(steps) and line.endswith("\\")
        return steps


def typed(command: str) -> str:
    """What is typed for a command of the page."""
    for pattern, stand_in in STAND_INS:
        command = pattern.sub(stand_in, command)
    return command


# ---------------------------------------------------------------- one shell for a page

SHELL = """
set -euo pipefail
server=
serving() {  # wait until it answers, and show what it said
  until (exec 3<>"/dev/tcp/127.0.0.1/$HOLDFAST_PORT") 2>/dev/null; do
    kill -0 "$server" 2>/dev/null || { cat "$said"; echo "the server ended"; exit 1; }
    sleep 0.1
  done
  sleep 0.5
  cat "$said"
}
stop_serving() {
  [ -z "$server" ] || { kill -TERM "$server"; wait "$server" || true; server=; }
}
trap stop_serving EXIT
"""


def script_of(steps: list[Step]) -> str:
    lines = [SHELL]
    for number, step in enumerate(steps):
        lines.append(f"printf '\\n{MARK}{number}\\n'")
        if step.serves:
            lines += ["stop_serving", 'said="$(mktemp)"']
            lines += [f'{typed(step.command)} >"$said" 2>&1 & server=$!', "serving"]
        else:
            lines.append(typed(step.command))
    return "\n".join(lines)


def run(page: Page, folder: Path, *, limit: int) -> list[str]:
    """Type the page's commands in order. Returns what went otherwise than the page says."""
    port = str(_free_port())
    steps = page.steps()
    script = script_of(steps).replace("8000", port)
    clones = bool(steps) and steps[0].command.startswith("git clone")
    own = {"HOLDFAST_PORT": port, "HOLDFAST_DATA": str(folder / "data"), "TMPDIR": str(folder)}
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder if clones else ROOT,
        env={**os.environ, **own},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=limit,
        check=False,
    )
    came_out = dict(enumerate(done.stdout.split(MARK)[1:]))
    wrong = [
        f"`{step.command}` does not say {line!r} but {came_out[number]!r}"
        for number, step in enumerate(steps)
        if number in came_out
        for line in unsaid(step.shown, came_out[number].replace(port, "8000"))
    ]
    if done.returncode:
        last = steps[len(came_out) - 1].command if came_out else "the shell"
        wrong.append(f"`{last}` ended with {done.returncode}: {done.stdout[-2000:]}")
    return wrong


def unsaid(shown: list[str], said: str) -> list[str]:
    """The lines of the page that did not come out, in their order."""
    waiting = list(shown)
    for line in said.splitlines():
        if waiting and re.fullmatch(_pattern(waiting[0]), line.strip()):
            waiting.pop(0)
    return [line for line in waiting if line.strip() != "…"]


def _pattern(shown: str) -> str:
    return ".*".join(re.escape(part) for part in shown.strip().split("…"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
