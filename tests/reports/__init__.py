"""Tests of `sightglass.reports`."""
