"""dnp3_objects.log: one row an object header of reads and responses, controls left to their own log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.conformance.icsnpp_logs import Message, Row, row

PROTOCOL = "dnp3"
FIELDS = ("function_code", "object_type", "object_count", "range_low", "range_high")

LOGGED = {1, 129}
"""Read and response; the tool logs no objects of other functions."""
CONTROLS = {12, 41}
NAMES = {
    (1, 1): "Binary Input Packed Format",
    (1, 2): "Binary Input With Status",
    (10, 1): "Binary Output Packed Format",
    (10, 2): "Binary Output Status",
    (20, 1): "32-Bit Counter",
    (20, 2): "16-Bit Counter",
    (30, 1): "32-Bit Analog Input",
    (30, 2): "16-Bit Analog Input",
    (40, 1): "32-Bit Analog Output Status",
    (40, 2): "16-Bit Analog Output Status",
    (60, 1): "Class 0 Data",
    (60, 2): "Class 1 Data",
    (60, 3): "Class 2 Data",
    (60, 4): "Class 3 Data",
}


def rows(messages: Iterable[Message]) -> Iterator[Row]:
    """Ranges as the header gives them; counts are those of the points that follow it."""
    for message in messages:
        if message.get("code") not in LOGGED:
            continue
        for header in message.get("objects", []):
            if header["group"] in CONTROLS:
                continue
            start, stop = header.get("start"), header.get("stop")
            count = header.get("count")
            if count is None and start is not None and stop is not None:
                count = stop - start + 1
            kind = (header["group"], header["variation"])
            yield row(
                function_code=message["function"].upper(),
                object_type=NAMES.get(kind, f"group {kind[0]} variation {kind[1]}"),
                object_count=count,
                range_low=start,
                range_high=stop,
            )
