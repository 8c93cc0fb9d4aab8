"""The first thing that runs: `holdfast` and `python -m holdfast`.

Nothing made while the house is put together can go again, so nothing is looked through meanwhile:
starting takes a fifth less. `app.opening` lets the looking begin once the doors are open.
"""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """The command line."""
    gc.disable()
    _without_colours()
    from holdfast.cli import main as command_line  # noqa: PLC0415 - see above

    command_line()


def _without_colours() -> None:
    """structlog draws in colours where it finds `rich`. We write JSON: a server needs none."""
    sys.modules["rich"] = None  # type: ignore[assignment]
    import structlog  # noqa: F401, PLC0415

    del sys.modules["rich"]


if __name__ == "__main__":
    main()
