"""Pure decisions about members: names, avatars, phrases, ages, promises, looks."""
