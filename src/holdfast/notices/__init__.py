"""Telling people: the pager, push, webhooks."""
