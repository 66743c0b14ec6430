/** One vendor: money by month, accounts, tools, models, contracts, findings, and who else does the same. */
import type { ReactElement } from "react";
import { Link } from "wouter";

import { useVendor } from "../../api/queries";
import type { VendorDetail } from "../../api/types";
import { counted } from "../../format/count";
import { compactMoney, exactMoney } from "../../format/money";
import { monthLabel, periodLabel } from "../../format/period";
import { Card } from "../../parts/Card";
import { DataTable } from "../../parts/DataTable";
import { Delta } from "../../parts/Delta";
import { EvidenceBar, EvidenceLegend } from "../../parts/EvidenceBar";
import { Figure, MoneyFigure, MoneyText } from "../../parts/Figure";
import { Icon } from "../../parts/icons";
import { Sparkline } from "../../parts/Sparkline";
import { PageSkeleton, ProblemState } from "../../parts/States";
import { figures } from "../../state/figures";
import { useView } from "../../state/useView";
import { FindingBeside, FindingLink, Standing } from "../findings/Beside";
import { dayLabel } from "../findings/words";
import { Risk } from "./Badge";
import classes from "./vendors.module.css";

const FIRST_FINDINGS = 20; // a vendor of a hundred tools has hundreds

export default function VendorPage({ id }: { id: string }): ReactElement {
  const { view } = useView();
  const { data: detail, error, refetch, isPlaceholderData } = useVendor(id, view);
  if (error) return <ProblemState level={1} error={error} onRetry={() => void refetch()} />;
  if (!detail) return <PageSkeleton />;
  return (
    <div className={classes.page} aria-busy={isPlaceholderData}>
      <Head detail={detail} />
      <Tools detail={detail} />
      <UseCases detail={detail} />
      <Money detail={detail} />
      <Contracts detail={detail} />
      <Findings detail={detail} />
      <Alternatives detail={detail} />
    </div>
  );
}

function Head({ detail }: { detail: VendorDetail }): ReactElement {
  const { href } = useView();
  const versus = detail.compare ? periodLabel(detail.compare.label) : "";
  return (
    <section className={classes.head} aria-labelledby="vendor">
      <nav aria-label="Back" className={classes.crumbs}><Link href={href({ explain: null }, "/vendors")}><Icon name="left" size={14} /> Vendors</Link></nav>
      <div className={classes.headRow}>
        <div>
          <h1 id="vendor">{detail.label}</h1>
          <p className={classes.about}>{detail.owner ? `Owner: ${detail.owner}. ` : "No owner is declared for the vendor. "}{detail.use_cases ? `${counted(detail.use_cases, "use case")}. ` : ""}{detail.website ?? ""}</p>
        </div>
        {detail.cost !== null || detail.missing_rows ? (
          <div className={classes.amount}>
            {detail.cost === null ? <span className={classes.unknown}>unknown</span> : <Figure name={`${detail.label}, ${periodLabel(detail.period.label)}`} explains={figures.row({ vendor: detail.vendor })} title={exactMoney(detail.cost, detail.currency)}>{compactMoney(detail.cost, detail.currency)}</Figure>}
            {detail.cost !== null && detail.compare ? <p><Delta now={detail.cost} before={detail.previous_cost} currency={detail.currency} versus={versus} /> <span className={classes.small}>against {versus}</span></p> : null}
            <p className={classes.small}>{detail.basis} cost, {periodLabel(detail.period.label)}</p>
            <Sparkline series={detail.months} colour="var(--sm-accent)" name={`${detail.label} by month`} currency={detail.currency} />
          </div>
        ) : <p className={classes.about}>No AI money is captured for {periodLabel(detail.period.label)}.</p>}
      </div>
      {detail.cost !== null ? (
        <div className={classes.mix}>
          <EvidenceBar mix={detail.by_evidence} total={detail.cost} currency={detail.currency} large />
          <EvidenceLegend mix={detail.by_evidence} total={detail.cost} currency={detail.currency} within={{ vendor: [detail.vendor] }} />
        </div>
      ) : null}
    </section>
  );
}

