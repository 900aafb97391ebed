import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Protocol } from "@/api/types";
import { formatBytes, formatCount, formatShort, visibleText, words } from "@/shared/format";
import { NothingYet } from "@/shared/states";
import { Tube } from "@/shared/tube";
import classes from "./traffic.module.css";

/** Functions shown before somebody asks for all. */
const FEW = 6;

/** Every protocol that content confirmed, with what was asked in it. */
export function ProtocolsView({ protocols }: { protocols: readonly Protocol[] }) {
  const { t } = useTranslation();
  if (protocols.length === 0) {
    return <NothingYet title={t("traffic.none.protocols")} hint={t("traffic.noneHint.protocols")} />;
  }
  return (
    <ul className={`${classes.grid} ${classes.scroll}`}>
      {protocols.map((protocol) => (
        <li key={protocol.name}>
          <ProtocolCard protocol={protocol} />
        </li>
      ))}
    </ul>
  );
}

function ProtocolCard({ protocol }: { protocol: Protocol }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const most = protocol.functions[0]?.count ?? 1;
  const shown = all ? protocol.functions : protocol.functions.slice(0, FEW);
  const rest = protocol.functions.length - shown.length;
  return (
    <article className={classes.card}>
      <div className={classes.cardHead}>
        <h2 className={classes.cardName}>
          <Link to="/traffic" search={{ tab: "connections", protocol: [protocol.name] }}>
            {visibleText(protocol.name)}
          </Link>
        </h2>
        <span className={protocol.messages > 0 ? classes.big : "faint"}>
          {t("traffic.messages", { count: protocol.messages, shown: formatShort(protocol.messages) })}
        </span>
      </div>
      <p className={classes.meta}>
        {t("traffic.carried", {
          connections: formatCount(protocol.connections),
          clients: formatCount(protocol.clients),
          servers: formatCount(protocol.servers),
          bytes: formatBytes(protocol.bytes),
        })}
      </p>
      {shown.length === 0 ? (
        <p className="faint">{t("traffic.noFunctions")}</p>
      ) : (
        <ul>
          {shown.map(({ name, count }) => (
            <li key={name} className={classes.function}>
              <span className={classes.functionName} title={visibleText(name)}>
                {words(visibleText(name))}
              </span>
              <span>{formatCount(count)}</span>
              <Tube share={count / most} />
            </li>
          ))}
        </ul>
      )}
      {(rest > 0 || all) && protocol.functions.length > FEW && (
        <button type="button" className={classes.more} aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t("traffic.fewer") : t("traffic.moreFunctions", { count: rest })}
        </button>
      )}
    </article>
  );
}
