"""Tests of `sightglass.model`."""
