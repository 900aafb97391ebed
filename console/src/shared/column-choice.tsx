import { Checkbox, Popover, ScrollArea, UnstyledButton } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import bar from "./filter-bar.module.css";
import { Icon } from "./icons";

/** Which columns of a list are hidden; kept in this browser, so that a layout outlives the visit. */
export function useHiddenColumns(list: string, atFirst: readonly string[]) {
  return useLocalStorage<readonly string[]>({
    key: `sightglass.columns.${list}`,
    defaultValue: atFirst,
    getInitialValueInEffect: false,
  });
}

export interface ColumnChoiceProps {
  columns: readonly { id: string; header: string }[];
  hidden: readonly string[];
  onChange: (hidden: string[]) => void;
  /** What *reset* goes back to. */
  atFirst: readonly string[];
}

/** Menu that shows and hides columns; the first column always stays. */
export function ColumnChoice({ columns, hidden, onChange, atFirst }: ColumnChoiceProps) {
  const { t } = useTranslation();
  const shown = columns.filter(({ id }) => !hidden.includes(id)).map(({ id }) => id);
  return (
    <Popover position="bottom-end" shadow="md" trapFocus withinPortal={false} width={220}>
      <Popover.Target>
        <UnstyledButton className={bar.facet}>
          <Icon name="columns" size={14} />
          <span>{t("table.columns")}</span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown className={bar.dropdown} aria-label={t("table.columns")}>
        <ScrollArea.Autosize mah={340} type="auto" offsetScrollbars>
          <Checkbox.Group
            value={shown}
            onChange={(wanted) =>
              onChange(columns.filter(({ id }) => !wanted.includes(id)).map(({ id }) => id))
            }
            aria-label={t("table.columns")}
          >
            <div className={bar.options}>
              {columns.map(({ id, header }, index) => (
                <Checkbox key={id} size="xs" value={id} label={header} disabled={index === 0} />
              ))}
            </div>
          </Checkbox.Group>
        </ScrollArea.Autosize>
        <UnstyledButton className={bar.clear} onClick={() => onChange([...atFirst])}>
          {t("table.resetColumns")}
        </UnstyledButton>
      </Popover.Dropdown>
    </Popover>
  );
}
