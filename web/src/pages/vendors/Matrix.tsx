/** Capability by product: money, people in common, data risk, controls and the recorded decision. */
import { Button } from "@mantine/core";
import { useState, type ReactElement } from "react";
import { Link } from "wouter";

import type { CapabilityRow, OverlapDecision, ProductCell, VendorsReport } from "../../api/types";
import { count, counted } from "../../format/count";
import { compactMoney } from "../../format/money";
import { DataTable, type Column } from "../../parts/DataTable";
import { EvidenceBar } from "../../parts/EvidenceBar";
import { MoneyFigure, MoneyText } from "../../parts/Figure";
import { Icon } from "../../parts/icons";
import { figures } from "../../state/figures";
import { useView } from "../../state/useView";
import { Controls, Risk, State } from "./Badge";
import { Decide } from "./Decide";
import { useVendorsView } from "./useVendorsView";
import classes from "./vendors.module.css";

const CHIPS = 6;

export function Matrix({ report }: { report: VendorsReport }): ReactElement {
  const { state, set } = useVendorsView();
  const [deciding, setDeciding] = useState<{ subject: string; decision: OverlapDecision } | null>(null);
  const rows = report.capabilities;
  const width = report.has_money ? 7 : 6;
  const columns: Column<CapabilityRow>[] = [
    {
      id: "capability", header: "Capability", isHeader: true,
      cell: (row) => (
        <button type="button" className={classes.expand} aria-expanded={state.open === row.capability} onClick={() => set({ open: state.open === row.capability ? null : row.capability }, { replace: true })} title={row.about}>
          <Icon name={state.open === row.capability ? "chevron" : "right"} size={14} />
          <span>{row.label}<span className={classes.small}>{row.is_overlap ? counted(row.vendors, "vendor") : "one vendor"}</span></span>
        </button>
      ),
    },
    { id: "products", header: "Products", wrap: true, cell: (row) => <Chips row={row} currency={report.currency} /> },
    ...(report.has_money ? [{ id: "cost", header: "Cost", isNumber: true, cell: (row: CapabilityRow) => <Cost row={row} currency={report.currency} /> }] : []),
    { id: "departments", header: "Departments", isNumber: true, cell: (row) => <span title={`${count(row.departments_with_overlap)} have several products`}>{count(row.departments)}{row.departments_with_overlap ? <span className={classes.small}>{count(row.departments_with_overlap)} with several</span> : null}</span> },
    { id: "common", header: "Users in common", cell: (row) => <Common row={row} /> },
    { id: "risk", header: "Data risk", cell: (row) => <WorstRisk row={row} /> },
    { id: "decision", header: "Decision", wrap: true, cell: (row) => <Decision row={row} onDecide={(decision) => setDeciding({ subject: row.label, decision })} /> },
  ];
  return (
    <>
      <DataTable
        caption="Capabilities and the products that serve them"
        rows={rows}
        rowKey={(row) => row.capability}
        columns={columns}
        after={(row) => (state.open === row.capability ? <tr className={classes.open}><td colSpan={width}><Products row={row} report={report} /></td></tr> : null)}
      />
      {deciding ? <Decide subject={deciding.subject} decision={deciding.decision} onClose={() => setDeciding(null)} /> : null}
    </>
  );
}

function Chips({ row, currency }: { row: CapabilityRow; currency: string }): ReactElement {
  const shown = row.products.slice(0, CHIPS);
  const rest = row.products.length - shown.length;
  return (
    <ul className={classes.chips}>
      {shown.map((cell) => (
        <li key={cell.product} data-unregistered={cell.is_registered ? undefined : true}>
          {cell.label}
          <span className={classes.small}>{cell.cost !== null ? compactMoney(cell.cost, currency) : cell.tools.length > 1 ? counted(cell.tools.length, "tool") : ""}{cell.is_registered ? "" : " not registered"}</span>
        </li>
      ))}
      {rest > 0 ? <li className={classes.rest}>and {rest} more</li> : null}
    </ul>
  );
}

function Cost({ row, currency }: { row: CapabilityRow; currency: string }): ReactElement {
  return (
    <span className={classes.cost}>
      <MoneyText column amount={row.cost} currency={currency} />
      {row.cost !== null ? <EvidenceBar mix={row.by_evidence} total={row.cost} currency={currency} /> : null}
      {row.missing_rows ? <span className={classes.small}>{counted(row.missing_rows, "row")} without a cost</span> : null}
    </span>
  );
}

function Common({ row }: { row: CapabilityRow }): ReactElement {
  const known = row.users_in_common.filter((pair) => pair.users !== null);
  if (row.products.length < 2) return <span className={classes.small}>one product</span>;
  if (known.length === 0) return <span className={classes.unknown} title="No captured source names the people who use both of any two of them">not known</span>;
  return (
    <ul className={classes.pairs}>
      {known.map((pair) => <li key={`${pair.one} ${pair.other}`}>{pair.one_label} and {pair.other_label}: <strong>{count(pair.users)}</strong></li>)}
    </ul>
  );
}

