/** Every vendor: money, what it sells us, when it renews. Searched, sorted and paged by the server. */
import { Button } from "@mantine/core";
import { useEffect, useState, type ReactElement } from "react";
import { Link } from "wouter";

import { vendorsDownload } from "../../api/client";
import type { VendorRow, VendorsReport } from "../../api/types";
import { count, counted } from "../../format/count";
import { Card } from "../../parts/Card";
import { DataTable } from "../../parts/DataTable";
import { Delta } from "../../parts/Delta";
import { EvidenceBar } from "../../parts/EvidenceBar";
import { MoneyFigure } from "../../parts/Figure";
import { Icon } from "../../parts/icons";
import { periodLabel } from "../../format/period";
import { figures } from "../../state/figures";
import { useView } from "../../state/useView";
import { useVendorsView } from "./useVendorsView";
import classes from "./vendors.module.css";

const PATIENCE = 250; // ms without a key before the server is asked

export function List({ report, busy }: { report: VendorsReport; busy: boolean }): ReactElement {
  const { view, href } = useView();
  const { state, set } = useVendorsView();
  const [words, setWords] = useState(state.q);
  useEffect(() => setWords(state.q), [state.q]);
  useEffect(() => {
    if (words === state.q) return;
    const timer = window.setTimeout(() => set({ q: words, page: 1 }, { replace: true }), PATIENCE);
    return () => window.clearTimeout(timer);
  }, [words, state.q, set]);
  const { vendors, currency } = report;
  const pages = Math.max(1, Math.ceil(vendors.total / vendors.size));
  const versus = report.compare ? periodLabel(report.compare.label) : "";
  return (
    <Card
      title="Vendors"
      busy={busy}
      note={`${counted(vendors.total, "vendor")}${report.has_money ? `; ${report.basis} cost, ${currency}, ${periodLabel(report.period.label)}` : ""}`}
      aside={
        <>
          <input type="search" className={classes.search} aria-label="Search vendors, tools and products" placeholder="Search vendors and products" value={words} onChange={(event) => setWords(event.target.value)} />
          <a className={classes.export} href={vendorsDownload(state, view)} download><Icon name="download" size={14} /> CSV</a>
        </>
      }
    >
      {vendors.items.length === 0 ? (
        <p className={classes.nothing}>No vendor matches {state.q ? <>“{state.q}”. <Button size="compact-xs" variant="default" onClick={() => set({ q: "", page: 1 })}>Clear the search</Button></> : "these filters."}</p>
      ) : (
        <DataTable
          caption="Vendors"
          rows={vendors.items}
          rowKey={(row) => row.vendor ?? ""}
          sort={state.sort}
          onSort={(sort) => set({ sort, page: 1 })}
          columns={[
            { id: "label", header: "Vendor", sortBy: "label", isHeader: true, cell: (row) => row.vendor === null ? <span className={classes.unknown}>{row.label}</span> : <Link href={href({ explain: null }, `/vendors/${encodeURIComponent(row.vendor)}`)} className={classes.link}>{row.label}</Link> },
            ...(report.has_money
              ? [
                  { id: "cost", header: "Cost", sortBy: "cost", isNumber: true, cell: (row: VendorRow) => <VendorCost row={row} currency={currency} /> },
                  { id: "evidence", header: "Evidence", cell: (row: VendorRow) => row.cost === null ? null : <span className={classes.bar}><EvidenceBar mix={row.by_evidence} total={row.cost} currency={currency} /></span> },
                  { id: "change", header: "Change", sortBy: "change", isNumber: true, cell: (row: VendorRow) => row.cost === null ? null : <Delta now={row.cost} before={row.previous_cost} currency={currency} versus={versus} /> },
                ]
              : []),
            { id: "capabilities", header: "What it does for us", wrap: true, cell: (row) => <span>{row.capabilities.join(", ")}{row.products.length ? <span className={classes.small} title={row.products.join(", ")}>{row.products.slice(0, 3).join(", ")}{row.products.length > 3 ? ` and ${row.products.length - 3} more` : ""}</span> : null}</span> },
            { id: "tools", header: "Tools", sortBy: "tools", isNumber: true, cell: (row) => count(row.tools) },
            { id: "departments", header: "Departments", sortBy: "departments", isNumber: true, cell: (row) => <Known value={row.departments} of="a department" /> },
            { id: "use_cases", header: "Use cases", sortBy: "use_cases", isNumber: true, cell: (row) => <Known value={row.use_cases} of="a use case" /> },
            { id: "notice", header: "Notice by", sortBy: "notice_date", cell: (row) => row.notice_date ?? (row.renewal_date ? `renews ${row.renewal_date}` : "") },
            { id: "findings", header: "Findings", sortBy: "findings", isNumber: true, cell: (row) => row.findings ? count(row.findings) : "" },
          ]}
        />
      )}
      {pages > 1 ? (
        <nav className={classes.pages} aria-label="Pages of vendors">
          <Button size="compact-xs" variant="default" disabled={vendors.page <= 1} onClick={() => set({ page: vendors.page - 1 })}>Earlier</Button>
          <span>Page {vendors.page} of {pages}</span>
          <Button size="compact-xs" variant="default" disabled={vendors.page >= pages} onClick={() => set({ page: vendors.page + 1 })}>Later</Button>
        </nav>
      ) : null}
    </Card>
  );
}

/** A count, or a dash that says why nobody knows it. */
function Known({ value, of }: { value: number | null; of: string }): ReactElement {
  if (value !== null) return <>{count(value)}</>;
  return <span className={classes.unknown} title={`Unknown: no money of the period and no declaration ties ${of} to it`}><span aria-hidden="true">–</span><span className={classes.hidden}>unknown</span></span>;
}

function VendorCost({ row, currency }: { row: VendorRow; currency: string }): ReactElement {
  if (row.cost === null && !row.missing_rows) return <span className={classes.small}>no money captured</span>;
  return <MoneyFigure column name={row.label} amount={row.cost} currency={currency} explains={figures.row({ vendor: row.vendor })} />;
}
