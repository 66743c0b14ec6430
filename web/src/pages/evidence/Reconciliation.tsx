/** Vendor accounts by month: does the meter tie to the bill, and the bill to the payment; the chosen one as a bridge. */
import type { ReactElement } from "react";

import { useReconcile } from "../../api/queries";
import type { ReconcileLine, ReconcileReport, Workspace } from "../../api/types";
import { counted } from "../../format/count";
import { geometry } from "../../format/decimal";
import { columnMoney, compactMoney, exactMoney, signedMoney } from "../../format/money";
import { monthLabel } from "../../format/period";
import { Card } from "../../parts/Card";
import { MoneyFigure } from "../../parts/Figure";
import { PageSkeleton, ProblemState } from "../../parts/States";
import { figures } from "../../state/figures";
import { useParams } from "../../state/useParams";
import { useView } from "../../state/useView";
import { stepsOf, type Step } from "./steps";
import classes from "./evidence.module.css";

const MARKS: Record<string, string> = { ties: "✓", explained: "≈", open: "!", "one-sided": "–" };
const WORDS: Record<string, string> = {
  ties: "ties to the cent",
  explained: "differs, and the cause is known",
  open: "differs without a known cause",
  "one-sided": "nothing captured to compare with",
};
const MONTHS_SHOWN = 13;

type Row = { key: string; label: string; account: string; currency: string; lines: Map<string, ReconcileLine> };

const keyOf = (line: ReconcileLine) => `${line.issuer}|${line.account}|${line.currency}`;

export function Reconciliation({ workspace }: { workspace: Workspace }): ReactElement {
  const { view } = useView();
  const params = useParams(["line", "all"]);
  const isAll = params.get("all") === "1";
  const { data: report, error, refetch } = useReconcile();
  if (error) return <ProblemState error={error} onRetry={() => void refetch()} />;
  if (!report) return <PageSkeleton />;
  const months = report.months.slice(-MONTHS_SHOWN).reverse(); // the newest first: on a phone the rest is to the right
  const focus = view.period && months.includes(view.period) ? view.period : (workspace.default_period ?? months[0] ?? "");
  const chosen =
    report.lines.find((line) => `${keyOf(line)}|${line.month}` === params.get("line")) ??
    report.lines.find((line) => line.month === focus) ??
    report.lines[0];
  if (!chosen) return <Card title="Nothing to reconcile" note="No vendor account has AI money yet. Capture a bill, usage or a ledger.">{null}</Card>;
  const rows = rowsOf(report);
  const compared = rows.filter((row) => [...row.lines.values()].some((line) => line.status !== "one-sided"));
  const alone = rows.length - compared.length;
  return (
    <>
      <Card title="Meter, bill and payment" note={`By vendor account and month; ${Object.entries(report.by_status).map(([status, n]) => `${n} ${status}`).join(", ")}. Choose a month for its bridge.`}>
        <Grid rows={isAll || !compared.length ? rows : compared} months={months} chosen={chosen} onChoose={(line) => params.set({ line: `${keyOf(line)}|${line.month}` })} />
        {alone && compared.length ? (
          <p className={classes.legend}>
            <button type="button" className={classes.link} aria-pressed={isAll} onClick={() => params.set({ all: isAll ? null : "1" })}>{isAll ? "Hide" : "Show"} {counted(alone, "account")} with one side only</button>
          </p>
        ) : null}
        {report.totals.map((each) => <p key={each.currency} className={classes.legend}>All {counted(each.lines, "line")} in {each.currency}: metered {columnMoney(each.metered, each.currency)}, billed {columnMoney(each.bill, each.currency)}, paid {columnMoney(each.paid, each.currency)}{each.paid_apart === null ? "" : `; paid for other products ${columnMoney(each.paid_apart, each.currency)}`}.</p>)}
        <ul className={classes.key}>{Object.entries(WORDS).map(([status, words]) => <li key={status}><span className={classes.mark} data-status={status} aria-hidden="true">{MARKS[status]}</span>{status}: {words}</li>)}</ul>
      </Card>
      <Bridge line={chosen} />
    </>
  );
}

function rowsOf(report: ReconcileReport): Row[] {
  const rows = new Map<string, Row>();
  for (const line of report.lines) {
    const key = keyOf(line);
    const row = rows.get(key) ?? { key, label: line.label, account: line.account, currency: line.currency, lines: new Map<string, ReconcileLine>() };
    row.lines.set(line.month, line);
    rows.set(key, row);
  }
  return [...rows.values()]; // the API puts the most open lines first, so their accounts come first
}

