"""Connections: who talks with whom."""
