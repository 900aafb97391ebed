"""Tests of `sightglass.cli`."""