function Grid({ rows, months, chosen, onChoose }: { rows: Row[]; months: string[]; chosen: ReconcileLine; onChoose: (line: ReconcileLine) => void }): ReactElement {
  return (
    <div className={classes.frame} tabIndex={0} role="region" aria-label="Reconciliation, table">
      <table className={classes.grid}>
        <caption className={classes.hidden}>Reconciliation by vendor account and month</caption>
        <thead><tr><th scope="col">Vendor account</th>{months.map((month) => <th key={month} scope="col">{monthLabel(month)}</th>)}</tr></thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <th scope="row">{row.label} <span className={classes.dimmed}>{row.account || "no account"}</span></th>
              {months.map((month) => {
                const line = row.lines.get(month);
                if (!line) return <td key={month}><span className={classes.dimmed}>·</span></td>;
                const rest = openMoney(line);
                const words = `${row.label} ${row.account}, ${monthLabel(month)}: ${line.status}${rest ? `, ${compactMoney(rest, line.currency)} not explained` : ""}`;
                return (
                  <td key={month}>
                    <button type="button" className={classes.mark} data-status={line.status} aria-pressed={line === chosen} aria-label={words} title={words} onClick={() => onChoose(line)}>
                      {MARKS[line.status]}
                    </button>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function openMoney(line: ReconcileLine): string | null {
  if (line.status !== "open") return null;
  return line.unexplained != null && geometry(line.unexplained) !== 0 ? line.unexplained : (line.payment?.unexplained ?? null);
}

function Bridge({ line }: { line: ReconcileLine }): ReactElement {
  const steps = stepsOf(line);
  const ends = steps.flatMap((step) => [geometry(step.from), geometry(step.to)]);
  const high = Math.max(...ends, 0);
  // Close sides would make a cause invisible: the picture may start just below the smallest side.
  const sides = steps.filter((step) => step.kind === "side").map((step) => geometry(step.to));
  const low = sides.length > 1 && Math.min(...sides) > 0.8 * high ? Math.min(...ends.filter((end) => end > 0)) * 0.9 : Math.min(...ends, 0);
  const place = (value: number) => `${Math.max(0, ((value - low) / (high - low || 1)) * 100)}%`;
  const name = `${line.label} ${line.account}`.trim();
  return (
    <Card
      title={`${name}, ${monthLabel(line.month)}: ${line.status}`}
      note={`${WORDS[line.status] ?? ""}; ${line.currency}.${low > 0 ? " The bars start above zero so that the differences show." : ""}`}
      aside={<span>On the map: <MoneyFigure name={`${name}, ${monthLabel(line.month)}`} amount={line.billed ?? line.metered ?? line.other_billed ?? line.payment?.paid ?? null} currency={line.currency} explains={{ ...figures.total(), where: { vendor: [line.issuer], month: [line.month] } }} /></span>}
    >
      <div className={classes.frame} tabIndex={0} role="region" aria-label="Bridge, table">
        <table className={classes.bridge}>
          <caption className={classes.hidden}>From meter to bill to payment, {name}, {monthLabel(line.month)}</caption>
          <thead><tr><th scope="col">Step</th><th scope="col">Picture</th><th scope="col" data-number>Money</th></tr></thead>
          <tbody>
            {steps.map((step) => (
              <tr key={step.id} data-kind={step.kind}>
                <th scope="row">{step.label}</th>
                <td><StepBar step={step} place={place} /></td>
                <td data-number title={exactMoney(step.amount, line.currency)}>{step.kind === "side" ? columnMoney(step.amount, line.currency) : signedMoney(step.amount, line.currency, columnMoney)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className={classes.legend}>Metered {columnMoney(line.metered, line.currency)}, billed {columnMoney(line.bill, line.currency)}, paid {columnMoney(line.paid, line.currency)}{line.paid_apart === null ? "" : `; paid for other products ${columnMoney(line.paid_apart, line.currency)}`}.</p>
      {line.unpriced_rows ? <p className={classes.legend}>{line.unpriced_rows.toLocaleString("en-US")} calls have no price and are in no sum.</p> : null}
      {line.payment?.months_later ? <p className={classes.legend}>The payment is for the bill {line.payment.months_later === 1 ? "of the month before" : `${line.payment.months_later} months before`}.</p> : null}
      {steps.length === 1 ? <p className={classes.legend}>Only one side is captured. A usage log or the vendor's cost export would give the other: <code>spendmap sources</code></p> : null}
    </Card>
  );
}

function StepBar({ step, place }: { step: Step; place: (value: number) => string }): ReactElement {
  const [start, end] = [Math.min(geometry(step.from), geometry(step.to)), Math.max(geometry(step.from), geometry(step.to))];
  const left = step.kind === "side" ? "0%" : place(start);
  return (
    <span className={classes.track} aria-hidden="true">
      <span className={classes.step} data-kind={step.kind} style={{ left, width: `max(3px, calc(${place(end)} - ${left}))` }} />
    </span>
  );
}
