"""``flow``: a conversation that has ended.

Differs from Suricata: given at the conversation's end in the input, whatever its timeout; without `alerted`, for decoding
judges nothing, and without `reason`. `tcp` has the state only.
"""

from __future__ import annotations

from sightglass.formats.eve.envelope import TIMESTAMP, proto, timestamp
from sightglass.formats.shapes import INTEGER, STRING, Json, one_of, record
from sightglass.model import rfc3339

NAME = "flow"
SCHEMA = record(
    {
        "pkts_toserver": INTEGER,
        "pkts_toclient": INTEGER,
        "bytes_toserver": INTEGER,
        "bytes_toclient": INTEGER,
        "start": TIMESTAMP,
        "end": TIMESTAMP,
        "age": INTEGER,
        "state": one_of("new", "established", "closed"),
    },
    *("pkts_toserver", "pkts_toclient", "bytes_toserver", "bytes_toclient", "start", "end", "age", "state"),
)
TCP_SCHEMA = record({"state": STRING}, "state")
_CLOSED = {"closed", "reset", "rejected"}
_NEW = {"", "syn", "one_sided"}
_NS_PER_S = 1_000_000_000
_APP_PROTO = {"smb2": "smb"}


def event(row: Json) -> Json:
    """The event of a row of the table ``flow``."""
    start, end = rfc3339(row["first_ts_ns"]), rfc3339(row["last_ts_ns"])
    shown: Json = {"timestamp": timestamp(end), "flow_id": row["flow_id"], "event_type": NAME}
    if row["vlan"] is not None:
        shown["vlan"] = [row["vlan"]]
    if row["client_ip"]:
        shown |= {"src_ip": row["client_ip"], "dest_ip": row["server_ip"]}
        if row["transport"] in {"tcp", "udp", "sctp"}:
            shown |= {"src_port": row["client_port"], "dest_port": row["server_port"]}
    elif row["client_mac"]:
        shown["ether"] = {"src_mac": row["client_mac"], "dest_mac": row["server_mac"]}
    transport = proto(row["transport"])
    if transport is not None:
        shown["proto"] = transport
    protocol = row["protocol"] if row["recognised_by"] in {"handshake", "content"} else ""
    shown["app_proto"] = _APP_PROTO.get(protocol, protocol) or "failed"
    if row["community_id"]:
        shown["community_id"] = row["community_id"]
    state = row["state"]
    shown[NAME] = {
        "pkts_toserver": row["packets_client"],
        "pkts_toclient": row["packets_server"],
        "bytes_toserver": row["bytes_client"],
        "bytes_toclient": row["bytes_server"],
        "start": timestamp(start),
        "end": timestamp(end),
        "age": (row["last_ts_ns"] - row["first_ts_ns"]) // _NS_PER_S,
        "state": "closed" if state in _CLOSED else "new" if state in _NEW else "established",
    }
    if row["transport"] == "tcp" and state:
        shown["tcp"] = {"state": state}
    return shown
