"""Whether the portal works."""
