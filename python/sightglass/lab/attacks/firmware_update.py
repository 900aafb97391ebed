"""New firmware sent to a controller (ATT&CK for ICS T0857, T0839)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from sightglass.lab.attacks.base import Attack
from sightglass.lab.behaviours.logix import LogixLink
from sightglass.lab.protocols import enip

if TYPE_CHECKING:
    from sightglass.lab.sim import Script

CLASS_STORAGE = 0xA1  # non-volatile storage of Logix modules
BEGIN, TRANSFER, FINISH = 0x4B, 0x4D, 0x51
PART_BYTES = 400


class FirmwareUpdate(Attack):
    """A Logix module's flash written in parts, then the module reset."""

    name = "firmware-update"
    expected = ("firmware-update", "controller-reset")
    possible = ("new-controller-connection", "new-function", "unauthorised-write", "plc-stop")
    summary = "firmware is flashed to a Logix communication module"
    insiders = ("hmi", "historian")

    def script(self) -> Script:
        """Begin, transfer, finish, reset."""
        self.protocol("enip", "cip")
        link = LogixLink(self.world, self.source, self.pick("logix"), tag=self.record)
        yield from link.open()
        yield from link.identity()
        path = enip.logical(CLASS_STORAGE, 1)
        parts = self.rng.randint(150, 500)
        size = struct.pack("<I", parts * PART_BYTES)
        begin = enip.request(BEGIN, path, size, name="nvs_update")
        yield from link.ask(begin, enip.response(BEGIN, struct.pack("<H", PART_BYTES), name="nvs_update"))
        for number in range(parts):
            data = struct.pack("<I", number) + self.rng.randbytes(PART_BYTES)
            part = enip.request(TRANSFER, path, data, name="nvs_transfer")
            answer = enip.response(TRANSFER, struct.pack("<I", number), name="nvs_transfer")
            yield from link.ask(part, answer)
        finish = enip.request(FINISH, path)
        yield from link.ask(finish, enip.response(FINISH))
        reset = enip.request(0x05, enip.logical(enip.CLASS_IDENTITY, 1), b"\0")
        yield from link.ask(reset, enip.response(0x05))
        yield from link.close()
