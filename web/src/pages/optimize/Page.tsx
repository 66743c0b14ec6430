/** What could be saved, by whom, until when: plays with their range, and the total of those about different money. */
import { SegmentedControl } from "@mantine/core";
import type { ReactElement, ReactNode } from "react";

import { usePlays } from "../../api/queries";
import type { PlayRow, PlaysReport } from "../../api/types";
import { counted } from "../../format/count";
import { geometry } from "../../format/decimal";
import { columnMoney, compactMoney, exactMoney } from "../../format/money";
import { periodLabel } from "../../format/period";
import { capital } from "../../format/words";
import { Card } from "../../parts/Card";
import { Command } from "../../parts/Command";
import { DataTable } from "../../parts/DataTable";
import { Dot } from "../../parts/Dot";
import { Sheet } from "../../parts/Sheet";
import { PageSkeleton, ProblemState } from "../../parts/States";
import { useParams } from "../../state/useParams";
import { useView } from "../../state/useView";
import classes from "./optimize.module.css";

const KINDS = ["action", "remediation", "negotiation"] as const;
const KIND_WORDS: Record<string, string> = { action: "Change how it is done", remediation: "End a waste", negotiation: "Renegotiate" };
const EFFORT_WORDS: Record<string, string> = { S: "small", M: "medium", L: "large" };
const DEFAULT_SORT = "-likely";

export default function OptimizePage(): ReactElement {
  const params = useParams(["kind", "sort", "play"]);
  const { view } = useView();
  const kind = KINDS.find((each) => each === params.get("kind")) ?? null;
  const sort = params.get("sort") ?? DEFAULT_SORT;
  const { data: report, error, refetch, isPlaceholderData } = usePlays(kind, sort);
  if (error) return <ProblemState level={1} error={error} onRetry={() => void refetch()} />;
  if (!report) return <PageSkeleton />;
  if (report.period == null) {
    return (
      <div className={classes.page}>
        <h1>Optimize</h1>
        <Card title="No plays were worked out yet" note="This page turns findings and usage into savings with a range, an owner and a day.">
          <Command text="spendmap optimize" />
        </Card>
      </div>
    );
  }
  const open = report.plays.find((each) => each.id === params.get("play"));
  return (
    <div className={classes.page}>
      <Head report={report} />
      {view.period && view.period !== report.period ? (
        <Card title={`These plays are of ${periodLabel(report.period)}`} note={`They are worked out for one period at a time. For ${periodLabel(view.period)}:`}>
          <Command text={`spendmap optimize --period ${view.period}`} />
        </Card>
      ) : null}
      <Card
        title={counted(report.total, "play")}
        note="Savings per month. A play marked “same money” is about money that a larger play is about too, so it is not added."
        busy={isPlaceholderData}
        aside={
          <SegmentedControl
            size="xs"
            aria-label="Kind of play"
            value={kind ?? "all"}
            onChange={(value) => params.set({ kind: value === "all" ? null : value })}
            data={[{ value: "all", label: "All" }, ...KINDS.map((value) => ({ value, label: capital(value) }))]}
          />
        }
      >
        <Plays report={report} sort={sort} onSort={(next) => params.set({ sort: next === DEFAULT_SORT ? null : next })} onOpen={(play) => params.set({ play: play.id })} />
      </Card>
      {open ? <Detail play={open} report={report} onClose={() => params.set({ play: null })} onOpen={(id) => params.set({ play: id, kind: null })} /> : null}
    </div>
  );
}

function Head({ report }: { report: PlaysReport }): ReactElement {
  return (
    <section className={classes.head} aria-labelledby="optimize">
      <div>
        <h1 id="optimize">Optimize</h1>
        <p className={classes.dimmed}>What could be saved, who decides, and until when. From {periodLabel(report.period ?? "")}.</p>
      </div>
      {report.totals.map((total) => (
        <div key={total.currency} className={classes.total}>
          <p className={classes.big} title={exactMoney(total.likely, total.currency)}>{compactMoney(total.likely, total.currency)} <span>likely a month</span></p>
          <p>between {compactMoney(total.low, total.currency)} and {compactMoney(total.high, total.currency)}, from {counted(total.added, "play")} about different money</p>
          <p className={classes.dimmed}>{total.overlapping} more share that money, {total.decided} decided, {total.unknown} without a price</p>
        </div>
      ))}
    </section>
  );
}

