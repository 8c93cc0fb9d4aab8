"""What this community chose for itself: its own words in a few places, and its settings."""
