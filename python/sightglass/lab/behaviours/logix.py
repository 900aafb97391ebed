"""Logix controllers and their clients: connected tag polling, unconnected reads, identity."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from sightglass.lab.protocols import enip
from sightglass.lab.stack.tcp import TcpSession
from sightglass.lab.world import Agenda, World

if TYPE_CHECKING:
    from sightglass.lab.plant import Device
    from sightglass.lab.sim import Script
    from sightglass.lab.stack.host import Host
    from sightglass.lab.stack.network import Tag

TAGS = (
    "Tank1_Level",
    "Tank2_Level",
    "Line_Speed",
    "Batch_Count",
    "Oven_Temp",
    "Pump1_Current",
    "Valve3_Pos",
    "Flow_In",
)
SET_TAGS = ("SP_Level", "SP_Speed", "SP_Temp")
CPU_SLOT = 0


def identity(device: Device, slot: int | None = None) -> enip.Identity:
    """The identity of the communication module (no slot) or of the controller behind it."""
    serial = int(device.serial, 16)
    major, minor = (int(part) for part in device.firmware.split("."))
    if slot is None:
        return enip.Identity(1, 12, 166, 10, 10, serial ^ 0x00A5_1000, "1756-EN2T/D")
    return enip.Identity(1, 14, device.details["product_code"], major, minor, serial, device.model)


class LogixLink:
    """A client's EtherNet/IP session with one controller."""

    def __init__(self, world: World, client: Host, device: Device, tag: Tag | None = None) -> None:
        self.world = world
        self.device = device
        self.session = TcpSession(world.net, client, device.host, enip.PORT, tag=tag, keepalive_s=45.0)
        self.handle = world.rng.randrange(1, 1 << 31)
        self._context = world.rng.randrange(1 << 32)
        self._sequence = 0
        self._serial = world.rng.randrange(1, 1 << 16)
        self._originator = world.rng.randrange(1, 1 << 32)
        self._to_target = world.rng.randrange(1, 1 << 32)
        self._to_client = world.rng.randrange(1, 1 << 32)

    def open(self) -> Script:
        """TCP and an encapsulation session."""
        yield from self.session.connect()
        request, response = enip.register("request", 0), enip.register("response", self.handle)
        yield from self.session.exchange(request, response)

    def ask(self, request: enip.Cip, response: enip.Cip) -> Script:
        """An unconnected request."""
        self._context = (self._context + 1) & 0xFFFF_FFFF
        first = enip.rr_data("request", self.handle, self._context, request)
        second = enip.rr_data("response", self.handle, self._context, response)
        yield from self.session.exchange(first, second)

    def ask_cpu(self, request: enip.Cip, response: enip.Cip) -> Script:
        """An unconnected request, routed to the controller's slot."""
        yield from self.ask(enip.unconnected_send(request, CPU_SLOT), response)

    def open_connection(self) -> Script:
        """A class 3 connection to the controller."""
        request = enip.forward_open(self._serial, self._originator, self._to_client, CPU_SLOT)
        response = enip.forward_opened(self._to_target, self._to_client, self._serial, self._originator)
        yield from self.ask(request, response)

    def close_connection(self) -> Script:
        """Close the class 3 connection."""
        request = enip.forward_close(self._serial, self._originator, CPU_SLOT)
        yield from self.ask(request, enip.forward_closed(self._serial, self._originator))

    def call(self, request: enip.Cip, response: enip.Cip) -> Script:
        """A request on the open connection."""
        self._sequence = (self._sequence + 1) & 0xFFFF
        first = enip.unit_data("request", self.handle, self._to_target, self._sequence, request)
        second = enip.unit_data("response", self.handle, self._to_client, self._sequence, response)
        yield from self.session.exchange(first, second)

    def identity(self, slot: int | None = None) -> Script:
        """Read the identity object of the module or of a slot."""
        who = identity(self.device, slot)
        request = enip.request(0x01, enip.logical(enip.CLASS_IDENTITY, 1))
        facts = who.facts
        response = enip.response(0x01, who.data(), facts=facts)
        if slot is None:
            yield from self.ask(request, response)
        else:
            yield from self.ask_cpu(request, response)

    def read_tags(self, names: list[str]) -> Script:
        """Read several tags with one multiple service packet."""
        answers = [self.value(name) for name in names]
        request = enip.multiple([enip.read_tag(name) for name in names], "request")
        yield from self.call(request, enip.multiple(answers, "response"))

    def value(self, name: str) -> enip.Cip:
        """The controller's answer to reading a tag."""
        process = self.device.process
        if name in SET_TAGS:
            return enip.tag_value(enip.REAL, struct.pack("<f", process.set_points[SET_TAGS.index(name)]))
        number = TAGS.index(name)
        value = process.value(number, self.world.process_s)
        if name == "Batch_Count":
            return enip.tag_value(enip.DINT, struct.pack("<i", int(value)))
        return enip.tag_value(enip.REAL, struct.pack("<f", value))

    def write_tag(self, name: str, step: float, *, connected: bool = True) -> Script:
        """Change a set point."""
        value = self.device.process.nudge(SET_TAGS.index(name), step)
        request = enip.write_tag(name, enip.REAL, struct.pack("<f", value))
        response = enip.response(0x4D)
        if connected:
            yield from self.call(request, response)
        else:
            yield from self.ask_cpu(request, response)

    def close(self) -> Script:
        """End the session."""
        yield from self.session.send(enip.unregister(self.handle), from_client=True)
        yield self.world.net.jitter_ns(0.0005, 0.002)
        yield from self.session.close()


