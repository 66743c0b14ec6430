/** Overlap by department: the products each has several of, and what was decided about it. */
import { Button } from "@mantine/core";
import { useState, type ReactElement } from "react";

import type { DepartmentRow, OverlapDecision, VendorsReport } from "../../api/types";
import { count } from "../../format/count";
import { DataTable } from "../../parts/DataTable";
import { MoneyText } from "../../parts/Figure";
import { State } from "./Badge";
import { Decide } from "./Decide";
import classes from "./vendors.module.css";

const NAMED = 6;
type Deciding = { subject: string; decision: OverlapDecision };

export function Departments({ report }: { report: VendorsReport }): ReactElement {
  const [deciding, setDeciding] = useState<Deciding | null>(null);
  return (
    <>
      <DataTable
        caption="Departments and the products they have several of"
        rows={report.departments}
        rowKey={(row) => row.department}
        columns={[
          { id: "department", header: "Department", isHeader: true, wrap: true, cell: (row) => row.label },
          { id: "overlaps", header: "Overlaps", isNumber: true, cell: (row) => count(row.overlaps) },
          { id: "products", header: "Products", isNumber: true, cell: (row) => count(row.products) },
          { id: "vendors", header: "Vendors", isNumber: true, cell: (row) => count(row.vendors) },
          ...(report.has_money ? [{ id: "cost", header: "Cost", isNumber: true, cell: (row: DepartmentRow) => <MoneyText column amount={row.cost} currency={report.currency} /> }] : []),
          { id: "several", header: "Several products for", wrap: true, cell: (row) => <Several row={row} onDecide={setDeciding} /> },
        ]}
      />
      {deciding ? <Decide subject={deciding.subject} decision={deciding.decision} onClose={() => setDeciding(null)} /> : null}
    </>
  );
}

function Several({ row, onDecide }: { row: DepartmentRow; onDecide: (deciding: Deciding) => void }): ReactElement {
  const overlapping = row.capabilities.filter((each) => each.is_overlap);
  if (overlapping.length === 0) return <span className={classes.small}>nothing</span>;
  return (
    <ul className={classes.several}>
      {overlapping.map(({ capability, label, products, decision }) => (
        <li key={capability}>
          <strong>{label}</strong> <span title={products.map((product) => product.label).join(", ")}>{products.slice(0, NAMED).map((product) => product.label).join(", ")}{products.length > NAMED ? ` and ${products.length - NAMED} more` : ""}</span>{" "}
          {decision ? <><State state={decision.state} /> <Button size="compact-xs" variant="default" onClick={() => onDecide({ subject: `${label} in ${row.label}`, decision })} aria-label={`Decide: ${label} in ${row.label}`}>{decision.state === "open" ? "Decide" : "Change"}</Button></> : null}
          {decision?.reason ? <span className={classes.reason}> {decision.reason}{decision.until ? `, until ${decision.until}` : ""}</span> : null}
        </li>
      ))}
    </ul>
  );
}
