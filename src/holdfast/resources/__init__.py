"""Where help is: helplines by country, for everyone, also when the database is gone."""
