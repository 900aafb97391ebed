"""What a detection may ask while it judges an event."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sightglass.model import Device


class Stage(StrEnum):
    """How far learning is; a detection rarely needs to ask, `Baseline` does."""

    LEARNING = "learning"
    """Everything is taken as normal; nothing that needs a baseline fires."""
    OPERATIONAL = "operational"
    """What was learned is the measure."""
    UNJUDGED = "unjudged"
    """Nothing was learned: detections that need a baseline do not fire and are listed."""


class Context(Protocol):
    """The world around an event; implemented by the pipeline."""

    @property
    def stage(self) -> Stage:
        """Stage of learning now."""
        ...

    @property
    def now_ns(self) -> int:
        """The packet clock, Unix nanoseconds; never steps back."""
        ...

    @property
    def site(self) -> str:
        """Site of the events."""
        ...

    @property
    def zone(self) -> str:
        """Zone of the events."""
        ...

    def device(self, address: str) -> Device | None:
        """The device that has this IP or MAC now, None when it is not in the inventory."""
        ...

    def has_role(self, address: str, role: str) -> bool:
        """Whether the device with this address is known to play a role."""
        ...

    def is_new(self, baseline: str, key: tuple[str, ...], *, learnable: bool) -> bool:
        """Ask and teach the baseline; use `sdk.Baseline` instead of calling this.

        Returns:
            True in the operational stage when `key` is not normal; False in the other stages, where the key
            is learned.
        """
        ...
