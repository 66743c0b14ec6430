/** The scope of every figure: departments and cost centres first, the other dimensions below. */
import { MultiSelect, Popover } from "@mantine/core";
import { useState, type ReactElement } from "react";

import { Icon } from "../parts/icons";
import { withoutValue, type Where } from "../state/view";
import type { Workspace } from "../api/types";
import { dimensionWords, valueLabel } from "./dimensions";
import classes from "./shell.module.css";

const SCOPE = ["department", "cost_center"] as const;
const MORE = ["vendor", "category", "use_case", "tool", "agent", "evidence"] as const;

type Props = { workspace: Workspace; where: Where; onChange: (where: Where) => void };

/** The pickers themselves, for the popover and for the phone's drawer. */
export function FilterFields({ workspace, where, onChange }: Props): ReactElement {
  const field = (dimension: string) => {
    const options = (workspace.dimensions[dimension] ?? []).filter(({ id }) => id !== "");
    if (options.length === 0) return null;
    const words = dimensionWords(dimension);
    return (
      <MultiSelect
        key={dimension}
        size="xs"
        label={words}
        placeholder={where[dimension]?.length ? "" : "Any"}
        data={[{ value: "-", label: `(no ${words.toLowerCase()})` }, ...options.map(({ id, label }) => ({ value: `=${id}`, label: label || id }))]}
        value={(where[dimension] ?? []).map((value) => (value === "" ? "-" : `=${value}`))}
        onChange={(values) => {
          const { [dimension]: _old, ...rest } = where;
          onChange(values.length ? { ...rest, [dimension]: values.map((value) => (value === "-" ? "" : value.slice(1))) } : rest);
        }}
        searchable
        clearable
        clearButtonProps={{ "aria-label": `Clear ${words}` }}
        comboboxProps={{ withinPortal: false }}
        maxDropdownHeight={220}
      />
    );
  };
  return (
    <div className={classes.filterFields}>
      {SCOPE.map(field)}
      <p className={classes.filterMore}>Narrow further</p>
      {MORE.map(field)}
    </div>
  );
}

export function FilterButton({ workspace, where, onChange }: Props): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const count = Object.values(where).flat().length;
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-start" shadow="md" width={320} trapFocus returnFocus>
      <Popover.Target>
        <button type="button" className={classes.control} aria-label={`Scope: ${count ? `${count} filters` : "whole company"}`} onClick={() => setOpen(!isOpen)}>
          <Icon name="filter" size={14} />
          <span className={classes.controlName}>Scope</span>
          <span className={classes.controlValue}>{count ? `${count} ${count === 1 ? "filter" : "filters"}` : "Whole company"}</span>
          <Icon name="chevron" size={14} />
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Scope of the figures" className={classes.filterBox}>
        <FilterFields workspace={workspace} where={where} onChange={onChange} />
      </Popover.Dropdown>
    </Popover>
  );
}

/** The filters in force, each with a button that lifts it. */
export function FilterChips({ workspace, where, onChange }: Props): ReactElement | null {
  const pairs = Object.entries(where).flatMap(([dimension, values]) => values.map((value) => ({ dimension, value })));
  if (pairs.length === 0) return null;
  return (
    <ul className={classes.chips} aria-label="Filters in force">
      {pairs.map(({ dimension, value }) => {
        const label = valueLabel(workspace, dimension, value);
        return (
          <li key={`${dimension}:${value}`} className={classes.chip}>
            <span className={classes.controlName}>{dimensionWords(dimension)}</span> {label}
            <button type="button" aria-label={`Lift the filter ${dimensionWords(dimension)} ${label}`} onClick={() => onChange(withoutValue(where, dimension, value))}>
              <Icon name="close" size={12} />
            </button>
          </li>
        );
      })}
      {pairs.length > 1 ? <li><button type="button" className={classes.clearAll} onClick={() => onChange({})}>Clear all</button></li> : null}
    </ul>
  );
}
