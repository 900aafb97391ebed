"""Traffic that nobody recognised."""
