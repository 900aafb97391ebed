"""EVE: the JSON events of Suricata 8, made of decoded messages."""

from sightglass.formats.eve.writer import EveWriter

__all__ = ["EveWriter"]
