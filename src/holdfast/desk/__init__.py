"""The staff console: composes everything below, owns no rule."""
