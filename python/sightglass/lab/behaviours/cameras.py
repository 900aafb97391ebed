"""The cameras and their recorder: snapshots, control of the stream, discovery."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from sightglass.lab.behaviours.office import announce
from sightglass.lab.protocols import text
from sightglass.lab.stack.tcp import TcpSession

if TYPE_CHECKING:
    import random

    from sightglass.lab.plant import Device
    from sightglass.lab.protocols.base import Kind
    from sightglass.lab.sim import Script
    from sightglass.lab.world import World

AGENT = "sitevision-recorder/4.2"
SNAPSHOT_BYTES = (4_000, 9_000)


def snapshot(rng: random.Random) -> bytes:
    """A file with the markers of a JPEG and noise for a picture."""
    noise = rng.randbytes(rng.randint(*SNAPSHOT_BYTES)).replace(b"\xff", b"\xfe")
    head = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    return head + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + noise + b"\xff\xd9"


def snapshots(world: World, client: Device, camera: Device, period_s: float) -> Script:
    """The recorder fetches a picture in a cycle over one connection."""
    session = TcpSession(world.net, client.host, camera.host, text.HTTP_PORT, keepalive_s=60.0)

    def fetch() -> Script:
        body = snapshot(world.rng)
        request = text.http_request("GET", camera.host.ip_text, "/axis-cgi/jpg/image.cgi", AGENT)
        response = text.http_response("GET", 200, "Apache/2.4.54 (Unix)", "image/jpeg", body)
        yield from session.exchange(request, response, think_s=0.05)

    yield world.later(world.rng.uniform(0.2, 3.0))
    yield from session.connect()
    yield from world.perform([world.every(period_s, fetch)])


def control(world: World, client: Device, camera: Device) -> Script:
    """The recorder asks what the camera offers and keeps the RTSP session alive."""
    session = TcpSession(world.net, client.host, camera.host, text.RTSP_PORT, keepalive_s=30.0)
    url = f"rtsp://{camera.host.ip_text}:554/axis-media/media.amp"
    sequence = 0

    def ask(method: str, body: str = "") -> Script:
        nonlocal sequence
        sequence += 1
        kinds: tuple[Kind, Kind] = ("request", "response")
        request = text.rtsp(method, kinds[0], url, sequence, AGENT)
        response = text.rtsp(method, kinds[1], url, sequence, "GStreamer RTSP server", body)
        yield from session.exchange(request, response)

    ip = camera.host.ip_text
    sdp = f"v=0\r\no=- 1 1 IN IP4 {ip}\r\ns={camera.model}\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\n"
    yield world.later(world.rng.uniform(0.2, 3.0))
    yield from session.connect()
    yield from ask("options")
    yield from ask("describe", sdp)
    yield from world.perform([world.every(100.0, lambda: ask("options"))])


def discover(world: World, client: Device) -> Script:
    """The recorder looks for cameras with WS-Discovery."""
    cameras = world.plant.of("camera")

    def identifier() -> str:
        return f"urn:uuid:{uuid.UUID(bytes=world.rng.randbytes(16), version=4)}"

    def answer(camera: Device, port: int, relates: str) -> Script:
        yield world.net.jitter_ns(0.01, 0.4)
        scopes = " ".join(
            (
                f"onvif://www.onvif.org/name/{camera.model.replace(' ', '%20')}",
                f"onvif://www.onvif.org/hardware/{camera.model.split()[-1]}",
                "onvif://www.onvif.org/Profile/Streaming",
            )
        )
        endpoint = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, camera.host.mac_text)}"
        address = f"http://{camera.host.ip_text}/onvif/device_service"
        message = text.wsd_match(identifier(), relates, endpoint, scopes, address)
        yield from world.net.send_udp(camera.host, client.host, (text.WSD_PORT, port), message)

    def probe() -> Script:
        message_id, port = identifier(), client.host.next_port()
        world.net.cast_udp(client.host, text.WSD_GROUP, (port, text.WSD_PORT), text.wsd_probe(message_id))
        for camera in cameras:
            world.sim.spawn(answer(camera, port, message_id))
        yield world.later(1.0)

    yield from world.perform([world.rarely(2, probe)])


def start(world: World) -> None:
    """Start cameras and recorder."""
    recorder = world.plant.one("recorder")
    for camera in world.plant.of("camera"):
        world.sim.spawn(snapshots(world, recorder, camera, 10.0))
        world.sim.spawn(control(world, recorder, camera))
        world.sim.spawn(announce(world, camera, "_axis-video._tcp", 80))
    world.sim.spawn(discover(world, recorder))
