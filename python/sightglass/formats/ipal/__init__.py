"""IPAL: the message form of the Industrial Protocol Abstraction Layer, made of decoded messages."""

from sightglass.formats.ipal.writer import IpalWriter

__all__ = ["IpalWriter"]
