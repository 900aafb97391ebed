"""IEEE C37.118: phasors, frequency, analogue and digital channels by station and channel."""

from __future__ import annotations

from sightglass.formats.ipal.protocol import MAX_VALUES, IpalProtocol
from sightglass.formats.shapes import Json


def _data(message: Json, request: Json | None) -> Json:
    del request
    found: Json = {}
    for station in message.get("measurements", ()):
        if not isinstance(station, dict):
            continue
        place = station.get("station_name") or str(message.get("idcode", ""))
        for phasor in station.get("phasors", ())[:MAX_VALUES]:
            for part in ("magnitude", "angle"):
                if part in phasor:
                    found[f"{place}.{phasor.get('channel', '')}.{part}"] = phasor[part]
        found |= {f"{place}.{name}": station[name] for name in ("frequency", "rocof") if name in station}
        for kind in ("analogs", "digitals"):
            for number, channel in enumerate(station.get(kind, ())[:MAX_VALUES]):
                if isinstance(channel, dict):
                    found[f"{place}.{channel.get('channel', f'{kind}[{number}]')}"] = channel.get("value")
                else:
                    found[f"{place}.{kind}[{number}]"] = channel
    return found


def _length(message: Json) -> int | None:
    length = message.get("frame_size")
    return length if isinstance(length, int) else None


PROTOCOL = IpalProtocol("synchrophasor", "synchrophasor", _data, length=_length)
