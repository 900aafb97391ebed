import type { SVGProps } from "react";

/** Outline paths on a 16 by 16 grid. */
const PATHS = {
  overview: "M2.5 2.5h5v6h-5zM9.5 2.5h4v3.5h-4zM9.5 8h4v5.5h-4zM2.5 10.5h5v3h-5z",
  devices: "M2.5 3h11v3.5h-11zM2.5 9.5h11V13h-11zM5 4.75h.01M5 11.25h.01M8 4.75h3M8 11.25h3",
  map: "M8 2.5v3M8 5.5H3.5V8M8 5.5h4.5V8M2 8h3v3H2zM11 8h3v3h-3zM6.5 11h3v2.5h-3zM8 5.5V11",
  alerts: "M8 2.2 14.2 13.3H1.8zM8 6.3v3.4M8 11.6v.1",
  findings: "M8 1.8 13.5 4v4c0 3-2.2 5.2-5.5 6.3C4.7 13.2 2.5 11 2.5 8V4zM8 5.2v3.3M8 10.8v.1",
  traffic: "M1.5 8h2.2l1.6-4.5 2.6 9 2.2-7 1.3 2.5h3.1",
  search: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.4 10.4l3.4 3.4",
  close: "M3.5 3.5l9 9M12.5 3.5l-9 9",
  chevron: "M6 3.5 10.5 8 6 12.5",
  down: "M3.5 6 8 10.5 12.5 6",
  up: "M3.5 10 8 5.5 12.5 10",
  columns: "M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10",
  download: "M8 2v8M4.7 7 8 10.3 11.3 7M2.5 13.5h11",
  sun: "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3 3l1.2 1.2M11.8 11.8 13 13M3 13l1.2-1.2M11.8 4.2 13 3",
  moon: "M13.3 9.6A5.8 5.8 0 0 1 6.4 2.7a5.8 5.8 0 1 0 6.9 6.9z",
  check: "M3 8.5 6.5 12 13 4.5",
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  fit: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
  list: "M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.01M2.5 8h.01M2.5 12h.01",
  filter: "M2 3h12l-4.7 5.6v4.2l-2.6 1V8.6z",
  arrow: "M2.5 8h11M9.5 4l4 4-4 4",
  both: "M2.5 8h11M5.5 5l-3 3 3 3M10.5 5l3 3-3 3",
  crossing: "M2 8h12M8 2v12M5.5 4.5 8 2l2.5 2.5M5.5 11.5 8 14l2.5-2.5",
  clock: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 4.8V8l2.4 1.6",
  note: "M3 2.5h10v11H3zM5.5 5.5h5M5.5 8h5M5.5 10.5h3",
  star: "M8 2l1.8 3.8 4.2.5-3.1 2.9.8 4.1L8 11.3l-3.7 2 .8-4.1L2 6.3l4.2-.5z",
  eye: "M1.5 8S4 3.8 8 3.8 14.5 8 14.5 8 12 12.2 8 12.2 1.5 8 1.5 8zM8 6.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6z",
  // Device kinds
  plc: "M2 3.5h12v9H2zM5 3.5v9M8 3.5v9M11 3.5v9M3.4 5.5h.2M6.4 5.5h.2M9.4 5.5h.2M12.4 5.5h.2",
  hmi: "M1.8 3h12.4v8.2H1.8zM5.5 13.5h5M4 8.8l2-2.3 1.8 1.6L11.8 5",
  station: "M1.8 3h12.4v7.8H1.8zM8 10.8v2.7M5 13.5h6",
  server: "M3.5 2h9v12h-9zM5.5 4.5h5M5.5 7h5M8 11.2v.1",
  database:
    "M3 4c0-1.1 2.2-2 5-2s5 .9 5 2v8c0 1.1-2.2 2-5 2s-5-.9-5-2zM3 4c0 1.1 2.2 2 5 2s5-.9 5-2M3 8c0 1.1 2.2 2 5 2s5-.9 5-2",
  switch: "M1.8 5h12.4v6H1.8zM4 8.8V7.2M6.7 8.8V7.2M9.3 8.8V7.2M12 8.8V7.2",
  router:
    "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 4v3M6.8 5.2 8 4l1.2 1.2M8 12V9M6.8 10.8 8 12l1.2-1.2M4 8h2.6M12 8H9.4",
  firewall: "M2 3h12v10H2zM2 6.3h12M2 9.6h12M8 3v3.3M5 6.3v3.3M11 6.3v3.3M8 9.6V13",
  camera: "M1.8 5.2 10.6 3l1.4 4.5-8.8 2.3zM7 9v3.5M4.5 13.5h5M12.2 5.6l2-.5",
  drive: "M3 2.5h10v11H3zM4.8 9.8h1.6V6.2h2.4v3.6h2.4",
  io: "M2.5 4h4v8h-4zM9.5 4h4v8h-4zM6.5 8h3M4.5 6.3v.1M4.5 9.6v.1M11.5 6.3v.1M11.5 9.6v.1",
  meter: "M8 2.5a5.5 5.5 0 0 0-4.8 8.2h9.6A5.5 5.5 0 0 0 8 2.5zM8 8.5l2.2-2.7M4.5 13.5h7",
  printer: "M4.5 6V2.5h7V6M2.5 6h11v5h-2M4.5 11h-2M4.5 9.5h7v4h-7z",
  globe: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM2 8h12M8 2c2.4 2.6 2.4 9.4 0 12M8 2c-2.4 2.6-2.4 9.4 0 12",
  group: "M8 3.5v9M3.5 8h9M5 5l6 6M11 5l-6 6",
  wireless: "M2 6.5a8.5 8.5 0 0 1 12 0M4.2 8.9a5.4 5.4 0 0 1 7.6 0M6.3 11.2a2.4 2.4 0 0 1 3.4 0M8 13.3v.1",
  unknown: "M2.5 3.5h11v9h-11zM6.4 6.6a1.6 1.6 0 1 1 2.3 1.5c-.5.2-.7.5-.7 1M8 10.7v.1",
} as const;

