"""The pages of the desk: they compose what lies below, and own no rule."""
