/** Where a figure comes from: formula, rows, rules, prices, loads, and what is not in it. */
import { Pagination } from "@mantine/core";
import { useState, type ReactElement, type ReactNode } from "react";

import { useExplanation } from "../../api/queries";
import type { Explanation, ExplainRow, Workspace } from "../../api/types";
import { PAGE_SIZE } from "../../api/client";
import { count, counted } from "../../format/count";
import { exactMoney } from "../../format/money";
import { instant } from "../../format/period";
import { DataTable, type Column } from "../../parts/DataTable";
import { EvidenceBar, EvidenceLegend, gradeName } from "../../parts/EvidenceBar";
import { MoneyText } from "../../parts/Figure";
import { Icon } from "../../parts/icons";
import { PageSkeleton, ProblemState } from "../../parts/States";
import { valueLabel } from "../../shell/dimensions";
import { useView } from "../../state/useView";
import type { Explained } from "../../state/view";
import classes from "./explain.module.css";
import { OriginRowsPanel } from "./OriginRows";

type Props = { explained: Explained; workspace: Workspace; onChange: (explained: Explained) => void; titleLevel: 1 | 2 };

export function ExplainBody({ explained, workspace, onChange, titleLevel }: Props): ReactElement {
  const { view } = useView();
  const { data, error, refetch, isPlaceholderData } = useExplanation(explained, view);
  if (error) return <ProblemState error={error} onRetry={() => void refetch()} />;
  if (!data) return <PageSkeleton />;
  const Title = titleLevel === 1 ? "h1" : "h2";
  const level = titleLevel === 1 ? 2 : 3;
  const { cost, currency, basis } = data.figure;
  return (
    <div className={classes.body} aria-busy={isPlaceholderData}>
      <div className={classes.figureHead}>
        <Title className={classes.title}>{data.title}</Title>
        <p className={classes.amount}>{cost === null ? "unknown" : exactMoney(cost, currency)}</p>
        <p className={classes.dimmed}>{basis} cost</p>
      </div>
      {data.adds_up ? null : <p className={classes.warning} role="alert"><Icon name="alert" /> The ledger has moved on since these figures were worked out: the rows below do not add up to the figure. Run <code>spendmap allocate</code>.</p>}
      <Section level={level} title="In words">
        <p className={classes.formula}>{data.formula}</p>
        <EvidenceBar mix={data.by_evidence} total={cost} currency={currency} large />
        <EvidenceLegend mix={data.by_evidence} total={cost} currency={currency} within={explained.where} />
        {data.methods.length > 0 ? (
          <ul className={classes.methods}>
            {data.methods.map((each) => <li key={each.method}><MoneyText amount={each.cost} currency={currency} /> <span>{each.about}, {counted(each.rows, "row")}</span></li>)}
          </ul>
        ) : null}
      </Section>
      <Rows level={level} data={data} explained={explained} workspace={workspace} onChange={onChange} />
      <Section level={level} title="Rules that decided" count={data.rules.length} empty="No rule decided these rows: they carry their category themselves.">
        <DataTable
          caption="Rules that decided these rows"
          rows={data.rules}
          rowKey={(rule) => `${rule.id}/${rule.decides}`}
          columns={[
            { id: "id", header: "Rule", isHeader: true, cell: (rule) => <code>{rule.id}</code> },
            { id: "decides", header: "Decides", cell: (rule) => rule.decides },
            { id: "why", header: "Why", wrap: true, cell: (rule) => <>{rule.why ?? <span className={classes.dimmed}>no reason recorded</span>}{rule.source ? <Source url={rule.source} /> : null}</> },
            { id: "rows", header: "Rows", isNumber: true, cell: (rule) => count(rule.rows) },
            { id: "cost", header: "Cost", isNumber: true, cell: (rule) => <MoneyText column amount={rule.cost} currency={currency} /> },
          ]}
        />
      </Section>
      <Section level={level} title="Prices in force" count={data.prices.length} note={lineageNote(data)} empty="No price was applied: these rows came with their money.">
        <DataTable
          caption="Prices applied"
          rows={data.prices}
          rowKey={(price) => price.price_id}
          columns={[
            { id: "model", header: "Model", isHeader: true, cell: (price) => <span title={price.price_id}>{[price.provider, price.model].filter(Boolean).join(" / ") || price.price_id}</span> },
            { id: "meter", header: "Meter", cell: (price) => price.meter ?? "" },
            { id: "tier", header: "Tier", cell: (price) => price.service_tier ?? "" },
            { id: "unit", header: "Price of one unit", isNumber: true, cell: (price) => (price.list_unit_price === null ? "unknown" : exactMoney(price.list_unit_price, price.currency ?? currency)) },
            { id: "from", header: "In force", cell: (price) => `${day(price.valid_from)} to ${price.valid_to ? day(price.valid_to) : "now"}` },
            { id: "basis", header: "Source", cell: (price) => <>{price.contract ?? price.catalogue ?? price.basis ?? ""}{price.source_url ? <Source url={price.source_url} /> : null}</> },
            { id: "rows", header: "Usage rows", isNumber: true, cell: (price) => count(price.usage_rows) },
          ]}
        />
      </Section>
      <Section level={level} title="Files it was read from" count={data.loads.length} note={lineageNote(data)} empty="No load is recorded behind these rows.">
        <DataTable
          caption="Loads behind this figure"
          rows={data.loads}
          rowKey={(load) => load.load_id}
          columns={[
            { id: "source", header: "Source", isHeader: true, cell: (load) => load.source_name ?? load.load_id },
            { id: "file", header: "File", cell: (load) => load.file_name ?? "" },
            { id: "hash", header: "SHA-256", cell: (load) => (load.file_sha256 ? <code title={load.file_sha256}>{load.file_sha256.slice(0, 12)}…</code> : "") },
            { id: "at", header: "Read", cell: (load) => instant(load.observed_at) },
            { id: "rows", header: "Rows behind", isNumber: true, cell: (load) => count(load.rows_behind) },
          ]}
        />
      </Section>
      <Section level={level} title="Not in here">
        <ul className={classes.list}>{data.not_in_here.map((line) => <li key={line}>{line}</li>)}</ul>
      </Section>
      <Section level={level} title="Which source counts">
        <ul className={`${classes.list} ${classes.plain}`}>{data.precedence.map((line) => <li key={line}>{line}</li>)}</ul>
      </Section>
    </div>
  );
}

