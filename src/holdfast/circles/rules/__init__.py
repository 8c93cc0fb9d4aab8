"""Pure decisions about circles: who fits together, and how fairly that came out."""
