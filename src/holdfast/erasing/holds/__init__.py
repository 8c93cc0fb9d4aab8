"""Safeguarding holds: what of erased words is kept for open work, for how long, and by whom."""
