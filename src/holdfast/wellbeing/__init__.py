"""Looking after oneself: safety plans."""
