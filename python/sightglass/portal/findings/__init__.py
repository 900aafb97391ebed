"""Findings: which weaknesses the devices have."""