function Rows({ level, data, explained, workspace, onChange }: { level: 2 | 3; data: Explanation; explained: Explained; workspace: Workspace; onChange: (explained: Explained) => void }): ReactElement {
  const [opened, setOpened] = useState<string | null>(null);
  const pages = Math.max(1, Math.ceil(data.rows.total / (data.rows.size || PAGE_SIZE)));
  const named = (dimension: string) => (row: ExplainRow) => {
    const value = row[dimension as keyof ExplainRow];
    return typeof value === "string" && value !== "" ? valueLabel(workspace, dimension, value) : <span className={classes.dimmed}>none</span>;
  };
  const column = (dimension: string, header: string): Column<ExplainRow> => ({ id: dimension, header, sortBy: dimension, cell: named(dimension) });
  // A dimension that no row of the page carries says so once, not fifty times.
  const carried = (dimension: keyof ExplainRow, header: string) => (data.rows.items.some((row) => row[dimension] !== null && row[dimension] !== "") ? [column(dimension, header)] : []);
  const columns: Column<ExplainRow>[] = [
    { id: "date", header: "Day", sortBy: "charge_date", isHeader: true, cell: (row) => row.charge_date ?? "undated" },
    { id: "cost", header: "Cost", sortBy: "cost", isNumber: true, cell: (row) => <MoneyText column amount={row.cost} currency={data.figure.currency} /> },
    column("vendor", "Vendor"),
    ...carried("supplier_name", "Supplier"), ...carried("model", "Model"), ...carried("service_name", "Service"), ...carried("use_case", "Use case"), ...carried("tool", "Tool"), ...carried("agent", "Agent"),
    column("department", "Department"), ...carried("cost_center", "Cost centre"), column("owner", "Owner"),
    { id: "evidence", header: "Evidence", sortBy: "evidence", cell: (row) => gradeName(row.evidence ?? "") },
    { id: "method", header: "Method", sortBy: "method", cell: (row) => `${row.method}, ${row.layer}` },
    { id: "source", header: "Source", sortBy: "source_name", cell: (row) => row.source_name },
    { id: "rule", header: "Attributed by", sortBy: "attribution_rule", cell: (row) => row.attribution_rule ?? <span className={classes.dimmed}>none</span> },
    {
      id: "behind", header: "Behind it",
      cell: (row) => (
        <button type="button" className={classes.behind} aria-expanded={opened === row.allocation_id} onClick={() => setOpened(opened === row.allocation_id ? null : row.allocation_id)}>
          {row.usage_rows ? counted(row.usage_rows, "usage row") : `the ${row.origin} row`}
          {row.unpriced_rows ? `, ${count(row.unpriced_rows)} unpriced` : ""}
        </button>
      ),
    },
  ];
  return (
    <Section level={level} title="Contributing rows" count={data.rows.total} empty="No rows contribute to this figure.">
      <DataTable
        caption={`Contributing rows, page ${data.rows.page} of ${pages}`}
        rows={data.rows.items}
        rowKey={(row) => row.allocation_id}
        columns={columns}
        sort={explained.sort}
        onSort={(sort) => onChange({ ...explained, sort, page: 1 })}
        after={(row) => (opened === row.allocation_id ? <tr className={classes.behindRow}><td colSpan={columns.length}><OriginRowsPanel originKey={row.origin_key} /></td></tr> : null)}
      />
      {pages > 1 ? (
        <div className={classes.pages}>
          <Pagination
            size="sm"
            total={pages}
            value={explained.page}
            onChange={(page) => onChange({ ...explained, page })}
            aria-label="Pages of contributing rows"
            getControlProps={(control) => ({ "aria-label": { first: "First page", previous: "Previous page", next: "Next page", last: "Last page" }[control] })}
            getItemProps={(page) => ({ "aria-label": `Page ${page}` })}
          />
          <span className={classes.dimmed}>{counted(data.rows.total, "row")}, {data.rows.size} a page</span>
        </div>
      ) : null}
    </Section>
  );
}

function Section({ level, title, count: many, note, empty, children }: { level: 2 | 3; title: string; count?: number; note?: string; empty?: string; children: ReactNode }): ReactElement {
  const Heading = `h${level}` as const;
  return (
    <section className={classes.section}>
      <Heading className={classes.sectionTitle}>{title}{many === undefined ? null : <span className={classes.count}>{count(many)}</span>}</Heading>
      {note && many ? <p className={classes.dimmed}>{note}</p> : null}
      {many === 0 && empty ? <p className={classes.dimmed}>{empty}</p> : children}
    </section>
  );
}

function Source({ url }: { url: string }): ReactElement {
  return /^https?:\/\//.test(url) ? <a className={classes.source} href={url} target="_blank" rel="noreferrer" aria-label={`Source: ${url}`}><Icon name="open" size={13} /></a> : <span className={classes.dimmed}> ({url})</span>;
}

function lineageNote(data: Explanation): string {
  return data.lineage_of === "page" ? "Of the rows on this page; the figure stands on too many usage rows to list them all." : "";
}

function day(at: string | null): string {
  return at ? at.slice(0, 10) : "ever";
}
