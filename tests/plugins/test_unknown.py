"""What nobody understands is counted with sizes, entropy and first bytes."""

from __future__ import annotations

import random
from pathlib import Path

from sightglass.sensor.pipeline import Pipeline
from tests.plugins.wire import CLIENT, SERVER, Wire


def test_unknown_traffic_shows_sizes_entropy_and_sample(tmp_path: Path) -> None:
    noise = random.Random(5)
    wire = Wire()
    for size in (40, 400, 220):
        wire.udp(CLIENT, 50_000, SERVER, 45_678, b"\xf7\xe1" + noise.randbytes(size - 2))
    for _ in range(3):
        wire.raw(CLIENT, SERVER, 0x9ABC, bytes([0xAA, 0x55]) * 30)
    path = wire.write(tmp_path / "unknown.pcap")
    summary = Pipeline().run([path]).summary
    found = {(each.transport, each.port): each for each in summary.unknown}
    random_bytes, pattern = found["udp", 45_678], found["ethertype", 0x9ABC]
    assert (random_bytes.smallest, random_bytes.mean, random_bytes.largest) == (40, 220, 400)
    assert random_bytes.sample.startswith("f7e1")
    assert len(random_bytes.sample) == 32
    assert random_bytes.entropy_bytes == 660
    assert random_bytes.entropy is not None
    assert random_bytes.entropy > 7
    assert (pattern.smallest, pattern.largest, pattern.entropy) == (60, 60, 1.0)
    assert Pipeline().run([path], workers=2).summary == summary
