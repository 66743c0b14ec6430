/** Unit cost by any kind of thing: the switch, the sorted, paged table, and why a figure is unknown. */
import { Button, NativeSelect } from "@mantine/core";
import type { ReactElement } from "react";

import { useEconomics } from "../../api/queries";
import type { EconomicsReport, EconomicsRow } from "../../api/types";
import { count } from "../../format/count";
import { unitMoney } from "../../format/unit";
import { Card } from "../../parts/Card";
import { DataTable, type Column } from "../../parts/DataTable";
import { MoneyFigure, MoneyText } from "../../parts/Figure";
import { ProblemState } from "../../parts/States";
import { figures } from "../../state/figures";
import { useView } from "../../state/useView";
import classes from "./economics.module.css";
import { Margin } from "./Plans";
import { exact, PER, quantity } from "./words";

const SIZE = 25;
const RUNS = new Set(["use_case", "workflow", "model"]);
const MARGINS = new Set(["customer", "plan", "segment"]);

export function Rows(): ReactElement | null {
  const { view, update } = useView();
  const { per, sort, page, layers } = view.economics;
  const { data: report, error, refetch, isPlaceholderData } = useEconomics(view, per, { sort, page, size: SIZE });
  const go = (patch: Partial<typeof view.economics>) => update({ economics: { ...view.economics, ...patch } });
  const words = PER.find((each) => each.value === per)?.label ?? per;
  const choice = (
    <NativeSelect size="xs" aria-label="Unit cost by" value={per} onChange={(event) => go({ per: event.currentTarget.value, page: 1, sort: "-cost" })} data={[...PER]} />
  );
  if (error) return <Card title="Unit cost" aside={choice}><ProblemState error={error} onRetry={() => void refetch()} /></Card>;
  if (!report) return <Card title="Unit cost" aside={choice} busy><p className={classes.dimmed}>Loading</p></Card>;
  const pages = Math.max(1, Math.ceil(report.all_rows / SIZE));
  const isWhole = layers.length === 3;
  return (
    <Card title={`Unit cost by ${words.toLowerCase().replace("arr", "ARR")}`} note={`${report.basis} cost, ${report.currency}${isWhole ? "" : `; ${report.layers.join(" and ")} only`}`} aside={choice} busy={isPlaceholderData}>
      {report.rows.length === 0 ? (
        <p className={classes.dimmed}>Nothing of this kind is captured in the period.</p>
      ) : (
        <DataTable caption={`Unit cost by ${words}`} rows={report.rows} rowKey={(row, index) => row.key ?? `none${index}`} columns={columns(report)} sort={sort} onSort={(next) => go({ sort: next, page: 1 })} />
      )}
      {pages > 1 ? (
        <nav className={classes.pager} aria-label="Pages of rows">
          <span>{count((page - 1) * SIZE + 1)} to {count((page - 1) * SIZE + report.rows.length)} of {count(report.all_rows)}</span>
          <Button size="compact-xs" variant="default" disabled={page <= 1} onClick={() => go({ page: page - 1 })}>Before</Button>
          <Button size="compact-xs" variant="default" disabled={page >= pages} onClick={() => go({ page: page + 1 })}>Next</Button>
        </nav>
      ) : null}
      {report.notes.length ? <ul className={classes.notes}>{report.notes.filter((note) => !note.startsWith("More accounts")).map((note) => <li key={note}>{note}</li>)}</ul> : null}
    </Card>
  );
}

function columns(report: EconomicsReport): Column<EconomicsRow>[] {
  const { currency, per } = report;
  const money = (amount: string | null | undefined) => <MoneyText column amount={amount ?? null} currency={currency} />;
  // The map explains the money of a use case whole, so only its whole direct cost opens an explanation.
  const isExplained = per === "use_case" && report.layers.join() === "inference,direct";
  const found: Column<EconomicsRow>[] = [
    { id: "label", header: "Name", isHeader: true, sortBy: "label", cell: (row) => row.label },
    { id: "cost", header: "Cost", isNumber: true, sortBy: "cost", cell: (row) => isExplained ? <MoneyFigure column name={row.label} amount={row.cost} currency={currency} explains={figures.row({ use_case: row.key })} /> : money(row.cost) },
  ];
  if (per !== "model") {
    found.push(
      { id: "inference", header: "Model calls", isNumber: true, cell: (row) => money(row.layers["inference"]) },
      { id: "direct", header: "Other direct", isNumber: true, cell: (row) => money(row.layers["direct"]) },
      { id: "indirect", header: "Indirect", isNumber: true, cell: (row) => money(row.layers["indirect"]) },
    );
  }
  if (RUNS.has(per)) {
    found.push(
      { id: "attempts", header: "Attempts", isNumber: true, sortBy: "attempts", cell: (row) => quantity(row.attempts) },
      { id: "accepted", header: "Accepted", isNumber: true, sortBy: "accepted", cell: (row) => quantity(row.accepted) },
      { id: "rejected", header: "Rejected", isNumber: true, cell: (row) => quantity(row.rejected) },
      { id: "escalated", header: "Escalated", isNumber: true, cell: (row) => quantity(row.escalated) },
      { id: "attempt", header: "Per attempt", isNumber: true, sortBy: "cost_per_attempt", cell: (row) => (row.cost_per_attempt ? unitMoney(row.cost_per_attempt, currency) : "unknown") },
    );
  }
  if (MARGINS.has(per)) {
    found.push(
      { id: "revenue", header: "Revenue", isNumber: true, sortBy: "revenue", cell: (row) => money(row.revenue) },
      { id: "margin", header: "Left", isNumber: true, sortBy: "margin", cell: (row) => <Margin row={row} currency={currency} /> },
    );
  }
  if (!RUNS.has(per)) found.push({ id: "quantity", header: "Units", isNumber: true, sortBy: "quantity", cell: (row) => (row.quantity === null ? "unknown" : `${quantity(row.quantity)} ${row.unit}`) });
  found.push({
    id: "unit", header: RUNS.has(per) ? "Per accepted run" : "Per unit", isNumber: true, sortBy: "unit_cost",
    cell: (row) => row.unit_cost === null ? <span className={classes.why}>unknown: {row.unknown}</span> : <span title={exact(row.unit_cost, currency)}>{unitMoney(row.unit_cost, currency)}</span>,
  });
  return found;
}