function WorstRisk({ row }: { row: CapabilityRow }): ReactElement {
  const above = row.products.filter((cell) => cell.is_above_approved).length;
  const silent = row.products.filter((cell) => cell.data_risk === null).length;
  const stated = [...new Set(row.products.map((cell) => cell.data_risk).filter((risk) => risk !== null))];
  return (
    <span className={classes.stack}>
      <span className={classes.badges}>{stated.length ? stated.map((risk) => <span key={risk} className={classes.badge}>{risk}</span>) : <span className={classes.unknown}>not stated</span>}</span>
      {above ? <span className={classes.badge} data-tone="warn">{above} above approved</span> : null}
      {silent && stated.length ? <span className={classes.small}>{silent} not stated</span> : null}
    </span>
  );
}

function Decision({ row, onDecide }: { row: CapabilityRow; onDecide: (decision: OverlapDecision) => void }): ReactElement {
  const { decision } = row;
  if (!row.is_overlap) return <span className={classes.small}>no overlap</span>;
  if (decision === null) return <span className={classes.small}>Run <code>spendmap review</code> to decide it</span>;
  return (
    <span className={classes.stack}>
      <span className={classes.badges}>
        <State state={decision.state} />
        <Button size="compact-xs" variant="default" onClick={() => onDecide(decision)} aria-label={`Decide: ${row.label}`}>{decision.state === "open" ? "Decide" : "Change"}</Button>
      </span>
      {decision.reason ? <span className={classes.reason}>{decision.reason}</span> : null}
      {decision.until ? <span className={classes.small}>{decision.state === "assigned" ? "due" : "until"} {decision.until}{decision.by ? `, ${decision.by}` : ""}</span> : null}
      {decision.returned ? <span className={classes.small}>It {decision.returned}.</span> : null}
    </span>
  );
}

/** The products of one capability, each with what procurement and security ask about. */
function Products({ row, report }: { row: CapabilityRow; report: VendorsReport }): ReactElement {
  const { href } = useView();
  const money = report.has_money;
  return (
    <div className={classes.inside}>
      <p className={classes.small}>{row.about ? `${row.label}: ${row.about}.` : row.label} {row.users_in_common.some((pair) => pair.users === null) ? "Users in common are known only where usage logs name people." : ""}</p>
      <DataTable
        caption={`Products for ${row.label.toLowerCase()}`}
        rows={row.products}
        rowKey={(cell) => cell.product}
        columns={[
          { id: "product", header: "Product", isHeader: true, cell: (cell) => <Name cell={cell} /> },
          { id: "vendor", header: "Vendor", cell: (cell) => cell.vendor === null ? <span className={classes.unknown}>not known</span> : <Link href={href({ explain: null }, `/vendors/${encodeURIComponent(cell.vendor)}`)} className={classes.link}>{cell.vendor_label}</Link> },
          ...(money ? [{ id: "cost", header: "Cost", isNumber: true, cell: (cell: ProductCell) => <ProductCost cell={cell} currency={report.currency} /> }] : []),
          { id: "departments", header: "Departments", wrap: true, cell: (cell) => cell.departments.length > 4 ? counted(cell.departments.length, "department") : cell.departments.join(", ") || <span className={classes.unknown}>not stated</span> },
          { id: "users", header: "Users", isNumber: true, cell: (cell) => cell.users === null ? <span className={classes.unknown}>not known</span> : count(cell.users) },
          ...(money ? [{ id: "seats", header: "Seats used / bought", isNumber: true, cell: (cell: ProductCell) => cell.seats_bought === null ? <span className={classes.unknown}>not known</span> : `${cell.seats_used === null ? "?" : count(Number(cell.seats_used))} / ${count(Number(cell.seats_bought))}` }] : []),
          { id: "risk", header: "Data risk", cell: (cell) => <Risk data={cell.data_risk} approved={cell.approved_risk} isAbove={cell.is_above_approved} /> },
          { id: "controls", header: "Controls", cell: (cell) => <Controls controls={cell.controls} /> },
          { id: "notice", header: "Notice by", cell: (cell) => cell.notice_date ?? (cell.renewal_date ? `renews ${cell.renewal_date}` : <span className={classes.unknown}>not stated</span>) },
        ]}
      />
    </div>
  );
}

function Name({ cell }: { cell: ProductCell }): ReactElement {
  return (
    <span className={classes.stack}>
      <span>{cell.label}</span>
      {cell.tools.length > 1 ? <span className={classes.small}>{counted(cell.tools.length, "tool")}</span> : null}
      {cell.spellings.length > 1 ? <span className={classes.small} title={cell.spellings.join(", ")}>{cell.spellings.length} spellings</span> : null}
      {cell.is_registered ? null : <span className={classes.badge} data-tone="warn">not registered</span>}
    </span>
  );
}

function ProductCost({ cell, currency }: { cell: ProductCell; currency: string }): ReactElement {
  if (cell.counted_in !== null) return <span className={classes.small}>counted under {cell.counted_in.replaceAll("_", " ")}</span>;
  const tool = cell.tools.length === 1 ? cell.tools[0] : undefined;
  if (cell.cost === null) return <span className={classes.unknown}>no money known</span>;
  if (tool === undefined) return <MoneyText column amount={cell.cost} currency={currency} />;
  return <MoneyFigure column name={cell.label} amount={cell.cost} currency={currency} explains={figures.row({ tool })} />;
}
