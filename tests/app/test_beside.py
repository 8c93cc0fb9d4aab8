"""The rules that another process compiled are the same as those compiled here."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from holdfast.screening.reading import read
from screening.test_sentences import LANGUAGES, sentences

PROGRAM = """
import json, os, sys
from holdfast.app import beside
{how}
from holdfast.screening import scanning
{what}
from holdfast.screening.reading import read
print(json.dumps([repr(read(text).reading) for text in json.load(sys.stdin)]))
"""
NOT_HERE = "scanning.packs = None  # whoever compiled here would break on it"
BREAKS = "beside._compile = lambda written: written.write(b'no rules')"


def _read(how: str, what: str, texts: list[str]) -> subprocess.CompletedProcess[str]:
    program = PROGRAM.format(how=how, what=what)
    asked = json.dumps(texts)
    return subprocess.run(
        [sys.executable, "-c", program], input=asked, capture_output=True, text=True, check=False
    )


@pytest.mark.full
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere nobody else compiles")
def test_rules_that_were_handed_over_read_every_sentence_as_those_compiled_here() -> None:
    kept = [
        part for name in LANGUAGES for part in sentences(name).crisis + sentences(name).contrast
    ]
    texts = [sentence.text for part in kept for sentence in part[::4]]
    two_cores = "os.sched_getaffinity = lambda who: {0, 1}; beside.begin()"
    done = _read(two_cores, NOT_HERE, texts)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [repr(read(text).reading) for text in texts]


@pytest.mark.full
@pytest.mark.parametrize(
    "how",
    [
        "os.sched_getaffinity = lambda who: {0}; beside.begin()",
        "os.memfd_create = lambda name: os.open('/nowhere', 0); beside.begin()",
        f"{BREAKS}; beside.begin()",
        "",
    ],
    ids=["one core", "no memory", "it broke", "nobody asked"],
)
def test_where_nothing_is_handed_over_the_rules_are_compiled_here(how: str) -> None:
    texts = ["I want to kill myself", "I want to kill time"]
    done = _read(how, "", texts)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [repr(read(text).reading) for text in texts]
    assert _read(how, NOT_HERE, texts).returncode == 1


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere nobody else compiles")
def test_where_nobody_may_wait_for_children_the_rules_are_handed_over_all_the_same() -> None:
    ignored = "import signal; signal.signal(signal.SIGCHLD, signal.SIG_IGN)"
    begun = f"{ignored}; os.sched_getaffinity = lambda who: {{0, 1}}; beside.begin()"
    texts = ["I want to kill myself", "I want to kill time"]
    done = _read(begun, NOT_HERE, texts)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [repr(read(text).reading) for text in texts]
