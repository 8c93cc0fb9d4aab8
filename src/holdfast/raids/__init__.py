"""Many people coming in at once: noticing it, slowing it, and taking back what was done."""
