"""Process values."""
