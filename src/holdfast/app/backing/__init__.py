"""Backups of a place, sealed to a key that lies elsewhere, and restoring them (decision 19).

`taking` makes them, `restoring` loads them into an empty place, `drilling` tries that out. What
lies in a file is told in `archive`, how it is sealed in `sealed`.
"""
