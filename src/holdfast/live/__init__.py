"""The live line: commands in, events out, on one socket (live.md §1)."""
