"""Serial line frames in TCP and UDP, spoken by an independent implementation."""