function Tools({ detail }: { detail: VendorDetail }): ReactElement | null {
  if (detail.tools.length === 0) return null;
  return (
    <Card title="Tools" note={counted(detail.tools.length, "tool")}>
      <DataTable
        caption={`Tools of ${detail.label}`}
        rows={detail.tools}
        rowKey={(tool) => tool.tool ?? ""}
        columns={[
          { id: "label", header: "Tool", isHeader: true, cell: (tool) => <span className={classes.stack}><span>{tool.label}</span>{tool.tool === null ? <span className={classes.badge} data-tone="warn">not registered</span> : null}{tool.spellings.length > 1 ? <span className={classes.small}>written {tool.spellings.join(", ")}</span> : null}</span>, wrap: true },
          { id: "capabilities", header: "Does", wrap: true, cell: (tool) => tool.capabilities.join(", ") || <span className={classes.unknown}>not stated</span> },
          { id: "cost", header: "Cost", isNumber: true, cell: (tool) => tool.cost === null || tool.tool === null ? <MoneyText column amount={tool.cost} currency={detail.currency} /> : <MoneyFigure column name={tool.label} amount={tool.cost} currency={detail.currency} explains={figures.row({ tool: tool.tool })} /> },
          { id: "departments", header: "Departments", wrap: true, cell: (tool) => tool.departments.join(", ") || <span className={classes.unknown}>not stated</span> },
          { id: "owner", header: "Owner", cell: (tool) => tool.owner ?? <span className={classes.unknown}>nobody</span> },
          { id: "risk", header: "Data risk", cell: (tool) => <Risk data={tool.data_risk} approved={tool.approved_risk} isAbove={tool.is_above_approved} /> },
          { id: "renews", header: "Renews", cell: (tool) => tool.renewal_date ?? <span className={classes.unknown}>not stated</span> },
          { id: "notice", header: "Notice by", cell: (tool) => tool.notice_date ?? <span className={classes.unknown}>not stated</span> },
        ]}
      />
    </Card>
  );
}

/** What the vendor's money is for; what carries no use case stands last, so that the lines add up to its cost. */
function UseCases({ detail }: { detail: VendorDetail }): ReactElement | null {
  const { href } = useView();
  if (detail.by_use_case.length === 0) return null;
  return (
    <Card title="Use cases" note={`${detail.basis} cost of this vendor, ${periodLabel(detail.period.label)}`}>
      <DataTable
        caption={`Use cases of ${detail.label}`}
        rows={detail.by_use_case}
        rowKey={(row) => row.use_case ?? ""}
        columns={[
          { id: "label", header: "Use case", isHeader: true, wrap: true, cell: (row) => row.use_case === null ? <span className={classes.unknown}>{row.label}</span> : <Link className={classes.link} href={href({ explain: null }, `/use-cases/${encodeURIComponent(row.use_case)}`)}>{row.label}</Link> },
          { id: "cost", header: "Cost", isNumber: true, cell: (row) => row.cost === null && !row.missing_rows ? <span className={classes.small}>no money captured</span> : <MoneyFigure column name={`${row.label}, ${detail.label}`} amount={row.cost} currency={detail.currency} explains={figures.row({ vendor: detail.vendor, use_case: row.use_case })} /> },
          ...(detail.by_use_case.some((row) => row.is_declared) ? [{ id: "known", header: "Known from", cell: (row: VendorDetail["by_use_case"][number]) => [row.cost !== null || row.missing_rows ? "its money" : "", row.is_declared ? "the register" : ""].filter(Boolean).join(" and ") }] : []),
        ]}
      />
    </Card>
  );
}

function Money({ detail }: { detail: VendorDetail }): ReactElement | null {
  if (detail.months.every((month) => month.cost === null)) return null;
  const named = [{ title: "Accounts", rows: detail.accounts, dimension: "vendor_account" }, { title: "Models", rows: detail.models, dimension: "model" }];
  return (
    <div className={classes.columns}>
      <Card title="Money by month" note={`${detail.basis} cost, ${detail.currency}`}>
        <DataTable
          caption={`${detail.label} by month`}
          rows={[...detail.months].reverse().filter((month) => month.cost !== null)}
          rowKey={(month) => month.month}
          columns={[
            { id: "month", header: "Month", isHeader: true, cell: (month) => monthLabel(month.month) },
            { id: "cost", header: "Cost", isNumber: true, cell: (month) => <MoneyText column amount={month.cost} currency={detail.currency} /> },
          ]}
        />
      </Card>
      {named.map(({ title, rows, dimension }) => rows.every((row) => row.id === null) ? null : (
        <Card key={dimension} title={title} note={periodLabel(detail.period.label)}>
          <DataTable
            caption={`${title} of ${detail.label}`}
            rows={rows}
            rowKey={(row) => row.id ?? ""}
            columns={[
              { id: "label", header: title.slice(0, -1), isHeader: true, cell: (row) => row.label, wrap: true },
              { id: "cost", header: "Cost", isNumber: true, cell: (row) => <MoneyFigure column name={row.label} amount={row.cost} currency={detail.currency} explains={figures.row({ vendor: detail.vendor, [dimension]: row.id })} /> },
            ]}
          />
        </Card>
      ))}
    </div>
  );
}

