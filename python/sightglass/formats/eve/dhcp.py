"""``dhcp``: one message, with the fields of Suricata's extended log."""

from __future__ import annotations

from collections.abc import Sequence

from sightglass.formats.eve.event_type import EventType
from sightglass.formats.shapes import INTEGER, STRING, Json, array, known, one_of, record

SCHEMA = record(
    {
        "type": one_of("request", "reply"),
        "id": INTEGER,
        "client_mac": STRING,
        "assigned_ip": STRING,
        "client_ip": STRING,
        "relay_ip": STRING,
        "next_server_ip": STRING,
        "dhcp_type": STRING,
        "client_id": STRING,
        "hostname": STRING,
        "requested_ip": STRING,
        "vendor_class_identifier": STRING,
        "lease_time": INTEGER,
        "renewal_time": INTEGER,
        "rebinding_time": INTEGER,
        "subnet_mask": STRING,
        "routers": array(STRING),
        "dns_servers": array(STRING),
        "params": array(STRING),
    },
    *("type", "id"),
)
# RFC 2132: options by their number.
_TEXTS = {12: "hostname", 60: "vendor_class_identifier"}
_NUMBERS = {51: "lease_time", 58: "renewal_time", 59: "rebinding_time"}
_LISTS = {3: "routers", 6: "dns_servers"}
_ADDRESSES = {1: "subnet_mask", 50: "requested_ip"}
_PARAMETERS = {
    1: "subnet_mask",
    2: "time_offset",
    3: "router",
    4: "time_server",
    6: "dns_server",
    12: "hostname",
    15: "domain",
    28: "broadcast_address",
    31: "router_discovery",
    33: "static_route",
    42: "ntp_server",
    43: "vendor_specific_information",
    44: "netbios_name_server",
    46: "netbios_node_type",
    47: "netbios_scope",
    119: "domain_search",
    121: "classless_static_route",
}


def _options(message: Json) -> Json:
    shown: Json = {}
    for option in message.get("options", ()):
        if not isinstance(option, dict):
            continue
        number = option.get("option")
        addresses = option.get("addresses", [])
        if number in _TEXTS and isinstance(option.get("text"), str):
            shown[_TEXTS[number]] = option["text"]
        elif number in _NUMBERS and isinstance(option.get("number"), int):
            shown[_NUMBERS[number]] = option["number"]
        elif number in _LISTS and addresses:
            shown[_LISTS[number]] = addresses
        elif number in _ADDRESSES and addresses:
            shown[_ADDRESSES[number]] = addresses[0]
        elif number == 61 and isinstance(option.get("id"), str):
            shown["client_id"] = option["id"]
    return shown


def _content(messages: Sequence[Json]) -> Json | None:
    message = messages[0]
    parameters = [_PARAMETERS.get(number, str(number)) for number in message.get("parameter_list", ())]
    return known(
        type="reply" if message.get("op") == 2 else "request",
        id=message.get("transaction_id", 0),
        client_mac=message.get("client_mac"),
        assigned_ip=message.get("your_ip"),
        client_ip=message.get("client_ip"),
        relay_ip=message.get("relay_ip"),
        next_server_ip=message.get("next_server_ip"),
        dhcp_type=message.get("message_type_name"),
        **_options(message),
        params=parameters or None,
    )


EVENT = EventType("dhcp", ("dhcp",), _content, SCHEMA, client_first=False)
