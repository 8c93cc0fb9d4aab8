"""The town: the people who live in the demonstration, and what they have said."""
