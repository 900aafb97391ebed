import { useTranslation } from "react-i18next";
import type { AttributeValue, DeviceDetail } from "@/api/types";
import { Confidence } from "@/shared/confidence";
import { FrameRef } from "@/shared/evidence";
import { visibleText, words } from "@/shared/format";
import { Icon } from "@/shared/icons";
import { Panel } from "@/shared/panel";
import { SimpleTable } from "@/shared/simple-table";
import { Tag } from "@/shared/tag";
import { Time } from "@/shared/time";
import { WireText } from "@/shared/wire-text";
import classes from "./device.module.css";

/** Every claim about the device with the frame that shows it, its interfaces and modules. */
export function IdentityTab({ device }: { device: DeviceDetail }) {
  const { t } = useTranslation();
  return (
    <div className={classes.identity}>
      <Panel title={t("identity.attributes")} aside={t("identity.attributesAside")} flush>
        <Attributes attributes={device.attributes} />
      </Panel>
      <div className={classes.side}>
        <Panel title={t("identity.interfaces")} aside={device.interfaces.length} flush>
          <SimpleTable
            label={t("identity.interfaces")}
            rows={device.interfaces}
            rowId={(row) => `${row.mac} ${row.ips.join(" ")}`}
            columns={[
              {
                header: t("device.mac"),
                cell: (row) => (
                  <>
                    <span className="nowrap">
                      <WireText value={row.mac} data />
                    </span>
                    {row.vendor && <span className={classes.moduleLine}>{visibleText(row.vendor)}</span>}
                  </>
                ),
              },
              {
                header: t("device.address"),
                cell: (row) =>
                  row.ips.length === 0 ? (
                    <span className="faint">–</span>
                  ) : (
                    row.ips.map((ip) => (
                      <div key={ip} className="nowrap">
                        <WireText value={ip} data />
                      </div>
                    ))
                  ),
              },
              {
                header: t("device.vlan"),
                cell: (row) => row.vlans.join(", ") || <span className="faint">–</span>,
              },
            ]}
          />
        </Panel>
        {device.modules.length > 0 && (
          <Panel title={t("identity.modules")} aside={device.modules.length} flush>
            <ol className={classes.rack}>
              {device.modules.map((part) => (
                <li key={part.slot} className={classes.module}>
                  <span className={classes.slot}>{visibleText(part.slot)}</span>
                  <span>
                    <strong>
                      {visibleText(part.name || part.model || part.order_number || part.kind || "–")}
                    </strong>
                    {part.model && part.model !== part.name && part.name && (
                      <span className="soft"> {visibleText(part.model)}</span>
                    )}
                    <span className={classes.moduleLine}>
                      {[
                        part.vendor,
                        part.order_number,
                        part.firmware && t("identity.firmware", { version: part.firmware }),
                      ]
                        .filter(Boolean)
                        .map((text) => visibleText(String(text)))
                        .join(" · ")}
                    </span>
                    {part.serial && (
                      <span className={`${classes.moduleLine} data`}>{visibleText(part.serial)}</span>
                    )}
                  </span>
                </li>
              ))}
            </ol>
          </Panel>
        )}
        {device.aliases.length > 0 && (
          <Panel title={t("identity.aliases")}>
            <ul>
              {device.aliases.map((alias) => (
                <li key={alias} className="data">
                  {alias}
                </li>
              ))}
            </ul>
          </Panel>
        )}
      </div>
    </div>
  );
}

function Attributes({ attributes }: { attributes: DeviceDetail["attributes"] }) {
  const { t } = useTranslation();
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return <p className={classes.nothing}>{t("identity.noAttributes")}</p>;
  const rows = names.flatMap((name) =>
    (attributes[name] ?? []).map((candidate, index, all) => ({
      name,
      candidate,
      isFirst: index === 0,
      isConflict: disagree(candidate, all),
      key: `${name}/${index}`,
    })),
  );
  return (
    <SimpleTable
      label={t("identity.attributes")}
      rows={rows}
      rowId={(row) => row.key}
      columns={[
        {
          header: t("identity.attribute"),
          width: "19%",
          cell: ({ name, isFirst }) => (
            <span className={isFirst ? classes.attribute : "faint"}>{words(visibleText(name))}</span>
          ),
        },
        {
          header: t("identity.value"),
          width: "31%",
          cell: ({ candidate, isFirst, isConflict }) => (
            <span className={classes.value}>
              {isFirst && <Icon name="check" size={13} className={classes.shown} />}
              {isFirst && <span className="visually-hidden">{t("identity.shown")}</span>}
              <WireText value={candidate.value} data />
              {candidate.path && <Tag>{visibleText(candidate.path)}</Tag>}
              {isConflict && <Tag tone="medium">{t("identity.conflict")}</Tag>}
            </span>
          ),
        },
        {
          header: t("identity.source"),
          cell: ({ candidate }) => <span className="data nowrap">{candidate.protocol}</span>,
        },
        {
          header: t("identity.confidence"),
          cell: ({ candidate }) => <Confidence value={candidate.confidence} />,
        },
        { header: t("evidence.title"), cell: ({ candidate }) => <FrameRef evidence={candidate} /> },
        {
          header: t("evidence.time"),
          cell: ({ candidate }) => <Time at={candidate.time} withDate={false} />,
        },
      ]}
    />
  );
}

/** Whether another candidate about the same part says something else. */
function disagree(candidate: AttributeValue, all: readonly AttributeValue[]): boolean {
  const [best] = all.filter(({ path }) => path === candidate.path);
  return best !== undefined && best.value.toLowerCase() !== candidate.value.toLowerCase();
}
