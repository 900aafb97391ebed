import type {
  AlertDetail,
  AlertSummary,
  DeviceDetail,
  DeviceSummary,
  Finding,
  MapEdge,
  MapNode,
  PlantMap,
  Summary,
} from "@/api/types";

// One of each thing that the API answers, as small as its type allows; tests change what they are about.

const SEEN = { first_seen: "2026-01-05T08:00:00.000000000Z", last_seen: "2026-01-05T09:00:00.000000000Z" };
const SCOPE = { site: "Riverside", zone: "filling", network: "main" };

export function deviceSummary(change: Partial<DeviceSummary> = {}): DeviceSummary {
  return {
    ...SEEN,
    ...SCOPE,
    id: "d1",
    name: "FILLER-01-PLC",
    kind: "device",
    type: "PLC",
    vendor: "Siemens",
    model: "S7-1500",
    firmware: "V2.9.4",
    serial: "S C-1",
    order_number: "6ES7 516-3AN02-0AB0",
    os: "",
    hostname: "",
    description: "",
    location: "",
    purdue_level: 1,
    roles: ["plc"],
    interfaces: [{ mac: "28:63:36:02:1a:4a", ips: ["10.20.1.11"], vlans: [20], vendor: "Siemens" }],
    protocols: ["s7comm"],
    important: false,
    authorized: true,
    packets: 10,
    bytes: 1000,
    risk: 0,
    related: { alerts: 0, worst_alert: "", findings: 0, worst_finding: "" },
    ...change,
  };
}

export function deviceDetail(change: Partial<DeviceDetail> = {}): DeviceDetail {
  return { ...deviceSummary(), modules: [], attributes: {}, aliases: [], ...change };
}

export function alertSummary(change: Partial<AlertSummary> = {}): AlertSummary {
  return {
    ...SEEN,
    ...SCOPE,
    id: "a1",
    detection: "plc-stop",
    title: "Controller ordered to stop",
    summary: "ENG-WS-01 stopped the CPU of FILLER-01-PLC",
    engine: "operational",
    severity: "critical",
    status: "new",
    learnable: false,
    source: "d2",
    source_address: "10.20.10.21",
    source_name: "ENG-WS-01",
    destination: "d1",
    destination_address: "10.20.1.11",
    destination_name: "FILLER-01-PLC",
    protocol: "s7comm",
    count: 1,
    attack: ["T0858"],
    ...change,
  };
}

export function alertDetail(change: Partial<AlertDetail> = {}): AlertDetail {
  return {
    ...alertSummary(),
    source_device: null,
    destination_device: null,
    techniques: [{ id: "T0858", name: "Change Operating Mode" }],
    explanation: "A stopped controller no longer runs the process.",
    benign_when: ["Planned maintenance."],
    remediation: ["Find who used the source device.", "Start the controller when it is safe."],
    details: [{ name: "function", text: "pi_service" }],
    packets_bytes: 0,
    evidence: [
      { capture: "monday.pcapng@3f9a0c1d2b4e", frame: 4000, time: "2026-01-05T08:05:00.000000000Z" },
    ],
    comments: [],
    ...change,
  };
}

export function finding(change: Partial<Finding> = {}): Finding {
  return {
    ...SCOPE,
    id: "f1",
    device: "d1",
    device_stub: { id: "d1", name: "FILLER-01-PLC", type: "PLC", address: "10.20.1.11", purdue_level: 1 },
    part: "",
    cve: "CVE-2099-10001",
    advisory: "EX-1",
    title: "Example weakness",
    score: 8.1,
    vector: "CVSS:3.1/AV:N",
    severity: "high",
    confidence: "probable",
    reason: "S7-1500, version not known",
    matched: { model: "S7-1500" },
    kev: true,
    epss: 0.42,
    fixed_in: "V3.0",
    remediation: "Update.",
    references: [],
    ...change,
  };
}

export function mapNode(change: Partial<MapNode> = {}): MapNode {
  return {
    id: "d1",
    name: "FILLER-01-PLC",
    type: "PLC",
    vendor: "Siemens",
    address: "10.20.1.11",
    kind: "device",
    purdue_level: 1,
    lane: 1,
    site: "Riverside",
    zone: "filling",
    important: false,
    authorized: true,
    risk: 0,
    alerts: 0,
    worst_alert: "",
    findings: 0,
    worst_finding: "",
    x: 150,
    y: 250,
    ...change,
  };
}

export function mapEdge(change: Partial<MapEdge> = {}): MapEdge {
  return {
    ...SEEN,
    id: "d1-d2",
    first: "d1",
    second: "d2",
    protocols: ["s7comm"],
    packets: 100,
    bytes: 10_000,
    connections: 1,
    direction: "backward",
    crossing: false,
    crosses_zone: false,
    guessed: false,
    ...change,
  };
}

export function plantMap(change: Partial<PlantMap> = {}): PlantMap {
  return {
    nodes: [
      mapNode(),
      mapNode({
        id: "d2",
        name: "HMI-1",
        type: "HMI",
        address: "10.20.1.201",
        lane: 0,
        purdue_level: 2,
        y: 80,
      }),
      mapNode({ id: "d3", name: "PACKER-PLC", address: "10.20.2.11", x: 300 }),
    ],
    edges: [
      mapEdge(),
      mapEdge({ id: "d2-d3", first: "d2", second: "d3", protocols: ["cip"], crosses_zone: true }),
    ],
    lanes: [
      { name: "2", label: "Level 2 · Supervision", level: 2, y: 0, height: 152 },
      { name: "1", label: "Level 1 · Control", level: 1, y: 152, height: 152 },
    ],
    width: 450,
    height: 304,
    hidden_nodes: 0,
    hidden_edges: 0,
    ...change,
  };
}

export function summary(change: Partial<Summary> = {}): Summary {
  return {
    title: "plant",
    editable: true,
    revision: 1,
    packets: 1000,
    bytes: 100_000,
    first_time: SEEN.first_seen,
    last_time: SEEN.last_seen,
    devices: 3,
    external: 1,
    referred: 0,
    connections: 2,
    activities: 2,
    alerts: 2,
    open_alerts: 1,
    findings: 1,
    values: 0,
    devices_by_type: [
      { value: "PLC", count: 2 },
      { value: "HMI", count: 1 },
    ],
    devices_by_vendor: [{ value: "Siemens", count: 3 }],
    devices_by_level: [
      { value: 1, count: 2 },
      { value: 3.5, count: 1 },
    ],
    open_alerts_by_severity: [{ value: "critical", count: 1 }],
    open_alerts_by_engine: [{ value: "operational", count: 1 }],
    findings_by_severity: [{ value: "high", count: 1 }],
    findings_by_confidence: [{ value: "probable", count: 1 }],
    activities_by_category: [{ value: "read", count: 2 }],
    protocols: ["s7comm"],
    latest_alerts: [alertSummary()],
    riskiest_devices: [],
    scopes: [
      {
        site: "Riverside",
        zone: "default",
        packets: 1000,
        bytes: 100_000,
        first_time: SEEN.first_seen,
        last_time: SEEN.last_seen,
        loss: { tcp_gaps: 17, evicted_flows: 0 },
        captures: [
          {
            name: "monday.pcapng",
            sha256: "ab".repeat(32),
            label: "monday.pcapng@abab",
            packets: 1000,
            cut: true,
            warnings: ["cut inside its last packet"],
          },
        ],
        not_judged: ["new-device"],
      },
    ],
    ...change,
  };
}
