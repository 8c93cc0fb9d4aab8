"""Says of a test that it runs over SQLite and over PostgreSQL."""

from __future__ import annotations

import pytest

on_both_databases = pytest.mark.parametrize("place", ["sqlite", "postgresql"], indirect=True)
