"""Puts the house together; the only module that knows every slice."""
