/** What one accepted outcome costs, month by month, against the limit somebody declared. */
import type { ReactElement } from "react";
import { Link } from "wouter";

import type { LeaderReport } from "../../api/types";
import { compactCount } from "../../format/count";
import { exactMoney } from "../../format/money";
import { Card } from "../../parts/Card";
import { Prose } from "../../parts/Prose";
import { Sparkline } from "../../parts/Sparkline";
import { useView } from "../../state/useView";
import { unitMoney } from "../../format/unit";
import classes from "./overview.module.css";

export function UnitCostsCard({ report }: { report: LeaderReport }): ReactElement {
  const { unit_costs: rows, currency } = report;
  const { href } = useView();
  if (rows.length === 0) {
    return (
      <Card title="Cost per accepted outcome">
        <p className={classes.dimmed}><Prose text={report.unit_costs_note} /></p>
      </Card>
    );
  }
  return (
    <Card
      title="Cost per accepted outcome"
      note={report.unit_costs_loaded ? "Fully loaded: its own cost, review included, and what it shares with others" : "Its own cost, review included; nothing is split yet, so shared cost is not in it"}
      aside={<Link className={classes.more} href={href({ explain: null }, "/economics")}>All unit costs</Link>}
    >
      <ul className={classes.units}>
        {rows.map((row) => (
          <li key={row.use_case} className={classes.unit}>
            <span className={classes.unitName}>{row.label}<span className={classes.small}>{compactCount(Number(row.accepted))} accepted</span></span>
            <Sparkline series={row.series} colour="var(--sm-accent)" currency={currency} name={row.label} />
            <span className={classes.unitCost}>
              {row.unit_cost === null ? "unknown" : <Link className={classes.unitLink} href={href({ explain: null }, `/use-cases/${encodeURIComponent(row.use_case)}`)} aria-label={`${row.label}: ${unitMoney(row.unit_cost, currency)}. Its card`} title={`${exactMoney(row.unit_cost, currency)} each`}>{unitMoney(row.unit_cost, currency)}</Link>}
              <span className={classes.small} data-over={row.above_target || undefined}>{row.target === null ? "no target declared" : `${row.above_target ? "above" : "within"} ${unitMoney(row.target, currency)}`}</span>
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
