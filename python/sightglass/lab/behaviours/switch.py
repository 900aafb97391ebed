"""The managed switch: spanning tree, LLDP, SNMP polling and traps, its log, its web page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightglass.lab.protocols import bridge, snmp, text
from sightglass.lab.stack.tcp import TcpSession
from sightglass.lab.truth import log_stamp

if TYPE_CHECKING:
    from sightglass.lab.plant import Device
    from sightglass.lab.sim import Script
    from sightglass.lab.world import World

PORTS = 8
IN_OCTETS = "1.3.6.1.2.1.2.2.1.10"


def description(device: Device) -> str:
    """What the device says of itself in LLDP and SNMP."""
    return f"{device.vendor} {device.model} {device.firmware}"


def hello(world: World, device: Device) -> Script:
    """Spanning tree and LLDP on the mirrored port; never tagged."""
    host = device.host

    def tree() -> Script:
        world.net.control(host, bridge.STP_MAC, None, bridge.rstp(host.mac, 1))
        yield 0

    def tell() -> Script:
        message = bridge.lldp(host.mac, "1/1", device.name, description(device), host.ip, 0x04)
        world.net.control(host, bridge.LLDP_MAC, bridge.LLDP_ETHERTYPE, message)
        yield 0

    yield from world.perform([world.every(2.0, tree), world.every(30.0, tell)])


def watch(world: World, client: Device, device: Device, period_s: float) -> Script:
    """A management station polls a device with SNMP."""
    system = [snmp.SYS_DESCR, snmp.SYS_NAME, snmp.SYS_LOCATION]
    texts = [description(device), device.name, f"{device.cell} cabinet"]
    number = world.rng.randrange(1 << 20)

    def ask(names: list[str], values: list[bytes]) -> Script:
        nonlocal number
        number += 1
        pairs = list(zip(names, values, strict=True))
        response = snmp.message(snmp.RESPONSE, number, pairs)
        request = snmp.get(number, names)
        yield from world.net.ask_udp(client.host, device.host, snmp.PORT, request, response)

    def who() -> Script:
        yield from ask(system, [snmp.octets(value) for value in texts])

    def traffic() -> Script:
        up = snmp.integer(int(world.process_s * 100), snmp.TIME_TICKS)
        octets = [
            snmp.integer(int(world.process_s * 900 * (port + 1)) & 0xFFFFFFFF, snmp.COUNTER32)
            for port in range(PORTS)
        ]
        names = [snmp.SYS_UPTIME, *(f"{IN_OCTETS}.{port + 1}" for port in range(PORTS))]
        yield from ask(names, [up, *octets])

    yield from world.perform([world.every(period_s, traffic), world.every(300.0, who)])


def report(world: World, device: Device, collector: Device) -> Script:
    """A port goes down and up: traps and log lines."""

    def flap() -> Script:
        for oid, word in ((snmp.LINK_DOWN, "down"), (snmp.LINK_UP, "up")):
            up = snmp.integer(int(world.process_s * 100), snmp.TIME_TICKS)
            pairs = [(snmp.SYS_UPTIME, up), (snmp.TRAP_OID, snmp.oid(oid))]
            ports = (snmp.PORT, snmp.TRAP_PORT)
            trap = snmp.message(snmp.TRAP, world.rng.randrange(1 << 20), pairs)
            yield from world.net.send_udp(device.host, collector.host, ports, trap)
            stamp = log_stamp(world.sim.now_ns)
            line = text.syslog(189, stamp, device.name, "link", f"port 1/7 is {word}")
            ports = (text.SYSLOG_PORT, text.SYSLOG_PORT)
            yield from world.net.send_udp(device.host, collector.host, ports, line)
            yield world.net.jitter_ns(2.0, 5.0)

    yield from world.perform([world.rarely(2, flap)])


def visit(world: World, client: Device, device: Device) -> Script:
    """The engineer opens the switch's web page."""
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/115.0"
    page = f"<html><head><title>{device.model}</title></head><body>{device.name}</body></html>".encode()

    def look() -> Script:
        session = TcpSession(world.net, client.host, device.host, text.HTTP_PORT)
        yield from session.connect()
        for path in ("/", "/ports.html"):
            request = text.http_request("GET", device.host.ip_text, path, agent)
            yield from session.exchange(
                request, text.http_response("GET", 200, "WebServer/2.1", "text/html", page)
            )
            yield world.net.jitter_ns(0.3, 1.5)
        yield from session.close()

    yield from world.perform([world.rarely(2, look)])


def start(world: World) -> None:
    """Start the switch and who watches it."""
    plant = world.plant
    switch, domain = plant.one("switch"), plant.one("domain")
    world.sim.spawn(hello(world, switch))
    world.sim.spawn(watch(world, plant.one("scada"), switch, 30.0))
    world.sim.spawn(watch(world, domain, plant.one("printer"), 60.0))
    world.sim.spawn(report(world, switch, domain))
    world.sim.spawn(visit(world, plant.one("engineering"), switch))
