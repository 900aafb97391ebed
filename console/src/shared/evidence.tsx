import { useTranslation } from "react-i18next";
import classes from "./evidence.module.css";
import { formatCount, visibleText } from "./format";
import { Time } from "./time";

/** A frame that shows what is claimed. */
export interface EvidenceFrame {
  capture: string;
  frame: number;
  time: string;
}

/** Capture and frame number in one line, the way an analyst looks it up. */
export function FrameRef({ evidence }: { evidence: EvidenceFrame | null | undefined }) {
  const { t } = useTranslation();
  if (!evidence) return <span className="faint">–</span>;
  const [name, hash] = visibleText(evidence.capture).split("@");
  return (
    <span className={classes.ref} title={evidence.capture}>
      <span className={classes.frame}>{t("evidence.frame", { frame: formatCount(evidence.frame) })}</span>
      <span className={classes.capture}>{name}</span>
      {hash && <span className="visually-hidden">{hash}</span>}
    </span>
  );
}

/** All frames of a claim, in order. */
export function EvidenceList({ frames }: { frames: readonly EvidenceFrame[] }) {
  const { t } = useTranslation();
  if (frames.length === 0) return <p className="faint">{t("evidence.none")}</p>;
  return (
    <table className={classes.list}>
      <thead>
        <tr>
          <th scope="col">{t("evidence.frameHead")}</th>
          <th scope="col">{t("evidence.time")}</th>
          <th scope="col">{t("evidence.capture")}</th>
        </tr>
      </thead>
      <tbody>
        {frames.map((item) => (
          <tr key={`${item.capture}:${item.frame}:${item.time}`}>
            <td className={classes.number}>{formatCount(item.frame)}</td>
            <td>
              <Time at={item.time} />
            </td>
            <td className="data wire">{visibleText(item.capture)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
