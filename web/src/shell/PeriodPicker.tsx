/** The period of every figure: a month, a quarter, a year or everything; arrows step by the same kind. */
import { Popover } from "@mantine/core";
import { useState, type ReactElement } from "react";

import { monthLabel, monthsOf, periodLabel, step } from "../format/period";
import { Icon } from "../parts/icons";
import classes from "./shell.module.css";

type Props = { period: string; months: readonly string[]; onChange: (period: string) => void };

export function PeriodPicker({ period, months, onChange }: Props): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const known = new Set(months);
  const years = [...new Set(months.map((month) => month.slice(0, 4)))].sort().reverse();
  const isKnown = (candidate: string | null): candidate is string => candidate !== null && monthsOf(candidate, months).some((month) => known.has(month));
  const choose = (next: string) => {
    setOpen(false);
    onChange(next);
  };
  const stepButton = (steps: number, words: string, icon: "left" | "right") => {
    const target = step(period, steps);
    return (
      <button type="button" className={classes.stepper} disabled={!isKnown(target)} aria-label={`${words} period${target ? `, ${periodLabel(target)}` : ""}`} onClick={() => isKnown(target) && onChange(target)}>
        <Icon name={icon} size={14} />
      </button>
    );
  };
  const cell = (value: string, label: string, className?: string) => (
    <button key={value} type="button" className={`${classes.periodCell} ${className ?? ""}`} disabled={!isKnown(value)} aria-pressed={value === period} aria-label={periodLabel(value)} onClick={() => choose(value)}>
      {label}
    </button>
  );
  return (
    <div className={classes.period}>
      {stepButton(-1, "Earlier", "left")}
      <Popover opened={isOpen} onChange={setOpen} position="bottom-start" shadow="md" trapFocus returnFocus width={318}>
        <Popover.Target>
          <button type="button" className={classes.periodButton} aria-label={`Period: ${periodLabel(period)}`} onClick={() => setOpen(!isOpen)}>
            <span className={classes.controlValue}>{periodLabel(period)}</span>
            <Icon name="chevron" size={14} />
          </button>
        </Popover.Target>
        <Popover.Dropdown aria-label="Choose a period" className={classes.periodBox}>
          {cell("all", "All months", classes.periodAll)}
          {years.map((year) => (
            <div key={year} className={classes.periodYear}>
              {cell(year, year, classes.periodYearCell)}
              <div className={classes.periodQuarters}>{[1, 2, 3, 4].map((q) => cell(`${year}-Q${q}`, `Q${q}`))}</div>
              <div className={classes.periodMonths}>
                {monthsOf(year, months).map((month) => cell(month, monthLabel(month, true)))}
              </div>
            </div>
          ))}
        </Popover.Dropdown>
      </Popover>
      {stepButton(1, "Later", "right")}
    </div>
  );
}
