"""A controller's program read out (ATT&CK for ICS T0845)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightglass.lab.attacks.base import Attack
from sightglass.lab.behaviours.s7 import S7Link
from sightglass.lab.protocols import s7

if TYPE_CHECKING:
    from sightglass.lab.sim import Script

PART_BYTES = 222


class ProgramUpload(Attack):
    """S7 block upload by a host that is not the engineering station."""

    name = "program-upload"
    expected = ("program-upload",)
    possible = ("new-controller-connection", "new-function")
    summary = "program blocks read out of an S7 controller"
    insiders = ("hmi", "scada", "historian")

    def script(self) -> Script:
        """Upload some blocks."""
        self.protocol("s7comm")
        link = S7Link(self.world, self.source, self.pick("s7"), tag=self.record)
        yield from link.open()
        for number in range(1, self.rng.randint(3, 6)):
            yield from self._block(link, self.rng.choice(["08", "0A", "0C", "0E"]), number)
        yield from link.close()

    def _block(self, link: S7Link, kind: str, number: int) -> Script:
        session = link.session
        block = s7.block_bytes(kind, number, self.rng.randbytes(self.rng.randrange(100, 900, 2)))
        upload_id = self.rng.randrange(1, 100)
        reference = link.reference()
        yield from session.exchange(
            s7.upload_start(reference, s7.file_name(kind, number, "A")),
            s7.upload_started(reference, upload_id, len(block)),
        )
        for offset in range(0, len(block), PART_BYTES):
            reference = link.reference()
            more = offset + PART_BYTES < len(block)
            part = s7.upload_part(reference, block[offset : offset + PART_BYTES], more=more)
            yield from session.exchange(s7.upload_next(0x1E, reference, upload_id), part)
        reference = link.reference()
        yield from session.exchange(s7.upload_next(0x1F, reference, upload_id), s7.upload_ended(reference))
