"""Everything that can be done with wishes and circles."""
