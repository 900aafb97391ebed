"""Siemens controllers and their clients: polling, operators' writes, the engineer's look."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from sightglass.lab.protocols import s7
from sightglass.lab.stack.tcp import TcpSession
from sightglass.lab.world import Agenda, World

if TYPE_CHECKING:
    from sightglass.lab.plant import Device
    from sightglass.lab.sim import Script
    from sightglass.lab.stack.host import Host
    from sightglass.lab.stack.network import Tag

DB_PROCESS, DB_SET_POINTS = 10, 20
SZL_MODULE, SZL_COMPONENT, SZL_STATE = 0x0011, 0x001C, 0x0424


def memory(device: Device, item: s7.Item, time_s: float) -> bytes:
    """Bytes of the controller's memory at a time."""
    if item.area == s7.AREA_MARKER:
        data = device.process.flags(time_s)
    elif item.db == DB_SET_POINTS:
        data = device.process.set_reals()
    else:
        data = device.process.reals(time_s)
    return data[item.start : item.start + item.length].ljust(item.length, b"\0")


class S7Link:
    """A client's connection to one controller."""

    def __init__(self, world: World, client: Host, device: Device, tag: Tag | None = None) -> None:
        self.world = world
        self.device = device
        self.session = TcpSession(world.net, client, device.host, s7.PORT, tag=tag, keepalive_s=30.0)
        self._reference = world.rng.randrange(0x100)
        self._szl_sequence = 0

    def reference(self) -> int:
        """The next PDU reference."""
        self._reference = (self._reference + 1) & 0xFFFF
        return self._reference

    def open(self) -> Script:
        """TCP, COTP and S7 set-up."""
        yield from self.session.connect()
        tsap = 0x0100 | int(self.device.details.get("slot", 2))
        source = self.world.rng.randrange(1, 0x100)
        confirm = s7.connect_confirm(0x000A, source, tsap)
        yield from self.session.exchange(s7.connect_request(source, tsap), confirm)
        number = self.reference()
        yield from self.session.exchange(s7.setup(number, "request"), s7.setup(number, "response"))

    def read(self, items: list[s7.Item]) -> Script:
        """Read variables."""
        number = self.reference()
        time_s = self.world.process_s
        values = [memory(self.device, item, time_s) for item in items]
        yield from self.session.exchange(s7.read_request(number, items), s7.read_response(number, values))

    def write_set_point(self, position: int, step: float) -> Script:
        """Change one set point."""
        value = self.device.process.nudge(position, step)
        item = s7.Item(s7.AREA_DB, DB_SET_POINTS, position * 4, 4)
        number = self.reference()
        request = s7.write_request(number, item, struct.pack(">f", value))
        yield from self.session.exchange(request, s7.write_response(number))

    def read_list(self, szl_id: int) -> Script:
        """Read one system status list."""
        number = self.reference()
        self._szl_sequence = (self._szl_sequence + 1) & 0xFF
        device = self.device
        facts: tuple[tuple[str, str, str], ...] = ()
        index = 0
        if szl_id == SZL_MODULE:
            records = s7.module_identification(
                device.order_number, device.details["hardware"], device.firmware
            )
            facts = (("s7comm", "order_number", device.order_number), ("s7comm", "firmware", device.firmware))
        elif szl_id == SZL_COMPONENT:
            records = s7.component_identification(device.name, device.name, device.model, device.serial)
            facts = (
                ("s7comm", "plc_name", device.name),
                ("s7comm", "model", device.model),
                ("s7comm", "serial", device.serial),
            )
        else:
            records = s7.cpu_state(running=device.process.running)
        request = s7.szl_request(number, 0, szl_id, index)
        response = s7.szl_response(number, self._szl_sequence, szl_id, records, facts, index)
        yield from self.session.exchange(request, response)

    def close(self) -> Script:
        """End the connection."""
        yield from self.session.close()


def poll(world: World, client: Device, device: Device, period_s: float, *, writes: bool) -> Script:
    """A client that reads a controller in a cycle and, as an HMI, changes set points at times."""
    rng = world.plant.rng(f"s7/{client.name}/{device.name}")
    yield world.later(world.rng.uniform(0.1, 3.0))
    areas = [
        s7.Item(s7.AREA_DB, DB_PROCESS, 0, 48),
        s7.Item(s7.AREA_MARKER, 0, 0, 4),
        s7.Item(s7.AREA_DB, DB_SET_POINTS, 0, 24),
    ]
    rng.shuffle(areas)
    half = s7.Item(s7.AREA_DB, DB_PROCESS, 4 * rng.randrange(0, 6), 4 * rng.randint(1, 6))
    state: dict[str, S7Link] = {}
    position = 0

    def set_point() -> Script:
        nonlocal position
        position += 1
        yield from state["link"].write_set_point(position % 3, world.rng.choice([-1.5, -0.5, 0.5, 1.0]))

    tasks = [
        world.every(period_s, lambda: state["link"].read(areas)),
        world.every(period_s * 5, lambda: state["link"].read([half])),
        world.every(60.0, lambda: state["link"].read_list(SZL_STATE)),
    ]
    if writes:
        tasks.append(world.rarely(4, set_point))
    agenda = Agenda(world, tasks)
    # Once in a capture the client restarts its connection, as runtimes do.
    restart_s = world.sim.duration_s * world.rng.uniform(0.4, 0.7)
    for until_s in (restart_s, None):
        state["link"] = S7Link(world, client.host, device)
        yield from state["link"].open()
        yield from agenda.run(until_s)
        yield from state["link"].close()
        yield world.later(1.5)


def engineer(world: World, client: Device) -> Script:
    """The engineering station looks at every controller's module data."""
    devices = world.plant.of("s7")

    def look() -> Script:
        for device in devices:
            link = S7Link(world, client.host, device)
            yield from link.open()
            for szl_id in (SZL_MODULE, SZL_COMPONENT, SZL_STATE):
                yield from link.read_list(szl_id)
                yield world.net.jitter_ns(0.02, 0.2)
            yield from link.close()
            yield world.net.jitter_ns(0.1, 1.0)

    yield from world.perform([world.rarely(2, look)])


def start(world: World) -> None:
    """Start all S7 clients: each controller has an HMI, the SCADA server reads all of them."""
    rng = world.plant.rng("s7")
    hmis = world.plant.of("hmi")
    scada = world.plant.one("scada")
    for number, device in enumerate(world.plant.of("s7")):
        period_s = rng.choice([1.0, 2.0, 2.0])
        world.sim.spawn(poll(world, hmis[number % len(hmis)], device, period_s, writes=True))
        world.sim.spawn(poll(world, scada, device, rng.choice([5.0, 10.0]), writes=False))
    world.sim.spawn(engineer(world, world.plant.one("engineering")))
