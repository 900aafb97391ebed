"""A program block loaded into a controller (ATT&CK for ICS T0843)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightglass.lab.attacks.base import Attack
from sightglass.lab.behaviours.s7 import S7Link
from sightglass.lab.protocols import s7

if TYPE_CHECKING:
    from sightglass.lab.sim import Script

PART_BYTES = 222  # what fits a PDU of 240 bytes, the smallest that controllers agree to


class UnauthorisedProgramming(Attack):
    """S7 block download by a host that is not the engineering station."""

    name = "unauthorised-programming"
    expected = ("program-download",)
    possible = ("new-controller-connection", "new-function", "unauthorised-write", "plc-stop")
    summary = "program blocks downloaded into an S7 controller"
    insiders = ("hmi", "scada", "historian")

    def script(self) -> Script:
        """Download one to three blocks and insert them into the running program."""
        target = self.pick("s7")
        self.protocol("s7comm")
        link = S7Link(self.world, self.source, target, tag=self.record)
        yield from link.open()
        for _ in range(self.rng.randint(1, 3)):
            kind, number = self.rng.choice(
                [("08", 1), ("08", 35), ("0C", self.rng.randint(1, 90)), ("0E", 41)]
            )
            yield from self._block(link, kind, number)
            yield self.world.net.jitter_ns(0.05, 0.6)
        yield from link.close()

    def _block(self, link: S7Link, kind: str, number: int) -> Script:
        session, net = link.session, self.world.net
        code = self.rng.randbytes(self.rng.randrange(200, 1_500, 2))
        block = s7.block_bytes(kind, number, code)
        name = s7.file_name(kind, number, "P")
        reference = link.reference()
        yield from session.exchange(
            s7.download_request(reference, name, len(block), len(code)), s7.download_response(reference)
        )
        # From here the controller asks and the programming side answers.
        reference = self.rng.randrange(0x100, 0x8000)
        for offset in range(0, len(block), PART_BYTES):
            reference += 1
            yield from session.send(s7.block_job(0x1B, reference, name), from_client=False)
            yield net.jitter_ns(0.001, 0.004)
            more = offset + PART_BYTES < len(block)
            part = s7.block_part(reference, block[offset : offset + PART_BYTES], more=more)
            yield from session.send(part, from_client=True)
            yield net.jitter_ns(0.004, 0.015)
        reference += 1
        yield from session.send(s7.block_job(0x1C, reference, name), from_client=False)
        yield net.jitter_ns(0.001, 0.004)
        yield from session.send(s7.block_end(reference), from_client=True)
        yield net.jitter_ns(0.01, 0.05)
        reference = link.reference()
        argument = b"\x01\x00" + f"{kind}{number:05d}".encode() + b"P"
        yield from session.exchange(s7.pi_service(reference, "_INSE", argument), s7.pi_response(reference))
