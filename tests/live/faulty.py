"""The real command line with one fault seeded into the product from outside: HOLDFAST_FAULT.

The product has no weak switches; what breaks a promise here is put into it while it starts.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import live.seeded_ledger
import live.seeded_line  # noqa: F401 - registers its faults, as the one above
from holdfast.cli import main
from live.seeding import FAULTS

if __name__ == "__main__":
    FAULTS[os.environ["HOLDFAST_FAULT"]]()
    main()
