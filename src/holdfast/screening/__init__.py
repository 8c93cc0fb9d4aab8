"""Readers of text. They advise; they cannot act."""
