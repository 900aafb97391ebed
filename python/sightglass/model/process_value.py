"""A process variable as the wire carried it."""

from __future__ import annotations

from dataclasses import dataclass

from sightglass.model.evidence import Evidence
from sightglass.model.key import stable_key


@dataclass(frozen=True, slots=True)
class ProcessValue:
    """The range that one variable of one server went through.

    Attributes:
        server: Device id of the side that owns the variable.
        address: Place within the protocol, for example ``"unit 1"``.
        object: Name or number of the variable, for example ``"holding_register 12"``.
        type: ``bool``, ``int``, ``float``, ``text`` ... as decoded.
        last: Text of the last value; numbers in decimal.
        changes: How often it differed from the value before.
    """

    server: str
    protocol: str
    address: str
    type: str
    last: str
    minimum: str
    maximum: str
    changes: int
    site: str = "default"
    zone: str = "default"
    network: str = "main"
    object: str = ""
    server_address: str = ""
    samples: int = 0
    last_seen_ns: int = 0
    evidence: tuple[Evidence, ...] = ()

    @property
    def id(self) -> str:
        """Key of the row."""
        return stable_key(
            self.site,
            self.zone,
            self.network,
            self.server,
            self.server_address,
            self.protocol,
            self.address,
            self.object,
        )
