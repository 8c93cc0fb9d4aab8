"""Who may do what until when: role × permission, in one matrix."""