export type IconName = keyof typeof PATHS;

export interface IconProps extends Omit<SVGProps<SVGSVGElement>, "name"> {
  name: IconName;
  size?: number;
}

/** A decorative outline glyph; give the control around it its name. */
export function Icon({ name, size = 16, ...rest }: IconProps) {
  return (
    <svg
      viewBox="0 0 16 16"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth={1.4}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      {...rest}
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The path itself, for drawings that place it inside their own SVG. */
export function iconPath(name: IconName): string {
  return PATHS[name];
}

/** Kind of device by words of its type; the first match wins. */
const KINDS: readonly (readonly [RegExp, IconName])[] = [
  [/multicast|broadcast|group/, "group"],
  [/internet|external/, "globe"],
  [/hmi|panel/, "hmi"],
  [/engineering|workstation|station|laptop|kvm/, "station"],
  [/historian|database|db server|storage|backup/, "database"],
  [/firewall|vpn/, "firewall"],
  [/wireless|wifi|access point/, "wireless"],
  [/switch/, "switch"],
  [/router|gateway|converter/, "router"],
  [/server|domain/, "server"],
  [/i\/o|adapter|slot|remote io/, "io"],
  [/plc|rtu|ied|dcs|controller|embedded/, "plc"],
  [/drive|servo|robot|turbine|pneumatic/, "drive"],
  [/camera|dvr|intercom/, "camera"],
  [/printer|barcode|scale/, "printer"],
  [/meter|sensor|thermostat|hvac|detector|alarm|supply/, "meter"],
];

/** Glyph for a device type as the inventory names it. */
export function deviceIcon(type: string | null | undefined): IconName {
  const text = (type ?? "").toLowerCase();
  return KINDS.find(([words]) => words.test(text))?.[1] ?? "unknown";
}
