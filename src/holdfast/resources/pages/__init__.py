"""The help page: no sign-in, no script, no session and no database stand before it."""
