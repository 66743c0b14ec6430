/** Plans: what comes in, what it costs by layer, and what is left; free plans at more accounts. */
import type { ReactElement } from "react";

import { useEconomics } from "../../api/queries";
import type { EconomicsReport, EconomicsRow } from "../../api/types";
import { geometry, sign } from "../../format/decimal";
import { columnMoney, compactMoney, exactMoney } from "../../format/money";
import { percent } from "../../format/share";
import { unitMoney } from "../../format/unit";
import { Card } from "../../parts/Card";
import { DataTable } from "../../parts/DataTable";
import { MoneyText } from "../../parts/Figure";
import { ProblemState } from "../../parts/States";
import { useView } from "../../state/useView";
import { LAYERS } from "../../state/view";
import classes from "./economics.module.css";
import { largest, LAYER_COLOURS, LAYER_WORDS, quantity } from "./words";

const FROM: Record<string, string> = { outcomes: "as captured", price: "register price x account-months", free: "the plan is free" };

export function Plans(): ReactElement | null {
  const { view } = useView();
  const { data: report, error, refetch, isPlaceholderData } = useEconomics(view, "plan");
  if (error) return <ProblemState error={error} onRetry={() => void refetch()} />;
  if (!report) return null;
  const plans = report.rows.filter((row) => row.key !== null);
  const rest = report.rows.find((row) => row.key === null);
  const scale = geometry(largest(plans.flatMap((row) => [row.revenue, row.cost]))) || 1;
  return (
    <Card title="Do the plans earn?" note="Revenue against fully loaded cost; what serves no known customer is in no plan" busy={isPlaceholderData}>
      {plans.length === 0 ? (
        <p className={classes.dimmed}>No customer's plan is known in this period. Outcomes that name customer and plan (revenue, product use) tell it.</p>
      ) : (
        <>
          <div className={classes.key} aria-hidden="true">
            <span><i className={classes.swatch} style={{ background: "var(--sm-dimmed)" }} /> Revenue</span>
            {report.layers.map((layer) => <span key={layer}><i className={classes.swatch} style={{ background: LAYER_COLOURS[layer] }} /> {LAYER_WORDS[layer]?.label}</span>)}
          </div>
          <div className={classes.plans}>{plans.map((row) => <Plan key={row.key} row={row} report={report} scale={scale} />)}</div>
        </>
      )}
      {rest?.cost ? <p className={classes.dimmed} style={{ marginTop: 14 }}>{columnMoney(rest.cost, report.currency)} serves no customer whose plan is known.</p> : null}
      {report.adoption.length ? <Adoption report={report} /> : null}
    </Card>
  );
}

function Plan({ row, report, scale }: { row: EconomicsRow; report: EconomicsReport; scale: number }): ReactElement {
  const { currency } = report;
  const width = (amount: string | null | undefined) => `${Math.max(0, (geometry(amount) / scale) * 100)}%`;
  return (
    <div className={classes.plan}>
      <div className={classes.planHead}>
        <h3>{row.label}{row.pricing ? <span className={classes.dimmed}> · {row.pricing}</span> : null}</h3>
        <Margin row={row} currency={currency} />
      </div>
      <div className={classes.bars}>
        <span>Revenue</span>
        <div className={classes.track} aria-hidden="true">{row.revenue ? <div style={{ width: width(row.revenue), background: "var(--sm-dimmed)" }} /> : null}</div>
        <span className={classes.amount} title={row.revenue_from ? FROM[row.revenue_from] : undefined}>{row.revenue === null || row.revenue === undefined ? "unknown" : compactMoney(row.revenue, currency)}</span>
        <span>Cost</span>
        <div className={classes.track} aria-hidden="true">
          {LAYERS.filter((layer) => report.layers.includes(layer)).map((layer) => <div key={layer} className={classes.part} title={LAYER_WORDS[layer]?.label} style={{ width: width(row.layers[layer]), background: LAYER_COLOURS[layer] }} />)}
        </div>
        <span className={classes.amount}>{row.cost === null ? "unknown" : compactMoney(row.cost, currency)}</span>
      </div>
      <p className={classes.dimmed}>
        {row.unit_cost !== null ? `${unitMoney(row.unit_cost, currency)} per account and month over ${quantity(row.quantity)} account-months` : row.unknown}
        {row.price !== null && row.price !== undefined && row.pricing !== "free" ? `; its list price alone is ${unitMoney(row.price, currency)}${row.price_covers_cost === null || row.price_covers_cost === undefined ? "" : row.price_covers_cost ? ", above the cost" : ", below the cost"}` : ""}
        {row.losing_accounts ? `; ${row.losing_accounts} ${row.losing_accounts === 1 ? "account costs more than it brings" : "accounts cost more than they bring"}` : ""}
      </p>
    </div>
  );
}

export function Margin({ row, currency }: { row: EconomicsRow; currency: string }): ReactElement {
  if (row.margin === null || row.margin === undefined) return <span className={classes.dimmed}>margin unknown</span>;
  const loses = sign(row.margin) < 0;
  return (
    <span className={loses ? classes.loss : classes.gain} title={exactMoney(row.margin, currency)}>
      {loses ? "loses" : "earns"} {compactMoney(row.margin.replace("-", ""), currency)}{row.margin_share ? ` (${percent(row.margin_share)})` : ""}
    </span>
  );
}

function Adoption({ report }: { report: EconomicsReport }): ReactElement {
  const { currency } = report;
  return (
    <>
      <h3 className={classes.subhead}>If the free plan grows</h3>
      <DataTable
        caption="Cost of free plans at more accounts, per month"
        rows={report.adoption}
        rowKey={(each) => `${each.plan}${each.factor}`}
        columns={[
          { id: "plan", header: "Plan", isHeader: true, cell: (each) => each.label },
          { id: "factor", header: "Accounts", isNumber: true, cell: (each) => `${quantity(String(each.accounts))} (${each.factor} x)` },
          { id: "cost", header: "Cost a month", isNumber: true, cell: (each) => <MoneyText column amount={each.cost} currency={currency} /> },
          { id: "each", header: "Per account", isNumber: true, cell: (each) => <MoneyText column amount={each.cost_per_account} currency={currency} /> },
        ]}
      />
      {report.notes.filter((note) => note.startsWith("More accounts")).map((note) => <p key={note} className={classes.dimmed}>{note}</p>)}
    </>
  );
}
