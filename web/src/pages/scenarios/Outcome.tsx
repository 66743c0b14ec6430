/** What the period would have cost: baseline, scenario, difference with its range, what moved, and what was held fixed. */
import { SegmentedControl } from "@mantine/core";
import { useCallback, type ReactElement } from "react";

import type { ScenarioReport } from "../../api/types";
import { Chart } from "../../charts/Chart";
import { waterfallBars, waterfallFloor, waterfallOption } from "../../charts/options/waterfall";
import { count } from "../../format/count";
import { add, compareDecimals, isZero, sign } from "../../format/decimal";
import { columnMoney, compactMoney, exactMoney, signedMoney } from "../../format/money";
import { periodLabel } from "../../format/period";
import { change, percent } from "../../format/share";
import { unitMoney } from "../../format/unit";
import { Card } from "../../parts/Card";
import { DataTable } from "../../parts/DataTable";
import { MoneyText } from "../../parts/Figure";
import { TableToggle } from "../../parts/TableToggle";
import { useOwn } from "../../state/useOwn";
import { useView } from "../../state/useView";
import { Prose } from "../../parts/Prose";
import type { Scheme } from "../../theme/palette";
import classes from "./scenarios.module.css";

const GROUPS = { category: "by_category", owner: "by_owner", vendor: "by_vendor" } as const;
type Group = keyof typeof GROUPS;
type Row = ScenarioReport["delta"]["by_category"][number];
const STEPS = 7; // drawn apart; the others are one step

export function Outcome({ report }: { report: ScenarioReport }): ReactElement {
  const isSame = report.changes.length === 0 || report.delta.total === null || isZero(report.delta.total);
  return (
    <div className={classes.results}>
      <Totals report={report} isSame={isSame} />
      {isSame ? null : <Differences report={report} />}
      <div className={classes.halves}>
        <HeldFixed report={report} />
        <div className={classes.stacked}>
          <RangeCard report={report} />
          <Seats report={report} />
          <Accepted report={report} />
        </div>
      </div>
      <Card title="What is assumed"><ul className={classes.notes}>{report.notes.map((note) => <li key={note}><Prose text={note} /></li>)}</ul></Card>
    </div>
  );
}

function Totals({ report, isSame }: { report: ScenarioReport; isSame: boolean }): ReactElement {
  const { currency } = report;
  return (
    <section className={classes.totals} aria-label="Baseline, scenario and difference">
      <dl>
        <div><dt>As it was</dt><dd title={exactMoney(report.baseline, currency)}>{compactMoney(report.baseline, currency)}</dd></div>
        <div><dt>Scenario</dt><dd title={exactMoney(report.scenario, currency)}>{compactMoney(report.scenario, currency)}</dd><dd className={classes.note}>{compactMoney(report.range.low, currency)} to {compactMoney(report.range.high, currency)}</dd></div>
        <div>
          <dt>Difference</dt>
          <dd data-direction={report.delta.total === null ? undefined : sign(report.delta.total)} title={exactMoney(report.delta.total, currency)}>{signedMoney(report.delta.total, currency)}</dd>
          <dd className={classes.note}>{report.scenario === null ? "" : (change(report.scenario, report.baseline) ?? "")}</dd>
        </div>
      </dl>
      {report.baseline === null ? <p className={classes.same}><strong>Not known.</strong> No cost of this period is known, so no scenario of it is.</p> : isSame ? <p className={classes.same}><strong>Nothing changes.</strong> {report.changes.length === 0 ? "With nothing set, the scenario is the map, to the last digit. Move a slider." : "What was set moves no money of this period."}</p> : null}
      <p className={classes.dimmed}>{periodLabel(report.period.label)}, {report.basis} cost in {currency}{report.missing_rows ? `; ${count(report.missing_rows)} rows have no cost on this basis and are not in it` : ""}</p>
    </section>
  );
}

