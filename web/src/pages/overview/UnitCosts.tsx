/** What one accepted outcome costs, month by month, against the limit somebody declared. */
import type { ReactElement } from "react";

import type { LeaderReport } from "../../api/types";
import { compactCount } from "../../format/count";
import { exactMoney } from "../../format/money";
import { Card } from "../../parts/Card";
import { Figure } from "../../parts/Figure";
import { Sparkline } from "../../parts/Sparkline";
import { unitMoney } from "./unit";
import classes from "./overview.module.css";

const SHOWN = 6;

export function UnitCostsCard({ report }: { report: LeaderReport }): ReactElement {
  const { unit_costs: rows, currency } = report;
  if (rows.length === 0) {
    return <Card title="Cost per accepted outcome"><p className={classes.dimmed}>{report.unit_costs_note || "No use case has both accepted outcomes and a cost in this period."}</p></Card>;
  }
  return (
    <Card title="Cost per accepted outcome" note="Direct cost, review included; shared cost is not in it">
      <ul className={classes.units}>
        {rows.slice(0, SHOWN).map((row) => (
          <li key={row.use_case} className={classes.unit}>
            <span className={classes.unitName}>{row.label}<span className={classes.small}>{compactCount(Number(row.accepted))} accepted</span></span>
            <Sparkline series={row.series} colour="var(--sm-accent)" currency={currency} name={row.label} />
            <span className={classes.unitCost}>
              {row.cost === null ? "unknown" : <Figure name={row.label} explains={{ figure: "total", where: { use_case: [row.use_case] } }} title={`${exactMoney(row.cost, currency)} each`}>{unitMoney(row.cost, currency)}</Figure>}
              <span className={classes.small} data-over={row.is_over || undefined}>{row.limit === null ? "no limit declared" : `${row.is_over ? "above" : "within"} ${unitMoney(row.limit, currency)}`}</span>
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
