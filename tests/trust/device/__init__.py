"""Somebody else has the device: the way out, and what stays behind."""
