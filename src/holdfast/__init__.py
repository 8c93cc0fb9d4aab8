"""Holdfast: a place where people share what they carry with others who relate."""

__version__ = "0.1.0"
