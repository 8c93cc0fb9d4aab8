"""What stays of a fall: an error's kind and where it stood, never its words, and no core dump.

Python prints an error that nobody caught with its text, and there may stand what somebody said.
"""

from __future__ import annotations

import resource
import sys
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog

log = structlog.get_logger()


def keep_words_in() -> None:
    """From now on an error that ends a thread, a clean-up or the program says only that."""
    sys.excepthook = lambda kind, _, trace: say_what_fell(kind, trace)
    threading.excepthook = lambda fell: say_what_fell(fell.exc_type, fell.exc_traceback)
    sys.unraisablehook = lambda fell: say_what_fell(fell.exc_type, fell.exc_traceback)


def say_what_fell(kind: type[BaseException] | None, trace: TracebackType | None) -> None:
    """One line in the log, for whoever mends it."""
    if kind is None or issubclass(kind, KeyboardInterrupt):
        return
    log.error("fell over", error=f"{kind.__name__}{_place(trace)}")


def _place(trace: Any) -> str:
    """Where it was raised."""
    if trace is None:
        return ""
    while trace.tb_next is not None:
        trace = trace.tb_next
    return f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"


def leave_no_core() -> None:
    """Were the server to crash, nothing of its memory may stay in a file.

    1 instead of 0 where that can be: then the kernel does not hand it to a program either. Where a
    sandbox lets nobody change limits, it has set this one itself.
    """
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    least = 0 if most == 0 else 1
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (least, least))
