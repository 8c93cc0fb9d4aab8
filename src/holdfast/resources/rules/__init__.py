"""What the help page may show, decided from the rows and the day alone."""
