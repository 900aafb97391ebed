"""Loads and checks what lies under ``content``: data with its source and licence, never code."""