function Contracts({ detail }: { detail: VendorDetail }): ReactElement | null {
  if (detail.contracts.length === 0) return null;
  return (
    <Card title="Contracts" note={counted(detail.contracts.length, "contract")}>
      <DataTable
        caption={`Contracts with ${detail.label}`}
        rows={detail.contracts}
        rowKey={(contract) => contract.contract}
        columns={[
          { id: "label", header: "Contract", isHeader: true, cell: (contract) => contract.label },
          { id: "owner", header: "Owner", cell: (contract) => contract.owner ?? <span className={classes.unknown}>nobody</span> },
          { id: "commitment", header: "Commitment over the term", isNumber: true, cell: (contract) => contract.commitment === null ? <span className={classes.unknown}>not stated</span> : <MoneyText column amount={contract.commitment} currency={contract.currency ?? detail.currency} /> },
          { id: "renews", header: "Renews", cell: (contract) => contract.renewal_date ?? <span className={classes.unknown}>not stated</span> },
          { id: "notice", header: "Notice by", cell: (contract) => contract.notice_date ?? <span className={classes.unknown}>not stated</span> },
          { id: "auto", header: "Renews by itself", cell: (contract) => contract.auto_renews === null ? <span className={classes.unknown}>not stated</span> : contract.auto_renews ? "yes" : "no" },
          { id: "position", header: "Position", wrap: true, cell: (contract) => contract.position ?? "" },
        ]}
      />
    </Card>
  );
}

function Findings({ detail }: { detail: VendorDetail }): ReactElement | null {
  const { href } = useView();
  if (detail.findings.length === 0) return null;
  const more = detail.findings.length - FIRST_FINDINGS;
  return (
    <Card title="Findings" note={more > 0 ? `The ${FIRST_FINDINGS} most urgent of ${counted(detail.findings.length, "finding")}` : counted(detail.findings.length, "finding")} aside={more > 0 ? <Link href={href({ explain: null }, "/findings")} className={classes.link}>All findings</Link> : null}>
      <DataTable
        caption={`Findings about ${detail.label}`}
        rows={detail.findings.slice(0, FIRST_FINDINGS)}
        rowKey={(finding) => finding.id}
        columns={[
          { id: "title", header: "Finding", isHeader: true, wrap: true, cell: (finding) => <FindingLink row={finding} /> },
          { id: "kind", header: "Kind", cell: (finding) => finding.kind },
          { id: "state", header: "State", wrap: true, cell: (finding) => <Standing row={finding} /> },
          { id: "owner", header: "Who decides", cell: (finding) => finding.owner ?? <span className={classes.unknown}>nobody</span> },
          { id: "due", header: "Due", cell: (finding) => `${dayLabel(finding.due)}${finding.is_overdue ? " (late)" : ""}` },
          { id: "next", header: "Next step", wrap: true, cell: (finding) => finding.next_step },
        ]}
      />
      <FindingBeside />
    </Card>
  );
}

function Alternatives({ detail }: { detail: VendorDetail }): ReactElement {
  const { href } = useView();
  return (
    <Card title="Who else does the same for us" note="Vendors of tools with a capability in common">
      {detail.alternatives.length === 0 ? <p className={classes.nothing}>No other vendor we know serves a capability of this one.</p> : (
        <DataTable
          caption={`Alternatives to ${detail.label}`}
          rows={detail.alternatives}
          rowKey={(other) => other.vendor ?? other.label}
          columns={[
            { id: "label", header: "Vendor", isHeader: true, cell: (other) => other.vendor === null ? other.label : <Link className={classes.link} href={href({ explain: null }, `/vendors/${encodeURIComponent(other.vendor)}`)}>{other.label}</Link> },
            { id: "capabilities", header: "In common", wrap: true, cell: (other) => other.capabilities.join(", ") },
            { id: "products", header: "Products", wrap: true, cell: (other) => other.products.join(", ") },
            { id: "cost", header: "Cost", isNumber: true, cell: (other) => <MoneyText column amount={other.cost} currency={detail.currency} /> },
          ]}
        />
      )}
    </Card>
  );
}
