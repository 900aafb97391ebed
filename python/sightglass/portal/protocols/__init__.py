"""Statistics per protocol."""