function Plays({ report, sort, onSort, onOpen }: { report: PlaysReport; sort: string; onSort: (sort: string) => void; onOpen: (play: PlayRow) => void }): ReactElement {
  const most = Math.max(1, ...report.plays.map((play) => geometry(play.high)));
  return (
    <DataTable
      caption={`Plays, ${periodLabel(report.period ?? "")}`}
      rows={report.plays}
      rowKey={(play) => play.id}
      sort={sort}
      onSort={onSort}
      columns={[
        {
          id: "title", header: "Play", sortBy: "title", isHeader: true, wrap: true,
          cell: (play) => (
            <>
              <button type="button" className={classes.open} aria-haspopup="dialog" onClick={() => onOpen(play)}>{play.title}</button>
              <span className={classes.tags}><span><Dot category={play.category} isLens={play.category === "overlap"} /> {play.category.replaceAll("_", " ")}</span><span title={KIND_WORDS[play.kind]}>{play.kind}</span>{mark(play)}</span>
            </>
          ),
        },
        { id: "likely", header: "Likely a month", sortBy: "likely", isNumber: true, cell: (play) => (play.likely == null ? <em className={classes.dimmed}>not priced</em> : <data value={play.likely} title={exactMoney(play.likely, play.currency)}>{columnMoney(play.likely, play.currency)}</data>) },
        { id: "range", header: "Low to high", cell: (play) => <Range play={play} most={most} /> },
        { id: "owner", header: "Who decides", sortBy: "owner", cell: (play) => <>{play.owner ?? <em>nobody named</em>}<span className={classes.role}>{play.role}</span></> },
        { id: "deadline", header: "By", sortBy: "deadline", cell: (play) => (play.deadline ? <span data-late={play.is_overdue || undefined} className={classes.day}>{play.deadline}{play.is_overdue ? " (past)" : ""}</span> : "") },
        { id: "effort", header: "Effort", sortBy: "effort", cell: (play) => <span title={play.effort_why}>{EFFORT_WORDS[play.effort] ?? play.effort}</span> },
      ]}
    />
  );
}

function mark(play: PlayRow): ReactNode {
  if (play.state === "accepted" || play.state === "done" || play.state === "assigned") return <span className={classes.state}>{play.state}</span>;
  return play.likely != null && !play.is_added ? <span className={classes.state}>same money</span> : null;
}

/** Low to high as a bar, likely as a line across it; the words say the same. */
function Range({ play, most }: { play: PlayRow; most: number }): ReactElement {
  if (play.likely == null) return <span className={classes.dimmed}>unknown until terms are known</span>;
  const at = (amount: string | null | undefined) => (geometry(amount) / most) * 100;
  const words = `${compactMoney(play.low ?? "0", play.currency)} to ${compactMoney(play.high ?? play.likely, play.currency)}`;
  return (
    <span className={classes.range}>
      <svg width="100%" height="14" role="img" aria-label={`${words}, likely ${compactMoney(play.likely, play.currency)}`}>
        <rect x="0" y="6" width="100%" height="2" className={classes.ground} />
        <rect x={`${at(play.low)}%`} y="3" width={`${Math.max(0.8, at(play.high) - at(play.low))}%`} height="8" rx="2" className={classes.span} data-apart={!play.is_added || undefined} />
        <rect x={`${Math.min(99, at(play.likely))}%`} y="0" width="2.5" height="14" className={classes.likely} />
      </svg>
      <span className={classes.words}>{words}</span>
    </span>
  );
}

function Detail({ play, report, onClose, onOpen }: { play: PlayRow; report: PlaysReport; onClose: () => void; onOpen: (id: string) => void }): ReactElement {
  const money = (amount: string | null | undefined) => (amount == null ? "unknown" : columnMoney(amount, play.currency));
  return (
    <Sheet name={play.title} closes="Close the play" opened onClose={onClose} size="36rem" position="right" title={<h2>{play.title}</h2>}>
      <div className={classes.detail}>
        <p>{play.story}</p>
        <dl className={classes.facts}>
          <dt>Saving a month</dt><dd><strong>{money(play.likely)}</strong> likely; {money(play.low)} at the low end, {money(play.high)} at the high end ({play.basis} cost, {play.currency})</dd>
          <dt>Money it is about</dt><dd>{money(play.seen)} a month, {play.evidence}</dd>
          <dt>Where the range comes from</dt><dd><ul>{play.assumptions.map((each) => <li key={each}>{each}</li>)}</ul></dd>
          <dt>Held fixed</dt><dd>{play.held_fixed.join("; ")}</dd>
          <dt>Effort</dt><dd>{EFFORT_WORDS[play.effort] ?? play.effort}: {play.effort_why}</dd>
          <dt>Risk</dt><dd>{play.risk}</dd>
          <dt>Who decides</dt><dd>{play.owner ?? "nobody is named"} ({play.role}){play.deadline ? `, by ${play.deadline}` : ""}</dd>
          <dt>State</dt><dd>{play.state}{play.reason ? `: ${play.reason}` : ""}{play.is_added ? "; in the total" : "; not in the total"}</dd>
          {play.overlaps_with.length ? (
            <>
              <dt>Same money as</dt>
              <dd><ul>{play.overlaps_with.map((id) => <li key={id}><button type="button" className={classes.open} onClick={() => onOpen(id)}>{report.plays.find((each) => each.id === id)?.title ?? id}</button></li>)}</ul></dd>
            </>
          ) : null}
          {play.findings.length ? <><dt>From the findings</dt><dd><ul>{play.findings.map((id) => <li key={id}><code>{id}</code></li>)}</ul></dd></> : null}
        </dl>
        <h3>Next</h3>
        {play.next_step.startsWith("spendmap") ? <Command text={play.next_step} /> : <p>{play.next_step}</p>}
      </div>
    </Sheet>
  );
}
