"""Schema migrations, applied when a state file is opened for writing."""
