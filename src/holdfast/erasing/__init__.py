"""Erasing for good: what goes, what is held, what is left to do, and what was erased."""
