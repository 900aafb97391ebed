"""Who may ask: one-time login links, sessions, and access as parameter types."""
