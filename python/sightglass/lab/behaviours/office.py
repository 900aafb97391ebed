"""What computers do beside their work: names, time, addresses, logs, trend pages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sightglass.lab.protocols import certificate, dhcp, names, text, tls
from sightglass.lab.stack.network import BROADCAST_MAC, ZERO_MAC
from sightglass.lab.stack.packet import ip_bytes
from sightglass.lab.stack.tcp import TcpSession
from sightglass.lab.truth import log_stamp

if TYPE_CHECKING:
    from sightglass.lab.plant import Device
    from sightglass.lab.sim import Script
    from sightglass.lab.stack.host import Host
    from sightglass.lab.world import World

COMPUTERS = ("hmi", "scada", "historian", "engineering")
CLOCKS = ("s7", "logix", "modicon", "hmi", "scada", "historian", "engineering", "switch", "printer")


def ask_name(world: World, client: Host, server: Host, name: str, ip: bytes | None) -> Script:
    """One DNS query and its answer."""
    number = world.rng.randrange(1 << 16)
    request, response = names.query(number, name), names.answer(number, name, ip)
    yield from world.net.ask_udp(client, server, names.DNS_PORT, request, response)


def look_up(world: World, client: Device) -> Script:
    """A computer resolves the servers that it uses."""
    plant = world.plant
    server = plant.one("domain")
    servers = [plant.one(role) for role in ("domain", "historian", "scada")]

    def resolve() -> Script:
        for device in servers:
            name = f"{device.name.lower()}.{plant.domain}"
            yield from ask_name(world, client.host, server.host, name, device.host.ip)
            yield world.net.jitter_ns(0.01, 0.6)
        yield from ask_name(world, client.host, server.host, f"wpad.{plant.domain}", None)

    yield from world.perform([world.every(120.0, resolve)])


def forward(world: World, server: Device) -> Script:
    """The domain server asks the world outside for names and time."""
    plant = world.plant

    def resolve() -> Script:
        address = ip_bytes("203.0.113.80")
        yield from ask_name(world, server.host, plant.resolver, "updates.vendor.example", address)

    def clock() -> Script:
        yield from ask_time(world, server.host, plant.time_server, 2)

    yield from world.perform([world.every(180.0, resolve), world.every(256.0, clock)])


def ask_time(world: World, client: Host, server: Host, stratum: int) -> Script:
    """One NTP exchange."""
    now_ns = world.sim.now_ns
    request = text.ntp(3, 0, now_ns)
    response = text.ntp(4, stratum, now_ns + 900_000, now_ns)
    yield from world.net.ask_udp(client, server, text.NTP_PORT, request, response, client_port=text.NTP_PORT)


def set_clock(world: World, client: Device, period_s: float) -> Script:
    """A device keeps its clock by the domain server."""
    server = world.plant.one("domain").host
    yield from world.perform([world.every(period_s, lambda: ask_time(world, client.host, server, 3))])


def call_names(world: World, client: Device, wanted: Device) -> Script:
    """A Windows computer registers its NetBIOS name and looks for another's."""
    broadcast = world.plant.cells[client.cell].broadcast
    ports = (names.NBNS_PORT, names.NBNS_PORT)

    def register() -> Script:
        message = names.netbios_registration(world.rng.randrange(1 << 16), client.name, client.host.ip)
        for _ in range(3):
            world.net.cast_udp(client.host, broadcast, ports, message)
            yield world.net.jitter_ns(0.74, 0.76)

    def search() -> Script:
        message = names.netbios_query(world.rng.randrange(1 << 16), wanted.name)
        world.net.cast_udp(client.host, broadcast, ports, message)
        yield 0

    def ask_neighbours() -> Script:
        number, port = world.rng.randrange(1 << 16), client.host.next_port()
        message = names.local_query(number, wanted.name)
        world.net.cast_udp(client.host, names.LLMNR_GROUP, (port, names.LLMNR_PORT), message)
        yield world.net.jitter_ns(0.002, 0.02)
        reply = names.local_answer(number, wanted.name, wanted.host.ip)
        yield from world.net.send_udp(wanted.host, client.host, (names.LLMNR_PORT, port), reply)

    yield from world.perform(
        [world.rarely(1, register), world.every(240.0, search), world.every(300.0, ask_neighbours)]
    )


def lease(world: World, client: Device, vendor_class: str) -> dhcp.Lease:
    """A device's lease from the domain server."""
    server, router = world.plant.one("domain").host.ip, world.plant.one("gateway").host.ip
    return dhcp.Lease(client.host.mac, client.host.ip, server, router, client.name, vendor_class)


def renew(world: World, client: Device, vendor_class: str) -> Script:
    """A device renews its lease at half of its time."""
    server = world.plant.one("domain").host
    terms = lease(world, client, vendor_class)

    def ask() -> Script:
        number = world.rng.randrange(1 << 32)
        request = dhcp.message(dhcp.REQUEST, number, terms, renewing=True)
        response = dhcp.message(dhcp.ACK, number, terms, renewing=True)
        yield from world.net.ask_udp(
            client.host, server, dhcp.SERVER_PORT, request, response, client_port=dhcp.CLIENT_PORT
        )

    yield from world.perform([world.rarely(1, ask)])


