"""Records of an outstation deleted (ATT&CK for ICS T0872)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightglass.lab.attacks.base import Attack
from sightglass.lab.behaviours.dnp3 import Dnp3Link
from sightglass.lab.protocols import dnp3

if TYPE_CHECKING:
    from sightglass.lab.sim import Script

FILES = ("/log/events.log", "/log/audit.csv", "./comtrade/fault0001.dat", "C:/data/sequence.txt")


class FileDelete(Attack):
    """Files of an RTU deleted over DNP3."""

    name = "file-delete"
    expected = ("controller-file-transfer",)
    possible = ("new-controller-connection", "new-function", "unauthorised-write", "dnp3-two-masters")
    summary = "files of an outstation are deleted over DNP3"
    cell = "utilities"
    insiders = ("bms", "frontend")

    def script(self) -> Script:
        """One to three files."""
        self.protocol("dnp3")
        link = Dnp3Link(self.world, self.source, self.pick("rtu"), tag=self.record)
        yield from link.open()
        for number, name in enumerate(self.rng.sample(FILES, self.rng.randint(1, 3))):
            yield from link.ask(dnp3.DELETE_FILE, dnp3.file_command(name, number), dnp3.file_status(number))
            yield self.world.net.jitter_ns(0.5, 2.0)
        yield from link.close()