def poll(world: World, client: Device, device: Device, period_s: float) -> Script:
    """An HMI on a class 3 connection."""
    rng = world.plant.rng(f"logix/{client.name}/{device.name}")
    yield world.later(world.rng.uniform(0.1, 3.0))
    tags = rng.sample(TAGS, 6)
    slow = [*rng.sample(TAGS, 2), *SET_TAGS]
    state: dict[str, LogixLink] = {}
    turn = 0

    def operate() -> Script:
        nonlocal turn
        turn += 1
        yield from state["link"].write_tag(SET_TAGS[turn % len(SET_TAGS)], world.rng.choice([-1.0, 0.5, 1.5]))

    agenda = Agenda(
        world,
        [
            world.every(period_s, lambda: state["link"].read_tags(tags)),
            world.every(period_s * 6, lambda: state["link"].read_tags(slow)),
            world.rarely(4, operate),
        ],
    )
    restart_s = world.sim.duration_s * world.rng.uniform(0.4, 0.7)
    for until_s in (restart_s, None):
        link = state["link"] = LogixLink(world, client.host, device)
        yield from link.open()
        yield from link.identity()
        yield from link.open_connection()
        yield from agenda.run(until_s)
        yield from link.close_connection()
        yield from link.close()
        yield world.later(2.0)


def collect(world: World, client: Device, device: Device, period_s: float) -> Script:
    """The historian reads single tags without a connection."""
    rng = world.plant.rng(f"logix/{client.name}/{device.name}")
    yield world.later(world.rng.uniform(0.1, 3.0))
    tags = rng.sample(TAGS, 3)
    link = LogixLink(world, client.host, device)

    def sample() -> Script:
        for name in tags:
            yield from link.ask_cpu(enip.read_tag(name), link.value(name))

    yield from link.open()
    yield from link.identity(CPU_SLOT)
    yield from world.perform([world.every(period_s, sample)])


def engineer(world: World, client: Device) -> Script:
    """The engineering station browses: ListIdentity by broadcast, then each module's identity."""
    devices = world.plant.of("logix")
    cell = world.plant.cells["process"]

    def answer(device: Device, port: int) -> Script:
        yield world.net.jitter_ns(0.002, 0.05)
        message = enip.list_identity_response(identity(device), device.host.ip)
        yield from world.net.send_udp(device.host, client.host, (enip.PORT, port), message)

    def browse() -> Script:
        port = client.host.next_port()
        world.net.cast_udp(client.host, cell.broadcast, (port, enip.PORT), enip.list_identity_request())
        for device in devices:
            world.sim.spawn(answer(device, port))
        yield world.later(1.0)
        for device in devices:
            link = LogixLink(world, client.host, device)
            yield from link.session.connect()
            listed = enip.list_identity_response(identity(device), device.host.ip)
            yield from link.session.exchange(enip.list_identity_request(), listed)
            yield from link.session.exchange(enip.list_services("request"), enip.list_services("response"))
            first, second = enip.register("request", 0), enip.register("response", link.handle)
            yield from link.session.exchange(first, second)
            yield from link.identity()
            yield from link.identity(CPU_SLOT)
            yield from link.close()

    yield from world.perform([world.rarely(2, browse)])


def start(world: World) -> None:
    """Start all Logix clients."""
    rng = world.plant.rng("logix")
    hmis = world.plant.of("hmi")
    for number, device in enumerate(world.plant.of("logix")):
        world.sim.spawn(poll(world, hmis[(number + 1) % len(hmis)], device, rng.choice([1.0, 2.0])))
        world.sim.spawn(collect(world, world.plant.one("historian"), device, rng.choice([5.0, 10.0])))
    world.sim.spawn(engineer(world, world.plant.one("engineering")))
