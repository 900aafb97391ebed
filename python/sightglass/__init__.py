"""Sightglass: passive network security monitoring for industrial and IoT networks."""
