/** Why the total changed: a waterfall, and under it each driver with what is behind it. */
import { useCallback, type ReactElement } from "react";

import type { DriverRow, DriversReport } from "../../api/types";
import { Chart } from "../../charts/Chart";
import { waterfallBars, waterfallFloor, waterfallOption } from "../../charts/options/waterfall";
import { compactCount } from "../../format/count";
import { sign } from "../../format/decimal";
import { compactMoney, exactMoney, signedMoney } from "../../format/money";
import { periodLabel } from "../../format/period";
import { Card } from "../../parts/Card";
import { Command } from "../../parts/Command";
import type { Scheme } from "../../theme/palette";
import classes from "./overview.module.css";

export function DriversCard({ report }: { report: DriversReport }): ReactElement {
  const { currency } = report;
  const period = periodLabel(report.period.label);
  const versus = report.compare ? periodLabel(report.compare.label) : "";
  const option = useCallback((scheme: Scheme, width: number) => waterfallOption(barsOf(report), currency, scheme, width), [report, currency]);
  if (report.change === null) {
    return (
      <Card title="What changed">
        <p className={classes.dimmed}>{report.notes.at(-1) ?? "There is nothing to compare with."}</p>
      </Card>
    );
  }
  const floor = waterfallFloor(barsOf(report));
  return (
    <Card title="What changed" note={`${signedMoney(report.change, currency)} from ${versus} to ${period}; the drivers add up to it exactly${floor ? `. The axis starts at ${compactMoney(String(floor), currency)}` : ""}`}>
      {report.drivers.length ? <Chart label={`Waterfall of AI spend from ${versus} to ${period}, ${currency}. The same figures stand in the list below.`} option={option} height={300} /> : <p className={classes.dimmed}>Nothing changed.</p>}
      <ul className={classes.drivers} aria-label="Drivers of the change">
        {report.drivers.map((driver) => <li key={driver.id}><Driver driver={driver} currency={currency} /></li>)}
      </ul>
      <div className={classes.commandLine}><Command text={`spendmap drivers --period ${report.period.label}`} /></div>
    </Card>
  );
}

function barsOf(report: DriversReport) {
  return waterfallBars(
    { id: "before", label: report.compare ? periodLabel(report.compare.label) : "", amount: report.previous_total ?? "0" },
    report.drivers.map(({ id, label, amount }) => ({ id, label, amount })),
    { id: "now", label: periodLabel(report.period.label), amount: report.total ?? "0" },
  );
}

function Driver({ driver, currency }: { driver: DriverRow; currency: string }): ReactElement {
  return (
    <details className={classes.driver}>
      <summary>
        <span className={classes.driverName}>{driver.label}</span>
        <span className={classes.driverAbout}>{driver.about}</span>
        <Amount amount={driver.amount} currency={currency} />
      </summary>
      <table className={classes.lines}>
        <caption className={classes.hidden}>{driver.label}, biggest first</caption>
        <tbody>
          {driver.lines.map((line, n) => (
            <tr key={n}>
              <th scope="row">{line.label}{line.effect ? <span className={classes.dimmed}> {line.effect}</span> : null}</th>
              <td>{quantity(line.quantity_before, line.quantity_now, line.unit)}</td>
              <td data-number><Amount amount={line.amount} currency={currency} /></td>
            </tr>
          ))}
          {sign(driver.rest) === 0 ? null : <tr><th scope="row" colSpan={2}>all others</th><td data-number><Amount amount={driver.rest} currency={currency} /></td></tr>}
        </tbody>
      </table>
    </details>
  );
}

function Amount({ amount, currency }: { amount: string; currency: string }): ReactElement {
  return <data className={classes.amount} value={amount} title={exactMoney(amount, currency)}>{signedMoney(amount, currency)}</data>;
}

function quantity(before: string | null, now: string | null, unit: string | null): string {
  if (unit === null || (before === null && now === null)) return "";
  const words = (text: string | null) => (text === null ? "none" : compactCount(Number(text)));
  return `${words(before)} → ${words(now)} ${unit}`;
}
