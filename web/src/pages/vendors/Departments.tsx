/** Overlap by department: the products each has several of. */
import type { ReactElement } from "react";

import type { DepartmentRow, VendorsReport } from "../../api/types";
import { count } from "../../format/count";
import { DataTable } from "../../parts/DataTable";
import { MoneyText } from "../../parts/Figure";
import { State } from "./Badge";
import classes from "./vendors.module.css";

export function Departments({ report }: { report: VendorsReport }): ReactElement {
  return (
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
        { id: "several", header: "Several products for", wrap: true, cell: (row) => <Several row={row} /> },
      ]}
    />
  );
}

function Several({ row }: { row: DepartmentRow }): ReactElement {
  const overlapping = row.capabilities.filter((each) => each.is_overlap);
  if (overlapping.length === 0) return <span className={classes.small}>nothing</span>;
  return (
    <ul className={classes.several}>
      {overlapping.map((each) => (
        <li key={each.capability}>
          <strong>{each.label}</strong> {each.products.map((product) => product.label).join(", ")} {each.decision ? <State state={each.decision.state} /> : null}
        </li>
      ))}
    </ul>
  );
}
