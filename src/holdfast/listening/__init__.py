"""Listening one to one: asks, matches, sessions."""
