"""Circles: small groups that fit, for some weeks."""
