/** The captured rows behind one contributing row, each with its file and line. */
import { useState, type ReactElement } from "react";

import { useOriginRows } from "../../api/queries";
import type { OriginRow } from "../../api/types";
import { counted } from "../../format/count";
import { exactMoney } from "../../format/money";
import { DataTable, type Column } from "../../parts/DataTable";
import { ProblemState } from "../../parts/States";
import classes from "./explain.module.css";

const COST_ORDER = ["effective_cost", "billed_cost", "contracted_cost", "list_cost"];

export function OriginRowsPanel({ originKey }: { originKey: string }): ReactElement {
  const [page, setPage] = useState(1);
  const { data, error } = useOriginRows(originKey, page);
  if (error) return <ProblemState error={error} />;
  if (!data) return <p className={classes.dimmed} role="status">Reading the captured rows</p>;
  const pages = Math.max(1, Math.ceil(data.total / data.size));
  const isUsage = data.origin === "usage";
  const columns: Column<OriginRow>[] = [
    { id: "at", header: "At (UTC)", isHeader: true, cell: (row) => row.charge_period_start?.replace("T", " ").replace("Z", "") ?? "undated" },
    { id: "file", header: "File and line", cell: (row) => <span title={`load ${row.load_id ?? "unknown"}, key ${row.natural_key}`}>{row.source_file ?? row.source_name ?? "unknown"}{row.source_line === null ? "" : `:${row.source_line}`}</span> },
    isUsage
      ? { id: "model", header: "Model", cell: (row) => row.response_model ?? row.request_model ?? "unknown" }
      : { id: "what", header: "What", wrap: true, cell: (row) => row.details.charge_description ?? row.details.product ?? row.details.activity_kind ?? row.details.service_name ?? "" },
    isUsage
      ? { id: "meters", header: "Meters", cell: (row) => Object.entries(row.meters).map(([meter, quantity]) => `${meter} ${quantity}`).join(", ") }
      : { id: "details", header: "Details", wrap: true, cell: (row) => Object.entries(row.details).map(([name, value]) => `${name.replaceAll("_", " ")}: ${value}`).join("; ") },
    { id: "cost", header: "Money", isNumber: true, cell: (row) => money(row) },
    ...(isUsage ? [{ id: "prices", header: "Prices", cell: (row: OriginRow) => (row.unpriced_reason ? <em>{row.unpriced_reason}</em> : <span title={row.price_ids.join("\n")}>{counted(row.price_ids.length, "price")}</span>) }] : []),
  ];
  return (
    <div className={classes.origin}>
      <DataTable caption={`Captured rows behind it, ${data.origin}`} showCaption rows={data.items} rowKey={(row) => row.natural_key} columns={columns} />
      {pages > 1 ? (
        <p className={classes.originPages}>
          <button type="button" disabled={page <= 1} onClick={() => setPage(page - 1)}>Earlier</button>
          <span>Page {page} of {pages}, {counted(data.total, "row")}</span>
          <button type="button" disabled={page >= pages} onClick={() => setPage(page + 1)}>Later</button>
        </p>
      ) : null}
    </div>
  );
}

/** The first cost the row states, with its name; the source may state one of four. */
function money(row: OriginRow): ReactElement {
  const name = COST_ORDER.find((each) => row.costs[each] != null);
  const amount = name === undefined ? null : row.costs[name];
  return amount == null ? <span className={classes.dimmed}>unknown</span> : <span title={(name ?? "").replace("_", " ")}>{exactMoney(amount, row.currency ?? "")}</span>;
}
