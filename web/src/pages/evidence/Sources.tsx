/** Every source: what it covers, who answers for it, how fresh it is, what was read and what was refused. */
import { Fragment, type ReactElement } from "react";

import { useSources } from "../../api/queries";
import type { SharedCalls, SourceRow } from "../../api/types";
import { compactCount, count, counted } from "../../format/count";
import { ratio } from "../../format/decimal";
import { instant, monthLabel } from "../../format/period";
import { percent } from "../../format/share";
import { Card } from "../../parts/Card";
import { Command } from "../../parts/Command";
import { DataTable } from "../../parts/DataTable";
import { PageSkeleton, ProblemState } from "../../parts/States";
import { useParams } from "../../state/useParams";
import classes from "./evidence.module.css";

type Field = "name" | "last_day" | "rows_read" | "rows_quarantined";

export function Sources(): ReactElement {
  const params = useParams(["sort", "source"]);
  const { data: report, error, refetch } = useSources();
  if (error) return <ProblemState error={error} onRetry={() => void refetch()} />;
  if (!report) return <PageSkeleton />;
  if (!report.sources.length) {
    return (
      <Card title="No source is declared yet" note="Say what is read, for whom and since when; then read it.">
        <Command text="spendmap register apply register/" />
        <Command text="spendmap capture" />
      </Card>
    );
  }
  const sort = params.get("sort") ?? "";
  const rows = sorted(report.sources, sort);
  const open = params.get("source");
  return (
    <>
    <Card
      title={counted(report.total, "source")}
      note={`${report.stale ? `${counted(report.stale, "source")} behind the declared refresh` : "None is behind its declared refresh"}; ${counted(report.quarantined, "row")} refused. ${report.notes.join(" ")}`}
    >
      <DataTable
        caption="Sources"
        rows={rows}
        rowKey={(row) => row.id}
        sort={sort}
        onSort={(next) => params.set({ sort: next })}
        columns={[
          { id: "name", header: "Source", sortBy: "name", isHeader: true, wrap: true, cell: (row) => <Name row={row} /> },
          { id: "owner", header: "Owner", cell: (row) => row.owner ?? <em>nobody named</em> },
          { id: "fresh", header: "Data until", sortBy: "last_day", cell: (row) => <Fresh row={row} /> },
          { id: "months", header: "Rows by month", cell: (row) => <Bars row={row} /> },
          { id: "read", header: "Read", sortBy: "rows_read", isNumber: true, cell: (row) => <span title={count(row.rows_read)}>{compactCount(row.rows_read)}</span> },
          { id: "loaded", header: "Loaded", isNumber: true, cell: (row) => <span title={count(row.rows_loaded)}>{compactCount(row.rows_loaded)}</span> },
          { id: "duplicate", header: "Duplicate", isNumber: true, cell: (row) => <span title={count(row.rows_duplicate)}>{compactCount(row.rows_duplicate)}</span> },
          { id: "refused", header: "Refused", sortBy: "rows_quarantined", isNumber: true, cell: (row) => row.quarantine.length
            ? <button type="button" className={classes.link} aria-expanded={open === row.id} aria-label={`${counted(row.rows_quarantined, "refused row")} of ${row.name}`} onClick={() => params.set({ source: open === row.id ? null : row.id })}>{count(row.rows_quarantined)}</button>
            : count(row.rows_quarantined) },
          { id: "files", header: "Files", isNumber: true, cell: (row) => <span title={row.last_load ? `last load ${instant(row.last_load)}` : "never read"}>{count(row.files)}</span> },
        ]}
        after={(row) => (open === row.id ? <tr><td colSpan={9}><Refused row={row} /></td></tr> : <Fragment />)}
      />
    </Card>
    {report.shared.length > 0 ? <Shared pairs={report.shared} /> : null}
    </>
  );
}

const SEEN: Record<string, string> = {
  same: "counts once: the same id",
  declared: "counts once: declared with sees",
  perhaps: "counts twice: alike, not settled",
};

