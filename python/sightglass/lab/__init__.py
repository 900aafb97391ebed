"""A simulated industrial plant: benign traffic and attacks, written to a capture with the truth beside it.

Everything follows from numbers: a seed decides the plant, a run decides the moments, and nothing comes
from the clock
of the machine. The import order within the lab is
``scenario -> (attacks -> behaviours) -> world -> (plant | stack | truth | writer) -> protocols, sim``.
"""

from __future__ import annotations

from sightglass.lab.attacks import ATTACKS
from sightglass.lab.scenario import Scenario, truth_path, write_lab

__all__ = ["ATTACKS", "Scenario", "truth_path", "write_lab"]
