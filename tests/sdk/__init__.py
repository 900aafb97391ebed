"""Tests of `sightglass.sdk`."""
