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
  const beside = address && address !== name ? visibleText(address) : undefined;
  return (
    <span className={classes.ref} data-ref="">
      <span className={classes.main}>
        {type !== undefined && <Icon name={deviceIcon(type)} className={classes.glyph} />}
        {id === "" ? (
          <bdi className={classes.name}>{shown || "–"}</bdi>
        ) : (
          <Link to="/devices/$deviceId" params={{ deviceId: id }} className={classes.name}>
            <bdi>{shown || id}</bdi>
          </Link>
        )}
      </span>
      {beside && <span className={classes.address}>{beside}</span>}
    </span>
  );
}
