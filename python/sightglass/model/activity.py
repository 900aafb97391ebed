"""What is done to a device: a function that a client asks of a server."""

from __future__ import annotations

from dataclasses import dataclass

from sightglass.model.evidence import Evidence
from sightglass.model.key import stable_key


@dataclass(frozen=True, slots=True)
class Activity:
    """One function, asked by one client of one server on one object, with its totals.

    Attributes:
        client: Device id; ``""`` when it is no device.
        server: Device id.
        address: Place within the protocol, for example ``"unit 1"``; ``""`` none.
        object: What it was done to, for example ``"holding_register 0-9"``; ``""`` none.
        function: The specification's name in snake_case.
        code: The number on the wire, None where the protocol has none.
        category: ``read``, ``write``, ``control``, ``program_download`` ... independent of the protocol.
        outcome: ``ok``, ``error`` (at least one answer was an error) or ``unanswered``.
        count: Requests seen.
        last_error: Text of the last error answer, ``""`` none.
        evidence: First and last frame with samples between.
    """

    client: str
    server: str
    protocol: str
    address: str
    function: str
    code: int | None
    category: str
    outcome: str
    count: int
    first_seen_ns: int
    last_seen_ns: int
    site: str = "default"
    zone: str = "default"
    network: str = "main"
    object: str = ""
    client_address: str = ""
    server_address: str = ""
    vlan: int | None = None
    ok: int = 0
    errors: int = 0
    last_error: str = ""
    evidence: tuple[Evidence, ...] = ()

    @property
    def id(self) -> str:
        """Key of the row: everything that is not a counter or a result."""
        return stable_key(
            self.site,
            self.zone,
            self.network,
            self.client,
            self.server,
            self.client_address,
            self.server_address,
            self.vlan,
            self.protocol,
            self.address,
            self.object,
            self.function,
            self.code,
            self.category,
        )
