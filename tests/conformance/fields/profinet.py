"""What the truth counts of profinet."""

from __future__ import annotations

from tests.conformance.fields import Fields, hexadecimal, nested, one

_block_type = hexadecimal(4)

FIELDS: Fields = {
    "dcp_service": ("profinet_dcp", lambda m: [f"{m['service_type']}/{m['code']}"]),
    "dcp_option": ("profinet_dcp", lambda m: (str(value) for value in nested(m, "option"))),
    # One number for discovery, clock and real-time frames alike.
    "rt_frame_id": ("profinet_dcp profinet_rt ptcp", lambda m: one(m.get("frame_id"))),
    "io_opnum": ("profinet_cm", lambda m: one(m.get("opnum"))),
    "io_block_type": (
        "profinet_cm profinet_rt",
        lambda m: (_block_type(value) for value in nested(m, "block_type")),
    ),
}
