"""Many controllers asked who they are, each in its own protocol (ATT&CK for ICS T0846, T0888)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightglass.lab.attacks.base import Attack
from sightglass.lab.behaviours.logix import LogixLink
from sightglass.lab.behaviours.modbus import ModbusLink
from sightglass.lab.behaviours.s7 import SZL_COMPONENT, SZL_MODULE, S7Link
from sightglass.lab.protocols import enip, modbus, s7
from sightglass.lab.stack.tcp import probe

if TYPE_CHECKING:
    from sightglass.lab.plant import Device
    from sightglass.lab.sim import Script

PORTS = {"s7": s7.PORT, "logix": enip.PORT, "modicon": modbus.PORT}


class PlcScan(Attack):
    """Every controller's port in every protocol, and its identity where it answers."""

    name = "plc-scan"
    expected = ("plc-scan",)
    possible = ("new-controller-connection", "port-scan", "address-scan", "new-function")
    summary = "all controllers identified over S7, EtherNet/IP and Modbus"
    insiders = ("hmi", "historian")

    def script(self) -> Script:
        """Go through all controllers in an order of chance."""
        self.protocol("s7comm", "enip", "cip", "modbus")
        devices = [device for role in PORTS for device in self.world.plant.of(role)]
        self.rng.shuffle(devices)
        for device in devices:
            self.target(device)
            for role, port in PORTS.items():
                if role == device.role:
                    yield from self._identify(device)
                else:
                    yield from probe(
                        self.world.net, self.source, device.host, port, is_open=False, tag=self.record
                    )
                yield self.world.net.jitter_ns(0.02, 0.4)

    def _identify(self, device: Device) -> Script:
        if device.role == "s7":
            plc = S7Link(self.world, self.source, device, tag=self.record)
            yield from plc.open()
            yield from plc.read_list(SZL_MODULE)
            yield from plc.read_list(SZL_COMPONENT)
            yield from plc.close()
        elif device.role == "logix":
            link = LogixLink(self.world, self.source, device, tag=self.record)
            yield from link.open()
            yield from link.identity()
            yield from link.close()
        else:
            unit = ModbusLink(self.world, self.source, device, tag=self.record)
            yield from unit.open()
            yield from unit.identity()
            yield from unit.close()
