import { Checkbox, CloseButton, Popover, ScrollArea, TextInput, UnstyledButton } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./filter-bar.module.css";
import { formatCount, visibleText } from "./format";
import { Icon } from "./icons";

/** The row of controls above a list. */
export function FilterBar({ children, aside }: { children: ReactNode; aside?: ReactNode }) {
  const { t } = useTranslation();
  return (
    <search className={classes.bar} aria-label={t("filter.label")}>
      <div className={classes.controls}>{children}</div>
      {aside && <div className={classes.aside}>{aside}</div>}
    </search>
  );
}

export interface SearchFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

/** Free-text search; reports a pause in typing, not every key. */
export function SearchField({ label, value, onChange }: SearchFieldProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(value);
  const report = useDebouncedCallback(onChange, 250);
  useEffect(() => setText(value), [value]);
  return (
    <TextInput
      size="xs"
      type="search"
      className={classes.search}
      aria-label={label}
      placeholder={label}
      leftSection={<Icon name="search" size={14} />}
      rightSection={
        text !== "" && (
          <CloseButton
            size="xs"
            aria-label={t("filter.clearSearch")}
            onClick={() => {
              setText("");
              onChange("");
            }}
          />
        )
      }
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        report(event.currentTarget.value);
      }}
    />
  );
}

/** A value that a facet offers. */
export interface FacetOption {
  value: string;
  label?: ReactNode;
  /** How many rows have it. */
  count?: number;
}

export interface FacetProps {
  label: string;
  options: readonly FacetOption[];
  selected: readonly string[];
  onChange: (selected: string[]) => void;
}

/** A multiple choice over the values of one column. */
export function Facet({ label, options, selected, onChange }: FacetProps) {
  const { t } = useTranslation();
  // A value from the URL stays visible even when no row has it any more.
  const missing = selected.filter((value) => !options.some((option) => option.value === value));
  const all: FacetOption[] = [...options, ...missing.map((value) => ({ value }))];
  const summary = selected.length === 0 ? "" : selected.length === 1 ? selected[0] : String(selected.length);
  return (
    <Popover position="bottom-start" shadow="md" trapFocus withinPortal={false} width={240}>
      <Popover.Target>
        <UnstyledButton className={classes.facet} data-active={selected.length > 0 || undefined}>
          <span>{label}</span>
          {summary && <strong className={classes.facetValue}>{visibleText(summary)}</strong>}
          <Icon name="down" size={12} />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown className={classes.dropdown} aria-label={label}>
        {all.length === 0 && <p className="faint">{t("filter.noValues")}</p>}
        <ScrollArea.Autosize mah={300} type="auto" offsetScrollbars>
          <Checkbox.Group value={[...selected]} onChange={onChange} aria-label={label}>
            <div className={classes.options}>
              {all.map(({ value, label: optionLabel, count }) => (
                <Checkbox
                  key={value}
                  size="xs"
                  value={value}
                  label={
                    <span className={classes.option}>
                      <span className="wire">{optionLabel ?? visibleText(value)}</span>
                      {count !== undefined && <span className="faint">{formatCount(count)}</span>}
                    </span>
                  }
                />
              ))}
            </div>
          </Checkbox.Group>
        </ScrollArea.Autosize>
        {selected.length > 0 && (
          <UnstyledButton className={classes.clear} onClick={() => onChange([])}>
            {t("filter.clear")}
          </UnstyledButton>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

/** Takes every filter off; shown only when there is one. */
export function ClearFilters({ onClear }: { onClear: () => void }) {
  const { t } = useTranslation();
  return (
    <UnstyledButton className={classes.clearAll} onClick={onClear}>
      {t("filter.clearAll")}
    </UnstyledButton>
  );
}
