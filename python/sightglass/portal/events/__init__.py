"""Raw events out of history."""
