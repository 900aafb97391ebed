"""The network map."""