def restart(world: World, client: Device, vendor_class: str) -> Script:
    """A device is switched on: it asks for an address, checks that it is free, and announces it."""
    server = world.plant.one("domain").host
    terms = lease(world, client, vendor_class)
    net, host = world.net, client.host
    everybody = b"\xff" * 4

    def boot() -> Script:
        number = world.rng.randrange(1 << 32)
        ports = (dhcp.CLIENT_PORT, dhcp.SERVER_PORT)
        for ask, answer in ((dhcp.DISCOVER, dhcp.OFFER), (dhcp.REQUEST, dhcp.ACK)):
            request = dhcp.message(ask, number, terms)
            net.cast_udp(host, everybody, ports, request, source_ip=dhcp.NO_ADDRESS)
            yield net.jitter_ns(0.001, 0.3)
            net.cast_udp(server, everybody, ports[::-1], dhcp.message(answer, number, terms))
            yield net.jitter_ns(0.001, 0.01)
        for sender_ip in (dhcp.NO_ADDRESS, dhcp.NO_ADDRESS, host.ip):  # RFC 5227: probe twice, announce
            net.arp(1, host, ZERO_MAC, host.ip, to_mac=everybody + b"\xff\xff", sender_ip=sender_ip)
            yield net.jitter_ns(1.0, 1.4)

    yield from world.perform([world.rarely(1, boot)])


def announce(world: World, device: Device, service: str, port: int) -> Script:
    """A printer or camera announces its service."""

    def tell() -> Script:
        message = names.announce(
            device.name.lower(), service, device.model, port, device.host.ip, f"ty={device.model}"
        )
        ports = (names.MDNS_PORT, names.MDNS_PORT)
        world.net.cast_udp(device.host, names.MDNS_GROUP, ports, message)
        yield 0

    yield from world.perform([world.every(120.0, tell)])


def log(world: World, device: Device, collector: Device) -> Script:
    """The firewall's log lines."""

    def line() -> Script:
        stamp = log_stamp(world.sim.now_ns)
        rule = world.rng.randint(1, 20)
        message = text.syslog(134, stamp, device.name, "traffic", f"action=accept policyid={rule} duration=3")
        ports = (text.SYSLOG_PORT, text.SYSLOG_PORT)
        yield from world.net.send_udp(device.host, collector.host, ports, message)

    yield from world.perform([world.every(40.0, line)])


def trend(world: World, client: Device, server: Device) -> Script:
    """An HMI shows a trend page of the historian."""
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36"

    def show() -> Script:
        session = TcpSession(world.net, client.host, server.host, text.HTTP_PORT)
        points = [round(server.process.value(index, world.process_s), 2) for index in range(12)]
        body = json.dumps({"tag": "Tank1_Level", "values": points}).encode()
        yield from session.connect()
        request = text.http_request("GET", server.name.lower(), "/api/trend?tag=Tank1_Level", agent)
        response = text.http_response("GET", 200, "Microsoft-IIS/10.0", "application/json", body)
        yield from session.exchange(request, response, think_s=0.03)
        yield from session.close(by_client=False)

    yield from world.perform([world.every(30.0, show)])


def secure_page(world: World, client: Device, server: Device, period_s: float) -> Script:
    """A client of the server's encrypted interface; the certificate is the same in every run."""
    plant, rng = world.plant, world.rng
    name = f"{server.name.lower()}.{plant.domain}"
    years = (2021, 2031) if plant.rng(f"tls/{name}").random() < 0.7 else (2015, 2025)
    proof = certificate.make(name, "Plant Root CA", plant.domain, years, plant.rng(f"tls/key/{name}"))

    def fetch() -> Script:
        session = TcpSession(world.net, client.host, server.host, tls.PORT)
        yield from session.connect()
        yield from session.exchange(tls.client_hello(name, rng), tls.server_hello(proof, name, rng))
        yield from session.exchange(tls.key_exchange(rng), tls.finished(rng))
        yield from session.exchange(
            tls.data(rng.randint(120, 400), rng), tls.data(rng.randint(300, 4_000), rng)
        )
        yield from session.close()

    yield from world.perform([world.every(period_s, fetch)])


def find_neighbour(world: World, device: Device, neighbour: Device) -> Script:
    """A device asks all for its first neighbour, the router where there is one, as stacks do at times."""

    def ask() -> Script:
        net, ours, theirs = world.net, device.host, neighbour.host
        net.arp(1, ours, ZERO_MAC, theirs.ip, to_mac=BROADCAST_MAC)
        yield net.jitter_ns(0.0002, 0.0008)
        net.arp(2, theirs, ours.mac, ours.ip, to_mac=ours.mac)

    yield from world.perform([world.rarely(2, ask)])


def start(world: World) -> None:
    """Start what computers do."""
    plant, spawn = world.plant, world.sim.spawn
    rng = plant.rng("office")
    domain = plant.one("domain")
    computers = [device for role in COMPUTERS for device in plant.of(role)]
    for number, device in enumerate(computers):
        spawn(look_up(world, device))
        spawn(call_names(world, device, computers[(number + 1) % len(computers)]))
    for role in CLOCKS:
        for device in plant.of(role):
            spawn(set_clock(world, device, rng.choice([64.0, 128.0, 256.0])))
    for device in (*plant.of("hmi"), plant.one("engineering")):
        spawn(renew(world, device, "MSFT 5.0"))
    spawn(restart(world, plant.one("printer"), plant.one("printer").vendor))
    spawn(announce(world, plant.one("printer"), "_printer._tcp", 515))
    spawn(forward(world, domain))
    spawn(log(world, plant.one("gateway"), domain))
    first = {
        device.cell: device for device in (plant.one("gateway"), plant.one("frontend"), plant.one("recorder"))
    }
    for device in plant.devices:
        others = [other for other in plant.devices if other.cell == device.cell and other is not device]
        neighbour = first[device.cell]
        spawn(find_neighbour(world, device, others[0] if neighbour is device else neighbour))
    spawn(secure_page(world, plant.one("engineering"), plant.one("historian"), 60.0))
    spawn(secure_page(world, plant.one("scada"), plant.one("gateway"), 300.0))
    for device in plant.of("hmi"):
        spawn(trend(world, device, plant.one("historian")))
