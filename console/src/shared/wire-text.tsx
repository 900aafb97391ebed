import { visibleText } from "./format";

export interface WireTextProps {
  /** Text as seen on the wire; never trusted. */
  value: string | number | null | undefined;
  /** Set in the data face: addresses, versions, serial numbers. */
  data?: boolean;
  /** Shown when there is no value. */
  none?: string;
}

/** Text that came from the network: isolated from the direction of the text around it, disguises made visible. */
export function WireText({ value, data = false, none = "–" }: WireTextProps) {
  if (value === null || value === undefined || value === "") return <span className="faint">{none}</span>;
  return <bdi className={data ? "wire data" : "wire"}>{visibleText(String(value))}</bdi>;
}
