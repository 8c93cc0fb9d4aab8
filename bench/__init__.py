"""What performance is measured with: the real server beside its own limits, in one run."""
