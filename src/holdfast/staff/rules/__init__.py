"""Pure decisions about staff accounts: passwords, codes, sessions, invitations."""
