import type { components } from "./schema";

type Schemas = components["schemas"];

// Names for the answers that pages use; the shapes come from the generated contract.
export type Activity = Schemas["ActivityOut"];
export type AlertDetail = Schemas["AlertDetail"];
export type AlertSummary = Schemas["AlertSummary"];
export type AttributeValue = Schemas["AttributeValueOut"];
export type Connection = Schemas["ConnectionOut"];
export type DeviceDetail = Schemas["DeviceDetail"];
export type DeviceFacets = Schemas["DeviceFacets"];
export type DeviceSummary = Schemas["DeviceSummary"];
export type EventPage = Schemas["EventPage"];
export type FacetValue = Schemas["FacetValue"];
export type Finding = Schemas["FindingOut"];
export type MapEdge = Schemas["MapEdge"];
export type MapLane = Schemas["MapLane"];
export type MapNode = Schemas["MapNode"];
export type PlantMap = Schemas["MapOut"];
export type ProcessValue = Schemas["ValueOut"];
export type Protocol = Schemas["ProtocolOut"];
export type Summary = Schemas["SummaryOut"];
export type UnknownTraffic = Schemas["UnknownOut"];
