/** Findings: what the review saw, what is at stake, who should decide; each opens beside the list. */
import { Select, TextInput } from "@mantine/core";
import type { ReactElement } from "react";
import { Link } from "wouter";

import { useFindings } from "../../api/queries";
import type { FindingsReport } from "../../api/types";
import { counted } from "../../format/count";
import { instant, periodLabel } from "../../format/period";
import { Card } from "../../parts/Card";
import { Command } from "../../parts/Command";
import { DataTable } from "../../parts/DataTable";
import { Dot } from "../../parts/Dot";
import { Icon } from "../../parts/icons";
import { PageSkeleton, ProblemState } from "../../parts/States";
import { useOwn } from "../../state/useOwn";
import { FindingBeside, FindingLink } from "./Beside";
import classes from "./findings.module.css";
import { Stake } from "./Stake";
import { KINDS, STATES, TO_DO, capital, counts, dayLabel, narrowFindings, sortFindings, type Asked } from "./words";

const DEFAULT_SORT = "-money";

export function FindingsPage(): ReactElement {
  const { data: report, error, refetch } = useFindings();
  if (error) return <ProblemState level={1} error={error} onRetry={() => void refetch()} />;
  if (!report) return <PageSkeleton />;
  if (report.period === null) return <NotReviewed />;
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <h1>Findings</h1>
        <p className={classes.dimmed}>What the review of {periodLabel(report.period)} saw; it ran {instant(report.reviewed_at)}. Money at stake is not added up: two findings may be about the same money.</p>
      </header>
      <List report={report} />
      <FindingBeside findings={report.findings} />
    </div>
  );
}

function List({ report }: { report: FindingsReport }): ReactElement {
  const own = useOwn();
  const asked: Asked = { state: own.first("state") ?? TO_DO, kind: own.first("kind"), category: own.first("category"), owner: own.first("owner"), code: own.first("code"), text: own.first("q") ?? "" };
  const sort = own.first("sort") ?? DEFAULT_SORT;
  const currency = report.findings.find((each) => each.currency)?.currency ?? "";
  const rows = sortFindings(narrowFindings(report.findings, asked), sort, currency);
  const clear = { state: null, kind: null, category: null, owner: null, code: null, q: null };
  const isNarrowed = Object.keys(clear).some((name) => own.first(name) !== null);
  const openOnes = report.findings.filter(({ state }) => state === "open" || state === "assigned");
  return (
    <Card title={asked.state === TO_DO ? "To do" : asked.state === "all" ? "All findings" : capital(asked.state)} note={`${counted(rows.length, "finding")} of ${report.findings.length}`}>
      <div className={classes.filters} role="group" aria-label="Filters">
        <Pick label="State" value={asked.state} fallback={TO_DO} options={[[TO_DO, `To do (${openOnes.length})`], ...STATES.map((state): [string, string] => [state, `${capital(state)} (${report.findings.filter((row) => row.state === state).length})`]), ["all", `All (${report.findings.length})`]]} onChange={(state) => own.set({ state })} />
        <Pick label="Kind" value={asked.kind} options={KINDS.map((kind): [string, string] => [kind, `${capital(kind)} (${report.findings.filter((row) => row.kind === kind).length})`])} onChange={(kind) => own.set({ kind })} />
        <Pick label="Category" value={asked.category} options={counts(report.findings, ({ category }) => category).map(([value, n]): [string, string] => [value, `${capital(value.replaceAll("_", " "))} (${n})`])} onChange={(category) => own.set({ category })} />
        <Pick label="Owner" value={asked.owner === "" ? "-" : asked.owner} options={counts(report.findings, ({ owner }) => owner ?? "").map(([value, n]): [string, string] => [value || "-", `${value || "Nobody"} (${n})`])} onChange={(owner) => own.set({ owner: owner === "-" ? [""] : owner })} />
        <Pick label="Rule" value={asked.code} options={report.rules.filter(({ all }) => all > 0).map((rule): [string, string] => [rule.code, `${rule.code} ${rule.title} (${rule.all})`])} onChange={(code) => own.set({ code })} wide />
        <TextInput size="xs" label="Words" value={asked.text} onChange={(event) => own.set({ q: event.currentTarget.value || null }, { replace: true })} />
      </div>
      {rows.length === 0 ? (
        <div className={classes.empty}>
          <p>{isNarrowed ? "No finding meets these filters." : "Nothing is left to do: every finding is accepted or done."}</p>
          <Link className={classes.link} href={own.hrefWith(isNarrowed ? clear : { state: "all" })}>{isNarrowed ? "Clear the filters" : "Show all findings"}</Link>
        </div>
      ) : (
        <DataTable
          caption="Findings"
          rows={rows}
          rowKey={(row) => row.id}
          sort={sort}
          onSort={(next) => own.set({ sort: next === DEFAULT_SORT ? null : next }, { replace: true })}
          columns={[
            { id: "money", header: "At stake", isNumber: true, sortBy: "money", cell: (row) => <Stake row={row} /> },
            { id: "title", header: "Finding", isHeader: true, wrap: true, sortBy: "title", cell: (row) => <FindingLink row={row} /> },
            { id: "kind", header: "Kind", sortBy: "kind", cell: (row) => <span className={classes.kind} data-kind={row.kind}>{capital(row.kind)}</span> },
            { id: "category", header: "Category", cell: (row) => <span className={classes.category}><Dot category={row.category} />{capital(row.category.replaceAll("_", " "))}</span> },
            { id: "owner", header: "Who decides", sortBy: "owner", cell: (row) => row.owner ?? <span className={classes.dimmed}>nobody to ask</span> },
            { id: "due", header: "Due", sortBy: "due", cell: (row) => <span data-late={row.is_overdue || undefined} className={classes.due}>{row.is_overdue ? <Icon name="alert" size={12} /> : null}{dayLabel(row.due)}{row.is_overdue ? " (late)" : ""}</span> },
            { id: "state", header: "State", cell: (row) => <span className={classes.state}>{capital(row.state)}{row.returned ? <span className={classes.dimmed}> (returned)</span> : null}</span> },
          ]}
        />
      )}
    </Card>
  );
}

function Pick({ label, value, options, onChange, fallback, wide = false }: { label: string; value: string | null; options: readonly (readonly [string, string])[]; onChange: (value: string | null) => void; fallback?: string; wide?: boolean }): ReactElement {
  return (
    <Select
      size="xs"
      className={wide ? classes.wide : undefined}
      label={label}
      placeholder="Any"
      data={options.map(([each, words]) => ({ value: each, label: words }))}
      value={value}
      onChange={(next) => onChange(next === fallback ? null : next)}
      clearable={fallback === undefined}
      allowDeselect={fallback === undefined}
      clearButtonProps={{ "aria-label": `Clear ${label}` }}
      comboboxProps={{ withinPortal: true, width: "max-content", position: "bottom-start" }}
    />
  );
}

function NotReviewed(): ReactElement {
  return (
    <section className={classes.blank}>
      <h1>Nothing was reviewed yet</h1>
      <p className={classes.dimmed}>The review looks for money without an owner, tools nobody uses, agents without controls, contracts about to renew and what is paid twice.</p>
      <Command text="spendmap review" />
    </section>
  );
}
