"""What the truth counts of profinet."""

from __future__ import annotations

from tests.conformance.fields import Fields, nested

FIELDS: Fields = {
    "dcp_service": ("profinet_dcp", lambda m: [f"{m['service_type']}/{m['code']}"]),
    "dcp_option": ("profinet_dcp", lambda m: (str(value) for value in nested(m, "option"))),
}
