"""Knowing what is kept about somebody: read from the schema itself, so that it cannot lie."""
