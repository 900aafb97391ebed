"""Plant state in SQLite; one process owns the file and its one writing connection."""
