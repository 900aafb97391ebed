"""What a device is and where it stands: type, roles and Purdue level from evidence, strongest first."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from sightglass.inventory.facts import Facts

CONTROLLER_PROTOCOLS = frozenset(
    [
        "modbus",
        "umas",
        "s7comm",
        "s7comm_plus",
        "enip",
        "cip",
        "pccc",
        "fins",
        "melsec",
        "ads",
        "ge_srtp",
        "codesys",
        "tristation",
        "pcworx",
        "proconos",
        "crimson",
        "opcua",
        "profinet_cm",
        "egd",
    ]
)
"""Whoever serves one of these is taken for a controller, unless something stronger says otherwise."""
TELECONTROL_PROTOCOLS = frozenset(["dnp3", "iec104", "roc_plus", "bsap", "genisys"])
SUBSTATION_PROTOCOLS = frozenset(["mms", "goose", "sv", "iccp", "synchrophasor"])
BUILDING_PROTOCOLS = frozenset(["bacnet", "knx", "lontalk", "fox", "sbus"])
INDUSTRIAL = (
    CONTROLLER_PROTOCOLS
    | TELECONTROL_PROTOCOLS
    | SUBSTATION_PROTOCOLS
    | BUILDING_PROTOCOLS
    | frozenset(
        [
            "profinet_dcp",
            "profinet_rt",
            "hart_ip",
            "ethercat",
            "cip_io",
            "dlms",
            "c1222",
            "ff_hse",
            "powerlink",
            "sercos",
            "cclink",
            "trdp",
        ]
    )
)

_CIP_TYPES = {
    "programmable logic controller": "PLC",
    "human-machine interface": "HMI",
    "communications adapter": "I/O Adapter",
    "ac drive": "Variable Frequency Drive",
    "dc drive": "Variable Frequency Drive",
    "generic device (keyable)": "",
    "managed ethernet switch": "Switch",
    "position controller": "Servo Drive",
    "cip motion drive": "Servo Drive",
    "pneumatic valve": "Pneumatic Device",
    "encoder": "I/O Adapter",
}

# Words of a model, product or system text, each with the type it stands for; the first that fits wins.
_WORDS = (
    (r"\b(switch|scalance x\w*|stratix|catalyst|eds-\w+|rsp\d\d|mach\d+)\b", "Switch"),
    (r"\b(firewall|fortigate|checkpoint|tofino|scalance s\w*)\b", "Firewall"),
    (r"\b(router|ios xe|junos)\b", "Router"),
    (r"\b(access point|aironet|wireless ap)\b", "Wireless Access Point"),
    (r"\b(panelview|simatic hmi|comfort panel|\bhmi\b|magelis|proface|weintek|tp\d{3,4})\b", "HMI"),
    (
        r"\b(cpu ?\d{3,4}|s7-\d{3,4}|1756-l\w*|1769-l\w*|compactlogix|controllogix|micrologix|bmx ?p34\w*|tm2\d\d|m340|m580|m221|plc)\b",
        "PLC",
    ),
    (
        r"\b(et ?200|im ?15\d|1734-a\w*|point i/o|advantys|stb ?n\w*|i/o adapter|750-3\d\d)\b",
        "I/O Adapter",
    ),
    (r"\b(drive|powerflex|sinamics|altivar|micromaster|vlt)\b", "Variable Frequency Drive"),
    (r"\b(sel-\d{3}|relay|siprotec|rel?670|ied|bay controller)\b", "IED"),
    (r"\b(rtu\d*|sicam|scadapack)\b", "RTU"),
    (r"\b(printer|laserjet|officejet|jetdirect)\b", "Printer"),
    (r"\b(camera|ipcam|axis \w\d\w*|dahua|hikvision|dcs-\d\w*)\b", "IP Camera"),
    (r"\b(ups|apc|smart-ups)\b", "Uninterruptable Power Supply"),
    (r"\b(thermostat)\b", "Thermostat"),
    (r"\b(nas|diskstation|readynas)\b", "Storage"),
)

LEVELS: dict[str, float] = {
    "Variable Frequency Drive": 0,
    "Servo Drive": 0,
    "I/O Adapter": 0,
    "Pneumatic Device": 0,
    "Meter": 0,
    "PLC": 1,
    "RTU": 1,
    "IED": 1,
    "DCS Controller": 1,
    "Robot Controller": 1,
    "HVAC": 1,
    "HMI": 2,
    "Engineering Station": 2,
    "Historian": 3,
    "Server": 3,
    "DB Server": 3,
    "Domain Controller": 4,
    "NTP Server": 3,
    "Workstation": 4,
    "Printer": 4,
    "IP Camera": 4,
    "IP Telephone": 4,
    "Internet": 5,
}


@dataclass(slots=True)
class Behaviour:
    """What a device did, as far as classification looks."""

    served: set[str] = field(default_factory=set)
    """Protocols it answers."""
    asked: dict[str, set[str]] = field(default_factory=dict)
    """Protocols it is a client of, with the servers."""
    categories: set[str] = field(default_factory=set)
    """Categories of what it did to controllers as a client."""
    sent: set[str] = field(default_factory=set)
    """Layer-2 protocols it sends."""

    @property
    def protocols(self) -> tuple[str, ...]:
        """All of them, ascending."""
        return tuple(sorted(self.served | set(self.asked) | self.sent))


@dataclass(frozen=True, slots=True)
class Classification:
    """The result, with the reason in words."""

    type: str
    roles: tuple[str, ...]
    purdue_level: float | None
    reason: str


@lru_cache(maxsize=1)
def _words() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The patterns, made when the first text is judged: they take longer than all else of this file's start."""
    return tuple((re.compile(pattern, re.IGNORECASE), kind) for pattern, kind in _WORDS)


