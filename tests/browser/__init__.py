"""The house as people meet it: in a browser, on a phone, with and without scripts."""
