"""The first thing that runs: `holdfast` and `python -m holdfast`.

Nothing made while the house is put together can go again, so nothing is looked through meanwhile:
starting takes a fifth less. `app.opening` lets the looking begin once the doors are open.
"""

from __future__ import annotations

import gc


def main() -> None:
    """The command line."""
    gc.disable()
    from holdfast.cli import main as command_line  # noqa: PLC0415 - see above

    command_line()


if __name__ == "__main__":
    main()
