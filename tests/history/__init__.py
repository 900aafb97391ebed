"""Tests of `sightglass.history`."""
