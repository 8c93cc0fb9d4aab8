"""Concerns, escalations, side spaces: nobody in danger is dropped."""
