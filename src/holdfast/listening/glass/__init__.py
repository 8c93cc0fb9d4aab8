"""Break-glass: reading a private talk, with two people and a reason."""
