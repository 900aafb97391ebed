"""Beacon Telemetry: what battery-driven sensors say through a radio gateway, over UDP.

Spec: invented for this example. All numbers are big-endian. A datagram is a head of twelve bytes (magic ``BT``, version
1, type, length of the body, number of the station, sequence), the body, and a CRC-16 (polynomial 0x1021, start 0xffff)
over head and body. Usual port UDP 9330.

=====  ============  =====================================================================
type   name          body
=====  ============  =====================================================================
1      announce      texts: kind (1 vendor, 2 model, 3 firmware, 4 serial, 5 name), length, UTF-8
2      sample        channels: number, type (0 int32, 1 float32), value
3      alarm         channel, severity 0 to 3
4      set_interval  seconds between samples, 16 bits; goes to the station
5      acknowledge   type that is answered, status (0 done, 1 refused, 2 out of range)
=====  ============  =====================================================================
"""

from __future__ import annotations

import binascii
import struct

from sightglass.sdk import Dissector, Fact, Message, NoMessage, ParseContext, Parsed, Probe, Variable, Verdict

HEAD = struct.Struct(">2sBBHIH")
CRC = struct.Struct(">H")
VERSION = 1
TYPES = {
    1: ("announce", "event", "discovery"),
    2: ("sample", "event", "read"),
    3: ("alarm", "event", "alarm"),
    4: ("set_interval", "request", "configuration"),
    5: ("acknowledge", "response", "other"),
}
TEXTS = {1: "vendor", 2: "model", 3: "firmware", 4: "serial", 5: "name"}
STATUS = {1: "refused", 2: "out_of_range"}
ANNOUNCED = 85  # how far a device's announcement of itself is believed


class BeaconTelemetry(Dissector):
    """Beacon Telemetry over UDP."""

    protocol = "beacon_telemetry"
    udp_ports = (9330,)
    functions = tuple(name for name, _, _ in TYPES.values())
    errors = (*STATUS.values(), "unknown_status")
    attributes = tuple(TEXTS.values())
    fields = {  # noqa: RUF012  # the base declares it a class variable
        "station": "Number of the station.",
        "sequence": "Counts the station's datagrams, 16 bits.",
        "channels": "Samples of the datagram.",
        "channel": "Number of the channel.",
        "value": "Value of the channel.",
        "severity": "0 information to 3 critical.",
        "interval_s": "Seconds between samples.",
        "answered": "Type that is answered.",
        "status": "0 done, 1 refused, 2 out of range.",
        "vendor": "Maker of the station.",
        "model": "Model of the station.",
        "firmware": "Its firmware.",
        "serial": "Its serial number.",
        "name": "Name that somebody gave it.",
    }
    rules = "rules"

    def recognise(self, probe: Probe) -> Verdict:
        """Magic and version, the length, and the CRC."""
        data = probe.data
        if len(data) < HEAD.size + CRC.size:
            return Verdict.NO
        magic, version, _, length, _, _ = HEAD.unpack_from(data)
        if magic != b"BT" or version != VERSION or len(data) != HEAD.size + length + CRC.size:
            return Verdict.NO
        return Verdict.SURE if _crc_fits(data) else Verdict.LIKELY

    def parse(self, data: bytes, context: ParseContext) -> Parsed | NoMessage:
        """Take the datagram."""
        del context  # nothing around the datagram changes how it is read
        if len(data) < HEAD.size or data[:2] != b"BT":
            return NoMessage.LOST
        _, version, kind, length, station, sequence = HEAD.unpack_from(data)
        body = data[HEAD.size : HEAD.size + length]
        marks = [] if version == VERSION else ["bad_version"]
        if len(data) < HEAD.size + length + CRC.size:
            marks.append("truncated")
        elif not _crc_fits(data):
            marks.append("bad_checksum")
        fields: dict[str, object] = {"station": station, "sequence": sequence}
        try:
            error = self._body(kind, body, fields)
        except (struct.error, IndexError):
            error = ""
            marks.append("bad_length")
        name, part, category = TYPES.get(kind, (kind, "event", "other"))
        if kind not in TYPES:
            marks.append("unknown_function")
        message = Message(
            part,
            name,
            code=kind,
            category=category,
            error=error,
            address=f"station {station}",
            fields=fields,  # type: ignore[arg-type]
            anomalies=tuple(marks),
            facts=tuple(
                Fact(each, str(fields[each]), confidence=ANNOUNCED)
                for each in TEXTS.values()
                if kind == 1 and each in fields
            ),
            variables=tuple(
                Variable(f"channel {each['channel']}", each["value"], address=f"station {station}")
                for each in fields.get("channels", ())  # type: ignore[attr-defined]
            ),
        )
        return Parsed(len(data), (message,))

    def _body(self, kind: int, body: bytes, fields: dict[str, object]) -> str:
        """Read the body into fields; gives the error of a refusal."""
        if kind == 1:
            while body:
                text, length = body[0], body[1]
                if text in TEXTS:
                    fields[TEXTS[text]] = body[2 : 2 + length].decode("utf-8", "replace")
                body = body[2 + length :]
        elif kind == 2:
            channels = []
            for number, form, value in struct.iter_unpack(">BB4s", body):
                (read,) = struct.unpack(">f" if form == 1 else ">i", value)
                channels.append({"channel": number, "value": read})
            fields["channels"] = channels
        elif kind == 3:
            fields["channel"], fields["severity"] = body[0], body[1]
        elif kind == 4:
            (fields["interval_s"],) = struct.unpack_from(">H", body)
        elif kind == 5:
            fields["answered"], status = body[0], body[1]
            fields["status"] = status
            return STATUS.get(status, "unknown_status") if status else ""
        return ""


def _crc_fits(data: bytes) -> bool:
    (said,) = CRC.unpack(data[-CRC.size :])
    return bool(binascii.crc_hqx(data[: -CRC.size], 0xFFFF) == said)
