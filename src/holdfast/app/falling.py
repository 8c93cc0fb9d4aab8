"""What is said of an error that nobody caught: its kind and where it stood, never its words.

Python prints such an error with its text, and in its text may stand what somebody was saying.
"""

from __future__ import annotations

import sys
import threading
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
