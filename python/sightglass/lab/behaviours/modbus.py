"""Modicon controllers and their clients: SCADA polling, operators' writes, a rare exception."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightglass.lab.protocols import modbus
from sightglass.lab.stack.tcp import TcpSession

if TYPE_CHECKING:
    from sightglass.lab.plant import Device
    from sightglass.lab.protocols.base import Message
    from sightglass.lab.sim import Script
    from sightglass.lab.stack.host import Host
    from sightglass.lab.stack.network import Tag
    from sightglass.lab.world import World

SET_POINT_BASE = 100  # holding registers from here are set points, below are copies of measurements
MAPPED_REGISTERS = 200
OPTION_REGISTER = 5_000  # an option module's register that no controller of the plant has


class ModbusLink:
    """A client's connection to one controller."""

    def __init__(
        self, world: World, client: Host, device: Device, unit: int = 1, tag: Tag | None = None
    ) -> None:
        self.world = world
        self.device = device
        self.unit = unit
        self.session = TcpSession(world.net, client, device.host, modbus.PORT, tag=tag, keepalive_s=20.0)
        self._transaction = world.rng.randrange(0x100)

    def open(self) -> Script:
        """The TCP connection; Modbus has no session of its own."""
        yield from self.session.connect()

    def transaction(self) -> int:
        """The next transaction identifier."""
        self._transaction = (self._transaction + 1) & 0xFFFF
        return self._transaction

    def read(self, function: int, address: int, quantity: int) -> Script:
        """Read bits or registers."""
        number = self.transaction()
        request = modbus.read_request(number, self.unit, function, address, quantity)
        yield from self.session.exchange(request, self._answer(number, function, address, quantity))

    def _answer(self, number: int, function: int, address: int, quantity: int) -> Message:
        if address + quantity > MAPPED_REGISTERS:
            return modbus.exception(number, self.unit, function, modbus.ILLEGAL_ADDRESS)
        process, time_s = self.device.process, self.world.process_s
        if function in (1, 2):
            bits = [process.bit(address + offset, time_s) for offset in range(quantity)]
            return modbus.bits_response(number, self.unit, function, bits)
        values = [self._register(address + offset, time_s) for offset in range(quantity)]
        return modbus.registers_response(number, self.unit, function, values)

    def _register(self, address: int, time_s: float) -> int:
        process = self.device.process
        if address >= SET_POINT_BASE:
            return int(process.set_points[(address - SET_POINT_BASE) % len(process.set_points)] * 10)
        return process.word(address, time_s)

    def write(self, function: int, address: int, values: list[int]) -> Script:
        """Write coils (5, 15) or registers (6, 16)."""
        number = self.transaction()
        if function in (5, 6):
            request = modbus.write_single(number, self.unit, "request", function, address, values[0])
            response = modbus.write_single(number, self.unit, "response", function, address, values[0])
        elif function == 15:
            request = modbus.write_coils(number, self.unit, address, [bool(value) for value in values])
            response = modbus.written(number, self.unit, function, address, len(values))
        else:
            request = modbus.write_registers(number, self.unit, address, values)
            response = modbus.written(number, self.unit, function, address, len(values))
        yield from self.session.exchange(request, response)

    def identity(self) -> Script:
        """Read device identification."""
        number = self.transaction()
        device = self.device
        response = modbus.identity_response(number, self.unit, device.vendor, device.model, device.firmware)
        yield from self.session.exchange(modbus.identity_request(number, self.unit), response)

    def close(self) -> Script:
        """End the connection."""
        yield from self.session.close()


def poll(world: World, client: Device, device: Device, period_s: float) -> Script:
    """The SCADA server: all four tables in a cycle, and operators' writes with each write function."""
    rng = world.plant.rng(f"modbus/{client.name}/{device.name}")
    yield world.later(world.rng.uniform(0.1, 3.0))
    link = ModbusLink(world, client.host, device, unit=rng.choice([1, 1, 255]))
    registers = rng.randrange(4, 40), rng.randrange(8, 24)
    inputs = rng.randrange(0, 40), rng.randrange(4, 16)
    coils = rng.randrange(0, 10), rng.randrange(8, 22)
    contacts = rng.randrange(0, 10), rng.randrange(8, 22)
    switch = rng.randrange(0, 16)
    process = device.process

    def cycle() -> Script:
        yield from link.read(3, *registers)
        yield from link.read(4, *inputs)

    def states() -> Script:
        yield from link.read(1, *coils)
        yield from link.read(2, *contacts)

    def operate() -> Script:
        first = int(process.nudge(0, world.rng.choice([-1.0, 1.0])) * 10)
        second = int(process.nudge(1, world.rng.choice([-0.5, 0.5])) * 10)
        yield from link.write(6, SET_POINT_BASE, [first])
        yield world.net.jitter_ns(0.3, 1.2)
        yield from link.write(5, switch, [world.rng.randrange(2)])
        yield world.net.jitter_ns(0.3, 1.2)
        yield from link.write(16, SET_POINT_BASE, [first, second])
        yield world.net.jitter_ns(0.3, 1.2)
        yield from link.write(15, switch, [world.rng.randrange(2) for _ in range(4)])

    yield from link.open()
    yield from world.perform(
        [
            world.every(period_s, cycle),
            world.every(period_s * 2, states),
            world.rarely(3, operate),
            world.rarely(4, lambda: link.read(3, OPTION_REGISTER, 2)),
        ]
    )


def collect(world: World, client: Device, device: Device, period_s: float) -> Script:
    """The historian opens a connection for every reading."""
    rng = world.plant.rng(f"modbus/{client.name}/{device.name}")
    block = rng.randrange(0, 60), rng.randrange(4, 30)

    def sample() -> Script:
        link = ModbusLink(world, client.host, device)
        yield from link.open()
        yield from link.read(4, *block)
        yield from link.close()

    yield from world.perform([world.every(period_s, sample)])


def engineer(world: World, client: Device) -> Script:
    """The engineering station asks every controller who it is."""

    def look() -> Script:
        for device in world.plant.of("modicon"):
            link = ModbusLink(world, client.host, device)
            yield from link.open()
            yield from link.identity()
            yield from link.close()
            yield world.net.jitter_ns(0.1, 0.6)

    yield from world.perform([world.rarely(2, look)])


def start(world: World) -> None:
    """Start all Modbus clients."""
    rng = world.plant.rng("modbus")
    for device in world.plant.of("modicon"):
        world.sim.spawn(poll(world, world.plant.one("scada"), device, rng.choice([2.0, 3.0])))
        world.sim.spawn(collect(world, world.plant.one("historian"), device, rng.choice([30.0, 60.0])))
    world.sim.spawn(engineer(world, world.plant.one("engineering")))