function Differences({ report }: { report: ScenarioReport }): ReactElement {
  const own = useOwn();
  const { view, update } = useView();
  const { currency } = report;
  const asked = own.first("by");
  const group: Group = asked === "owner" || asked === "vendor" ? asked : "category";
  const rows = report.delta[GROUPS[group]];
  const bars = barsOf(report, rows);
  const floor = waterfallFloor(bars);
  const option = useCallback((scheme: Scheme, width: number) => waterfallOption(barsOf(report, rows), currency, scheme, width), [report, rows, currency]);
  const changed = rows.filter(({ delta }) => sign(delta) !== 0);
  return (
    <Card
      title={`The difference by ${group}`}
      note={`${changed.length} of ${rows.length} change; ${report.basis} cost, ${currency}${floor ? `. The axis starts at ${compactMoney(String(floor), currency)}` : ""}`}
      aside={
        <>
          <SegmentedControl size="xs" aria-label="Group the difference" value={group} onChange={(by) => own.set({ by: by === "category" ? null : by })} data={[{ value: "category", label: "Category" }, { value: "owner", label: "Owner" }, { value: "vendor", label: "Vendor" }]} />
          <TableToggle isTable={view.asTable} onChange={(asTable) => update({ asTable })} />
        </>
      }
    >
      {view.asTable ? (
        <DataTable
          caption={`Scenario by ${group}, ${currency}`}
          rows={rows}
          rowKey={(row) => row.key ?? ""}
          columns={[
            { id: "label", header: group.charAt(0).toUpperCase() + group.slice(1), isHeader: true, cell: (row) => row.label },
            { id: "baseline", header: "As it was", isNumber: true, cell: (row) => <MoneyText column amount={row.baseline} currency={currency} /> },
            { id: "scenario", header: "Scenario", isNumber: true, cell: (row) => <MoneyText column amount={row.scenario} currency={currency} /> },
            { id: "delta", header: "Difference", isNumber: true, cell: (row) => <data value={row.delta} title={exactMoney(row.delta, currency)}>{signedMoney(row.delta, currency, columnMoney)}</data> },
          ]}
        />
      ) : (
        <Chart label={`Waterfall of the scenario by ${group}, ${currency}. The same figures stand in the table view.`} option={option} height={320} />
      )}
    </Card>
  );
}

/** The biggest changes as steps, the rest as one, so that the bars reach the scenario exactly. */
export function barsOf(report: ScenarioReport, rows: readonly Row[]) {
  const changed = rows.filter(({ delta }) => sign(delta) !== 0);
  const shown = changed.slice(0, STEPS);
  const rest = changed.slice(STEPS).reduce((sum, { delta }) => add(sum, delta), "0");
  const steps = shown.map(({ key, label, delta }) => ({ id: key ?? "", label, amount: delta }));
  return waterfallBars(
    { id: "baseline", label: "As it was", amount: report.baseline ?? "0" },
    sign(rest) === 0 ? steps : [...steps, { id: "others", label: `${changed.length - STEPS} others`, amount: rest }],
    { id: "scenario", label: "Scenario", amount: report.scenario ?? "0" },
  );
}

function HeldFixed({ report }: { report: ScenarioReport }): ReactElement {
  const { currency } = report;
  const held = [...report.held_fixed].sort((a, b) => compareDecimals(b.cost, a.cost));
  return (
    <Card title="Held fixed" note="Money the scenario leaves as it was, and why">
      {held.length === 0 ? <p className={classes.dimmed}>Nothing: everything moves.</p> : (
        <ul className={classes.held}>
          {held.map((each) => (
            <li key={each.kind}>
              <span><strong>{each.label.charAt(0).toUpperCase() + each.label.slice(1)}</strong><span className={classes.dimmed}> <Prose text={each.why} /></span></span>
              <MoneyText amount={each.cost} currency={currency} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function RangeCard({ report }: { report: ScenarioReport }): ReactElement | null {
  const { range, currency } = report;
  if (range.parts.length === 0) return null;
  return (
    <Card title="Why it is a range">
      <ul className={classes.held}>
        {range.parts.map((part) => (
          <li key={part.name}><span><Prose text={part.why} /></span><span className={classes.span}>{edge("\u2212", part.below, currency)} / {edge("+", part.above, currency)}</span></li>
        ))}
      </ul>
    </Card>
  );
}

/** One end of a range: "+$58.4 k"; nothing has no sign. */
function edge(mark: string, amount: string | null, currency: string): string {
  return `${isZero(amount) ? "" : mark}${compactMoney(amount, currency)}`;
}

function Seats({ report }: { report: ScenarioReport }): ReactElement | null {
  if (report.seats.length === 0) return null;
  return (
    <Card title="Seats">
      <ul className={classes.held}>{report.seats.map((seat) => <li key={`${seat.month}${seat.tool}`}><span>{seat.tool} <span className={classes.dimmed}>{periodLabel(seat.month)}</span></span><span className={classes.span}>{Number(seat.before).toLocaleString("en-US")} → {count(seat.after)}</span></li>)}</ul>
    </Card>
  );
}

function Accepted({ report }: { report: ScenarioReport }): ReactElement | null {
  const { accepted, currency } = report;
  if (!accepted) return null;
  const unit = (amount: string | null) => (amount === null ? "unknown" : unitMoney(amount, currency));
  return (
    <Card title="Per accepted run">
      <p><strong>{unit(accepted.cost_before)} → {unit(accepted.cost_after)}</strong></p>
      <p className={classes.dimmed}>All AI money over the runs accepted; {percent(accepted.rejection_before)} not accepted, then {percent(accepted.rejection_after)}.</p>
    </Card>
  );
}
