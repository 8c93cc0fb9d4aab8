"""Times to meet in a room, with rounds and turns."""
