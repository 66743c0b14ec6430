/** Findings: what the review saw, what is at stake, who should decide; each opens beside the list. Narrowed, sorted and paged by the server. */
import { Pagination, Select, TextInput } from "@mantine/core";
import type { ReactElement } from "react";
import { Link } from "wouter";

import { PAGE_SIZE } from "../../api/client";
import { useFindings } from "../../api/queries";
import type { FindingsReport } from "../../api/types";
import { count, counted } from "../../format/count";
import { instant, periodLabel } from "../../format/period";
import { capital } from "../../format/words";
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
import { DEFAULT_SORT, KINDS, STATES, TO_DO, askedOf, countOf, dayLabel } from "./words";

export function FindingsPage(): ReactElement {
  const own = useOwn();
  const { data: report, error, refetch, isPlaceholderData } = useFindings(askedOf(own.first));
  if (error) return <ProblemState level={1} error={error} onRetry={() => void refetch()} />;
  if (!report) return <PageSkeleton />;
  if (report.period === null) return <NotReviewed />;
  return (
    <div className={classes.page} aria-busy={isPlaceholderData}>
      <header className={classes.head}>
        <h1>Findings</h1>
        <p className={classes.dimmed}>What the review of {periodLabel(report.period)} saw; it ran {instant(report.reviewed_at)}. {report.has_figures === false ? "" : "Money at stake is not added up: two findings may be about the same money."}</p>
        {report.has_figures === false ? <p className={classes.alone}><Icon name="info" size={14} /> No figures are published: the register alone was reviewed, and the money at stake is unknown.</p> : null}
      </header>
      <List report={report} />
      <FindingBeside hasFigures={report.has_figures !== false} />
    </div>
  );
}

function List({ report }: { report: FindingsReport }): ReactElement {
  const own = useOwn();
  const { choices } = report;
  const sort = own.first("sort") ?? DEFAULT_SORT;
  const state = own.first("state") ?? TO_DO;
  const owner = own.first("owner");
  const clear = { state: null, kind: null, category: null, owner: null, code: null, q: null, page: null };
  const isNarrowed = Object.keys(clear).some((name) => own.first(name) !== null);
  const narrow = (name: keyof typeof clear, value: string | readonly string[] | null, replace = false) => own.set({ [name]: value, page: null }, { replace });
  const numbered = (kind: readonly string[], of: readonly { value: string | null; count: number }[]) => kind.map((each): [string, string] => [each, `${capital(each)} (${count(countOf(of, [each]))})`]);
  const pages = Math.ceil(report.total / PAGE_SIZE);
  return (
    <Card title={state === TO_DO ? "To do" : state === "all" ? "All findings" : capital(state)} note={`${counted(report.total, "finding")} of ${count(report.all)}`}>
      <div className={classes.filters} role="group" aria-label="Filters">
        <Pick label="State" value={state} fallback={TO_DO} options={[[TO_DO, `To do (${count(countOf(choices.state, ["open", "assigned"]))})`], ...numbered(STATES, choices.state), ["all", `All (${count(report.all)})`]]} onChange={(next) => narrow("state", next)} />
        <Pick label="Kind" value={own.first("kind")} options={numbered(KINDS, choices.kind)} onChange={(next) => narrow("kind", next)} />
        <Pick label="Category" value={own.first("category")} options={choices.category.map(({ value, count: n }): [string, string] => [value ?? "", `${capital((value ?? "").replaceAll("_", " "))} (${count(n)})`])} onChange={(next) => narrow("category", next)} />
        <Pick label="Owner" value={owner === "" ? "-" : owner} options={choices.owner.map(({ value, count: n }): [string, string] => [value ?? "-", `${value ?? "Nobody"} (${count(n)})`])} onChange={(next) => narrow("owner", next === "-" ? [""] : next)} />
        <Pick label="Rule" value={own.first("code")} options={report.rules.filter(({ all }) => all > 0).map((rule): [string, string] => [rule.code, `${rule.code} ${rule.title} (${count(rule.all)})`])} onChange={(next) => narrow("code", next)} wide />
        <TextInput size="xs" label="Words" value={own.first("q") ?? ""} onChange={(event) => narrow("q", event.currentTarget.value || null, true)} />
      </div>
      {report.total === 0 ? (
        <div className={classes.empty}>
          <p>{isNarrowed ? "No finding meets these filters." : "Nothing is left to do: every finding is accepted or done."}</p>
          <Link className={classes.link} href={own.hrefWith(isNarrowed ? clear : { state: "all" })}>{isNarrowed ? "Clear the filters" : "Show all findings"}</Link>
        </div>
      ) : (
        <DataTable
          caption="Findings"
          rows={report.findings}
          rowKey={(row) => row.id}
          sort={sort}
          onSort={(next) => own.set({ sort: next === DEFAULT_SORT ? null : next, page: null }, { replace: true })}
          columns={[
            { id: "money", header: "At stake", isNumber: true, sortBy: "money", cell: (row) => <Stake row={row} hasFigures={report.has_figures !== false} /> },
            { id: "title", header: "Finding", isHeader: true, wrap: true, sortBy: "title", cell: (row) => <FindingLink row={row} /> },
            { id: "kind", header: "Kind", sortBy: "kind", cell: (row) => <span className={classes.kind} data-kind={row.kind}>{capital(row.kind)}</span> },
            { id: "category", header: "Category", cell: (row) => <span className={classes.category}><Dot category={row.category} />{capital(row.category.replaceAll("_", " "))}</span> },
            { id: "owner", header: "Who decides", sortBy: "owner", cell: (row) => row.owner ?? <span className={classes.dimmed}>nobody to ask</span> },
            { id: "due", header: "Due", sortBy: "due", cell: (row) => <span data-late={row.is_overdue || undefined} className={classes.due}>{row.is_overdue ? <Icon name="alert" size={12} /> : null}{dayLabel(row.due)}{row.is_overdue ? " (late)" : ""}</span> },
            { id: "state", header: "State", cell: (row) => <span className={classes.state}>{capital(row.state)}{row.returned ? <span className={classes.dimmed}> (returned)</span> : null}</span> },
          ]}
        />
      )}
      {pages > 1 ? (
        <div className={classes.pager}>
          <Pagination
            size="sm" value={askedOf(own.first).page} total={pages} onChange={(page) => own.set({ page: page === 1 ? null : String(page) })}
            getItemProps={(page) => ({ "aria-label": `Page ${page}` })}
            getControlProps={(control) => ({ "aria-label": control === "previous" ? "Page before" : control === "next" ? "Next page" : control })}
          />
        </div>
      ) : null}
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
