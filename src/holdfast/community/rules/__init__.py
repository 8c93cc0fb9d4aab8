"""What a community may choose for itself, and what it may not. Pure."""
