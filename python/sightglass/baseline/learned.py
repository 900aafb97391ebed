"""Learned keys of all baselines of one scope."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from sightglass.sdk import Stage

MAX_KEYS = 1_000_000
"""Keys of all baselines together; a flood while learning must not fill memory."""


@dataclass(slots=True)
class Learned:
    """Keys by baseline, with the stage of learning.

    Starts unjudged: nothing is learned and nothing that needs a baseline fires.
    """

    stage: Stage = Stage.UNJUDGED
    keys: dict[str, set[tuple[str, ...]]] = field(default_factory=dict)
    refused: int = 0

    def learn(self) -> None:
        """From now on everything is taken as normal."""
        self.stage = Stage.LEARNING

    def judge(self) -> None:
        """From now on what was learned is the measure."""
        self.stage = Stage.OPERATIONAL

    def is_new(self, baseline: str, key: tuple[str, ...]) -> bool:
        """Whether a key is not normal; while learning it becomes normal. A new key is told once."""
        known = self.keys.setdefault(baseline, set())
        if key in known:
            return False
        if self.stage is Stage.UNJUDGED:
            return False
        if len(known) >= MAX_KEYS:
            self.refused += 1
            return self.stage is Stage.OPERATIONAL
        if self.stage is Stage.LEARNING:
            known.add(key)
            return False
        return True

    def to_json(self) -> str:
        """All keys as text, sorted, one baseline after the other."""
        whole: dict[str, Any] = {name: sorted(keys) for name, keys in sorted(self.keys.items()) if keys}
        return json.dumps({"schema_version": 1, "baselines": whole}, ensure_ascii=False, indent=1)
