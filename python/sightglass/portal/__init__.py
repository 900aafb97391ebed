"""The HTTP API and the console that it serves; a folder per resource."""
