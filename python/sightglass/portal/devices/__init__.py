"""Devices: list, detail, and what operators say about them."""