/** Calls that two sources both saw. Each call counts once, by the first of the two, unless nothing settles it. */
function Shared({ pairs }: { pairs: readonly SharedCalls[] }): ReactElement {
  return (
    <Card title="Calls that two sources saw" note="Over the published months. Shares are of all calls and tokens of a source.">
      <DataTable
        caption="Calls that two sources saw"
        rows={[...pairs]}
        rowKey={(row) => `${row.source} ${row.other} ${row.kind}`}
        columns={[
          { id: "source", header: "Counts", isHeader: true, cell: (row) => row.source },
          { id: "other", header: "Saw it too", cell: (row) => row.other },
          { id: "kind", header: "Settled", wrap: true, cell: (row) => <span className={row.kind === "perhaps" ? classes.stale : undefined}>{SEEN[row.kind] ?? row.kind}</span> },
          { id: "calls", header: "Calls", isNumber: true, cell: (row) => <span title={count(row.calls)}>{compactCount(row.calls)}</span> },
          { id: "of_source", header: "Of the first", isNumber: true, cell: (row) => of(row.calls, row.source_calls) },
          { id: "of_other", header: "Of the second", isNumber: true, cell: (row) => of(row.calls, row.other_calls) },
          { id: "tokens", header: "Tokens", isNumber: true, cell: (row) => <span title={count(row.tokens)}>{compactCount(row.tokens)}</span> },
          { id: "tokens_of_source", header: "Of the first", isNumber: true, cell: (row) => of(row.tokens, row.source_tokens) },
          { id: "tokens_of_other", header: "Of the second", isNumber: true, cell: (row) => of(row.tokens, row.other_tokens) },
        ]}
      />
    </Card>
  );
}

function of(part: number, whole: number): string {
  return percent(ratio(String(part), String(whole)), 0);
}

function Name({ row }: { row: SourceRow }): ReactElement {
  return (
    <>
      <span>{row.name}</span> <span className={classes.dimmed}>{row.kind ?? "kind not stated"}{row.is_declared ? "" : ", not declared"}</span>
      <span className={classes.scope}>{row.scope ?? "What it covers is not stated."}</span>
    </>
  );
}

function Fresh({ row }: { row: SourceRow }): ReactElement {
  if (row.last_day == null) return <span className={classes.stale}>never read</span>;
  const refresh = row.refresh ? `refreshed ${row.refresh.split(",")[0] ?? ""}` : "refresh not stated";
  return (
    <>
      <span>{row.last_day}</span>
      <span className={classes.scope} title={row.stale ?? undefined}>{row.is_stale ? <span className={classes.stale}>stale: {counted(row.days_behind ?? 0, "day")} behind</span> : row.refresh ? "in time" : ""}{row.is_stale || row.refresh ? "; " : ""}{refresh}</span>
    </>
  );
}

/** Rows of each month as bars. A month without rows is a hollow mark, never nothing. */
function Bars({ row }: { row: SourceRow }): ReactElement {
  const most = Math.max(1, ...row.months.map((month) => month.rows));
  const held = row.months.filter((month) => month.rows).length;
  const gaps = row.months.filter((month) => !month.rows).map((month) => monthLabel(month.month));
  const words = `${held} of ${counted(row.months.length, "month")} have rows${gaps.length ? `; none in ${gaps.join(", ")}` : ""}`;
  return (
    <svg className={classes.bars} width={row.months.length * 8} height={24} role="img" aria-label={`${row.name}: ${words}`}>
      <title>{words}</title>
      {row.months.map((month, n) => {
        const height = month.rows ? Math.max(2, (month.rows / most) * 22) : 4;
        return <rect key={month.month} x={n * 8 + 0.5} y={23.5 - height} width={6} height={height} data-empty={month.rows === 0 || undefined}><title>{`${monthLabel(month.month)}: ${counted(month.rows, "row")}`}</title></rect>;
      })}
    </svg>
  );
}

function Refused({ row }: { row: SourceRow }): ReactElement {
  return (
    <DataTable
      caption={`Refused rows of ${row.name}`}
      rows={row.quarantine}
      rowKey={(each) => `${each.file}:${each.reason}`}
      columns={[
        { id: "reason", header: "Reason", isHeader: true, wrap: true, cell: (each) => each.reason },
        { id: "rows", header: "Rows", isNumber: true, cell: (each) => count(each.rows) },
        { id: "source", header: "In file", cell: (each) => each.source_file ?? "not stated" },
        { id: "file", header: "Kept in", cell: (each) => <code>{each.file}</code> },
      ]}
    />
  );
}

function sorted(rows: readonly SourceRow[], sort: string): readonly SourceRow[] {
  const field = sort.replace("-", "") as Field;
  if (!["name", "last_day", "rows_read", "rows_quarantined"].includes(field)) return rows;
  const falling = sort.startsWith("-") ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [a[field] ?? "", b[field] ?? ""];
    return falling * (typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y)));
  });
}
