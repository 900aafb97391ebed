import { useTranslation } from "react-i18next";
import { Tag, type TagTone } from "./tag";

const TONES: Record<string, TagTone> = { new: "accent", active: "accent", learned: "good" };

/** Where the handling of an alert stands, as a word. */
export function AlertStatusTag({ status }: { status: "new" | "active" | "closed" | "learned" | "muted" }) {
  const { t } = useTranslation();
  return <Tag tone={TONES[status] ?? "plain"}>{t(`status.${status}`)}</Tag>;
}
