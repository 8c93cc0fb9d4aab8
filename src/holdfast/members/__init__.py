"""The members slice: coming in, signing in, being somebody without being known."""
