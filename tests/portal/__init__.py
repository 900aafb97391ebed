"""Tests of `sightglass.portal`."""
