"""The rooms slice: places, and seats in them."""
