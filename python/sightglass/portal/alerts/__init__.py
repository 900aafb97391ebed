"""Alerts: list, detail, and operators' verdicts."""
