"""Looking after oneself: members’ safety plans, and how those who care are doing."""
