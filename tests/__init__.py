"""Tests of the Python product; folders mirror ``python/sightglass``."""
