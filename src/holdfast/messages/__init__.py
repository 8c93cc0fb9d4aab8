"""The messages slice: what was said, in order."""