def classify(facts: Facts, behaviour: Behaviour, *, router: bool, external: bool) -> Classification:
    """Judge type, roles and level from what is known."""
    roles = _roles(behaviour, router=router)
    kind, reason = _type(facts, behaviour, roles, router=router, external=external)
    level = LEVELS.get(kind)
    if level is None and behaviour.served & CONTROLLER_PROTOCOLS:
        level = 1
    return Classification(kind, tuple(sorted(roles)), level, reason)


def _roles(behaviour: Behaviour, *, router: bool) -> set[str]:
    roles = {"router"} if router else set()
    industrial_servers: set[str] = set()
    for protocol, servers in behaviour.asked.items():
        if protocol in INDUSTRIAL:
            industrial_servers |= servers
    if behaviour.served & (CONTROLLER_PROTOCOLS | TELECONTROL_PROTOCOLS):
        roles.add("controller")
    if behaviour.categories & {"program_download", "firmware_update"}:
        roles.add("engineering_station")
    if industrial_servers:
        roles.add("scada_client")
        if behaviour.categories & {"write", "control"}:
            roles.add("operator_station")
    for protocol, role in (
        ("dns", "dns_server"),
        ("dhcp", "dhcp_server"),
        ("ntp", "time_server"),
        ("ptp", "time_server"),
        ("ldap", "directory_server"),
        ("kerberos", "directory_server"),
        ("http", "web_server"),
        ("smb2", "file_server"),
        ("smb", "file_server"),
        ("snmp", "managed_by_snmp"),
        ("rtsp", "video_source"),
        ("ipp", "printer"),
    ):
        if protocol in behaviour.served:
            roles.add(role)
    if "stp" in behaviour.sent:
        roles.add("bridge")
    return roles


def _type(
    facts: Facts, behaviour: Behaviour, roles: set[str], *, router: bool, external: bool
) -> tuple[str, str]:
    if external:
        return "Internet", "its address is public and lies behind a router"
    told = facts.best("device_type_name")
    if told and _CIP_TYPES.get(told.lower()):
        return _CIP_TYPES[told.lower()], f"says of itself that it is: {told}"
    texts = facts.all(
        "device_type", "model", "product_name", "module_name", "order_number", "os", "description", "banner"
    )
    for text in texts:
        for pattern, kind in _words():
            if pattern.search(text):
                return kind, f"says of itself: {text}"
    if router:
        return "Router", "forwards for other addresses"
    for protocols, kind in (
        (TELECONTROL_PROTOCOLS, "RTU"),
        (SUBSTATION_PROTOCOLS, "IED"),
        (CONTROLLER_PROTOCOLS, "PLC"),
        (BUILDING_PROTOCOLS, "HVAC"),
    ):
        served = (behaviour.served | behaviour.sent) & protocols
        if served and not ("engineering_station" in roles and not behaviour.served & protocols):
            return kind, f"answers {', '.join(sorted(served))}"
    if "engineering_station" in roles:
        return "Engineering Station", "programs controllers"
    asked = sorted(protocol for protocol in behaviour.asked if protocol in INDUSTRIAL)
    if "operator_station" in roles:
        return "HMI", f"writes to controllers by {', '.join(asked)}"
    if "scada_client" in roles:
        servers = {server for protocol in asked for server in behaviour.asked[protocol]}
        return (
            "Historian" if len(servers) > 1 else "HMI"
        ), f"only reads from {len(servers)} by {', '.join(asked)}"
    if "directory_server" in roles:
        return "Domain Controller", "answers Kerberos or LDAP"
    if "bridge" in roles:
        return "Switch", "sends spanning tree messages"
    if "printer" in roles:
        return "Printer", "answers IPP"
    if "video_source" in roles:
        return "IP Camera", "answers RTSP"
    if behaviour.served & {"dns", "dhcp", "ntp"}:
        return "Server", f"answers {', '.join(sorted(behaviour.served & {'dns', 'dhcp', 'ntp'}))}"
    if behaviour.sent & {"sip"} or "sip" in behaviour.asked:
        return "IP Telephone", "speaks SIP"
    names = " ".join(facts.all("os"))
    if "windows" in names.lower() or behaviour.served & {"smb", "smb2", "browser", "nbns"}:
        server = "server" in names.lower()
        return ("Server" if server else "Workstation"), "speaks Windows networking"
    return "Unknown", "nothing shows what it is"
