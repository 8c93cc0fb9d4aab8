"""Says of a test that it runs over SQLite and over PostgreSQL."""

from __future__ import annotations

import pytest

on_both_databases = pytest.mark.parametrize(
    "place", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True
)
"""Over PostgreSQL in the long run; in every run the house's own tests are on both."""
