/** The accounts that lose most: revenue less fully loaded cost, the heaviest flat accounts among them. */
import type { ReactElement } from "react";

import { useEconomics } from "../../api/queries";
import { Card } from "../../parts/Card";
import { DataTable } from "../../parts/DataTable";
import { MoneyText } from "../../parts/Figure";
import { ProblemState } from "../../parts/States";
import { useView } from "../../state/useView";
import classes from "./economics.module.css";
import { Margin } from "./Plans";

const SHOWN = 10;

export function Accounts(): ReactElement | null {
  const { view } = useView();
  const { data: report, error, refetch, isPlaceholderData } = useEconomics(view, "customer", { sort: "margin", size: SHOWN });
  if (error) return <ProblemState error={error} onRetry={() => void refetch()} />;
  if (!report) return null;
  const rows = report.rows.filter((row) => row.key !== null && row.margin !== null);
  return (
    <Card title="Accounts that lose most" note="Revenue of the account less its fully loaded cost; the rows of all accounts are under Customer below" busy={isPlaceholderData}>
      {rows.length === 0 ? (
        <p className={classes.dimmed}>No account has both a cost and revenue in this period.</p>
      ) : (
        <DataTable
          caption="Accounts that lose most"
          rows={rows}
          rowKey={(row) => row.key ?? ""}
          columns={[
            { id: "account", header: "Account", isHeader: true, cell: (row) => row.label },
            { id: "plan", header: "Plan", cell: (row) => (row.plan ? `${row.plan}${row.pricing && row.pricing !== row.plan ? ` (${row.pricing})` : ""}` : "unknown") },
            { id: "segment", header: "Segment", cell: (row) => row.segment ?? "unknown" },
            { id: "revenue", header: "Revenue", isNumber: true, cell: (row) => <MoneyText column amount={row.revenue ?? null} currency={report.currency} /> },
            { id: "calls", header: "Model calls", isNumber: true, cell: (row) => <MoneyText column amount={row.layers["inference"] ?? null} currency={report.currency} /> },
            { id: "cost", header: "Cost", isNumber: true, cell: (row) => <MoneyText column amount={row.cost} currency={report.currency} /> },
            { id: "margin", header: "Left", isNumber: true, cell: (row) => <Margin row={row} currency={report.currency} /> },
          ]}
        />
      )}
    </Card>
  );
}
