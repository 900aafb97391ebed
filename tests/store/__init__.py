"""Tests of `sightglass.store`."""
