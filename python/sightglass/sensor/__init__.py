"""The running product: events in, change records out."""
