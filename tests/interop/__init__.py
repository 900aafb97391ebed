"""Independent implementations talk over loopback, and what we decode is compared with what they did."""
