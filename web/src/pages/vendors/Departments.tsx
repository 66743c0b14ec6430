/** Overlap by department: what each has several products for; a row opens the products and what was decided. */
import { Button } from "@mantine/core";
import { useState, type ReactElement } from "react";

import type { DepartmentRow, OverlapDecision, VendorsReport } from "../../api/types";
import { count, counted } from "../../format/count";
import { DataTable } from "../../parts/DataTable";
import { MoneyText } from "../../parts/Figure";
import { Icon } from "../../parts/icons";
import { State } from "./Badge";
import { Decide } from "./Decide";
import { useVendorsView } from "./useVendorsView";
import classes from "./vendors.module.css";

const NAMED = 6;
type Deciding = { subject: string; decision: OverlapDecision };

export function Departments({ report }: { report: VendorsReport }): ReactElement {
  const { state, set } = useVendorsView();
  const [deciding, setDeciding] = useState<Deciding | null>(null);
  return (
    <>
      <DataTable
        caption="Departments and the products they have several of"
        rows={report.departments}
        rowKey={(row) => row.department}
        columns={[
          {
            id: "department", header: "Department", isHeader: true, wrap: true,
            cell: (row) => row.overlaps === 0 ? row.label : (
              <button type="button" className={classes.expand} aria-expanded={state.open === row.department} onClick={() => set({ open: state.open === row.department ? null : row.department }, { replace: true })}>
                <Icon name={state.open === row.department ? "chevron" : "right"} size={14} />
                <span>{row.label}</span>
              </button>
            ),
          },
          { id: "overlaps", header: "Overlaps", isNumber: true, cell: (row) => count(row.overlaps) },
          { id: "several", header: "Several products for", wrap: true, cell: (row) => <Names row={row} /> },
          { id: "products", header: "Products", isNumber: true, cell: (row) => count(row.products) },
          { id: "vendors", header: "Vendors", isNumber: true, cell: (row) => count(row.vendors) },
          ...(report.has_money ? [{ id: "cost", header: "Cost", isNumber: true, cell: (row: DepartmentRow) => <MoneyText column amount={row.cost} currency={report.currency} /> }] : []),
        ]}
        after={(row) => (state.open === row.department ? <tr className={classes.open}><td colSpan={report.has_money ? 6 : 5}><Several row={row} onDecide={setDeciding} /></td></tr> : null)}
      />
      {deciding ? <Decide subject={deciding.subject} decision={deciding.decision} onClose={() => setDeciding(null)} /> : null}
    </>
  );
}

function overlaps(row: DepartmentRow) {
  return row.capabilities.filter((each) => each.is_overlap);
}

function Names({ row }: { row: DepartmentRow }): ReactElement {
  const several = overlaps(row);
  const decided = several.filter(({ decision }) => decision !== null && decision.state !== "open").length;
  if (several.length === 0) return <span className={classes.small}>nothing</span>;
  return (
    <span className={classes.stack}>
      <span>{several.map(({ label }) => label).join(", ")}</span>
      {decided ? <span className={classes.small}>{counted(decided, "decision")} recorded</span> : null}
    </span>
  );
}

function Several({ row, onDecide }: { row: DepartmentRow; onDecide: (deciding: Deciding) => void }): ReactElement {
  return (
    <div className={classes.inside}>
      <ul className={classes.several} aria-label={`What ${row.label} has several products for`}>
        {overlaps(row).map(({ capability, label, products, decision }) => (
          <li key={capability}>
            <strong>{label}</strong>{" "}
            <span title={products.map((product) => product.label).join(", ")}>{products.slice(0, NAMED).map((product) => product.label).join(", ")}{products.length > NAMED ? ` and ${products.length - NAMED} more` : ""}</span>{" "}
            {decision ? (
              <span className={classes.together}>
                <State state={decision.state} />
                <Button size="compact-xs" variant="default" onClick={() => onDecide({ subject: `${label} in ${row.label}`, decision })} aria-label={`Decide: ${label} in ${row.label}`}>{decision.state === "open" ? "Decide" : "Change"}</Button>
              </span>
            ) : null}
            {decision?.reason ? <span className={classes.reason}> {decision.reason}{decision.until ? `, until ${decision.until}` : ""}</span> : null}
          </li>
        ))}
      </ul>
    </div>
  );
}
