"""A capture file that was read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CaptureInfo:
    """What is known of one input.

    Attributes:
        name: File name without its folder.
        sha256: Hexadecimal, of the whole file as read; ``""`` unknown.
        cut: Whether the file ended inside a packet.
        warnings: One line each.
    """

    name: str
    sha256: str = ""
    packets: int = 0
    cut: bool = False
    warnings: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """How evidence names it: file name and the first digits of the hash."""
        return f"{self.name}@{self.sha256[:12]}" if self.sha256 else self.name
