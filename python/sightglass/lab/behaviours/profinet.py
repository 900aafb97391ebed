"""PROFINET discovery of Siemens stations, and the LLDP that they send."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightglass.lab.protocols import bridge, dcp

if TYPE_CHECKING:
    from sightglass.lab.plant import Device
    from sightglass.lab.sim import Script
    from sightglass.lab.world import World

MASK = b"\xff\xff\xff\x00"


def station_name(device: Device) -> str:
    """The station's name as PROFINET allows it: lower case."""
    return device.name.lower()


def engineer(world: World, client: Device) -> Script:
    """The engineering station lists the accessible stations."""
    cell = world.plant.cells["process"]

    def answer(device: Device, transaction: int) -> Script:
        yield world.net.jitter_ns(0.001, 0.3)
        gateway = cell.prefix + b"\x01"
        device_id = 0x010D if device.details["slot"] == 1 else 0x0101
        address = (device.host.ip, MASK, gateway)
        kind = "S7-1500" if device.details["slot"] == 1 else "S7-300"
        message = dcp.identify_response(transaction, station_name(device), kind, device_id, address)
        world.net.link(device.host, client.host.mac, dcp.ETHERTYPE, message)

    def browse() -> Script:
        transaction = world.rng.randrange(1 << 32)
        world.net.link(client.host, dcp.IDENTIFY_MAC, dcp.ETHERTYPE, dcp.identify_request(transaction))
        for device in world.plant.of("s7"):
            world.sim.spawn(answer(device, transaction))
        yield world.later(0.5)

    yield from world.perform([world.rarely(3, browse)])


def neighbour(world: World, device: Device) -> Script:
    """A station tells the switch about itself."""
    description = f"Siemens, SIMATIC, {device.model}, {device.order_number}, {device.firmware}"

    def tell() -> Script:
        message = bridge.lldp(
            station_name(device), "port-001", device.name, description, device.host.ip, 0x80
        )
        world.net.control(device.host, bridge.LLDP_MAC, bridge.LLDP_ETHERTYPE, message)
        yield 0

    yield from world.perform([world.every(30.0, tell)])


def start(world: World) -> None:
    """Start discovery and neighbour announcements."""
    world.sim.spawn(engineer(world, world.plant.one("engineering")))
    for device in world.plant.of("s7"):
        world.sim.spawn(neighbour(world, device))
