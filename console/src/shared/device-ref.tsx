import { Link } from "@tanstack/react-router";
import classes from "./device-ref.module.css";
import { visibleText } from "./format";
import { deviceIcon, Icon } from "./icons";

export interface DeviceRefProps {
  /** Device id; empty when the end is no device, such as a group address. */
  id: string;
  name: string;
  address?: string;
  /** Draws the glyph of this device type. */
  type?: string;
}

/** A device by name and address, linked to its page where it has one. */
export function DeviceRef({ id, name, address, type }: DeviceRefProps) {
  const shown = visibleText(name || address || "");
  return (
    <span className={classes.ref} data-ref="">
      {type !== undefined && <Icon name={deviceIcon(type)} className={classes.glyph} />}
      {id === "" ? (
        <bdi className={classes.name}>{shown || "–"}</bdi>
      ) : (
        <Link to="/devices/$deviceId" params={{ deviceId: id }} className={classes.name}>
          <bdi>{shown || id}</bdi>
        </Link>
      )}
      {address && address !== name && <span className={classes.address}>{visibleText(address)}</span>}
    </span>
  );
}
