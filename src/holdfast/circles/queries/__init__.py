"""Reading wishes, circles, and what was proposed."""
