"""Small captures of our own: a folder a protocol, each with the generator that wrote it."""
