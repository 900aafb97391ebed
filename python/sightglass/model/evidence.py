"""Where a claim was seen: the frame that shows it."""

from __future__ import annotations

from dataclasses import dataclass

from sightglass.model.time import rfc3339


@dataclass(frozen=True, slots=True, order=True)
class Evidence:
    """One frame that shows what is claimed.

    Attributes:
        capture: The capture's file name and the first digits of its SHA-256, as in `CaptureInfo.label`.
        frame: 1-based number in the original file; 0 when the source has no frames (a live counter).
        ts_ns: Packet time, Unix nanoseconds.
    """

    capture: str
    frame: int
    ts_ns: int

    @property
    def time(self) -> str:
        """Packet time as RFC 3339 text."""
        return rfc3339(self.ts_ns)
