"""A drawn community that lives in the real application, by its actions, on a clock that jumps."""
