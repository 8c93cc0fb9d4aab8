"""The staff slice: accounts of those who look after the place, apart from members."""
