/** Time saved, net of checking it: claims against review minutes, and tasks with AI against tasks without. */
import type { ReactElement } from "react";

import { useEconomics } from "../../api/queries";
import type { EconomicsRow } from "../../api/types";
import { sign } from "../../format/decimal";
import { Card } from "../../parts/Card";
import { DataTable } from "../../parts/DataTable";
import { MoneyText } from "../../parts/Figure";
import { ProblemState } from "../../parts/States";
import { useView } from "../../state/useView";
import classes from "./economics.module.css";
import { quantity } from "./words";

/** In the page's own period: unasked, the API would answer for every month. */
export function TimeSaved({ period }: { period: string }): ReactElement | null {
  const { view } = useView();
  const { data: report, error, refetch, isPlaceholderData } = useEconomics({ ...view, period }, "time_saved", { sort: "label", size: 100 });
  if (error) return <ProblemState error={error} onRetry={() => void refetch()} />;
  if (!report) return null;
  const claims = report.rows.filter((row) => row.time?.per === "period");
  const trials = report.rows.filter((row) => row.time?.per === "task");
  return (
    <Card title="Time saved, net of checking" note="Minutes claimed less minutes of review, correcting and explaining; negative means that AI took longer" busy={isPlaceholderData}>
      {report.rows.length === 0 ? <p className={classes.dimmed}>No time saved is claimed or measured, and no review work is captured in this period.</p> : null}
      {claims.length ? (
        <DataTable
          caption="Time saved by use case, minutes"
          rows={claims}
          rowKey={(row) => row.key ?? "none"}
          columns={[
            { id: "name", header: "Use case", isHeader: true, cell: (row) => row.label },
            { id: "saved", header: "Claimed, min", isNumber: true, cell: (row) => quantity(row.time?.saved) },
            { id: "checking", header: "Review, min", isNumber: true, cell: (row) => quantity(row.time?.checking) },
            { id: "cost", header: "Review cost", isNumber: true, cell: (row) => <MoneyText column amount={row.time?.checking_cost ?? null} currency={report.currency} /> },
            { id: "net", header: "Net, min", isNumber: true, cell: (row) => <Net row={row} /> },
            { id: "why", header: "How it is known", wrap: true, cell: (row) => row.unknown ?? row.time?.comparison ?? "" },
          ]}
        />
      ) : null}
      {trials.length ? (
        <>
          <h3 className={classes.subhead}>Tasks with AI against tasks without</h3>
          <DataTable
            caption="Minutes per task with and without AI"
            rows={trials}
            rowKey={(row) => row.key ?? ""}
            columns={[
              { id: "name", header: "Tasks", isHeader: true, cell: (row) => row.label },
              { id: "with", header: "With AI, min", isNumber: true, cell: (row) => quantity(row.time?.with_ai) },
              { id: "without", header: "Without, min", isNumber: true, cell: (row) => quantity(row.time?.without_ai) },
              { id: "net", header: "Net per task, min", isNumber: true, cell: (row) => <Net row={row} /> },
              { id: "why", header: "How it is known", wrap: true, cell: (row) => row.time?.comparison ?? "" },
            ]}
          />
        </>
      ) : null}
    </Card>
  );
}

function Net({ row }: { row: EconomicsRow }): ReactElement {
  const net = row.time?.net ?? null;
  if (net === null) return <span className={classes.dimmed}>unknown</span>;
  return <span className={sign(net) < 0 ? classes.loss : classes.gain}>{quantity(net)} {sign(net) < 0 ? "lost" : "saved"}</span>;
}
