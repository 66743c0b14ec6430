/** The total, its change, how sure we are, and who carries it. */
import type { ReactElement, ReactNode } from "react";

import type { Coverage, SpendMapReport } from "../../api/types";
import { counted } from "../../format/count";
import { geometry } from "../../format/decimal";
import { compactMoney, exactMoney } from "../../format/money";
import { instant, periodLabel } from "../../format/period";
import { percent } from "../../format/share";
import { capital } from "../../format/words";
import { Delta } from "../../parts/Delta";
import { EvidenceBar, EvidenceLegend } from "../../parts/EvidenceBar";
import { Figure } from "../../parts/Figure";
import { Icon } from "../../parts/icons";
import { figures } from "../../state/figures";
import classes from "./map.module.css";

export function Headline({ report }: { report: SpendMapReport }): ReactElement {
  const { currency, total, coverage } = report;
  const period = periodLabel(report.period.label);
  const versus = report.compare ? periodLabel(report.compare.label) : "";
  return (
    <section className={classes.headline} aria-labelledby="headline">
      <div className={classes.totalBlock}>
        <h1 id="headline" className={classes.title}>AI spend, {period}</h1>
        <p className={classes.total}>
          {total !== null
            ? <Figure name={`AI spend, ${period}`} explains={figures.total()} title={exactMoney(total, currency)}>{compactMoney(total, currency)}</Figure>
            : <span title="No cost of any row is known on this basis">unknown</span>}
        </p>
        <p className={classes.totalNote}>
          {report.compare ? <><Delta now={total} before={report.previous_total} currency={currency} versus={versus} /> <span className={classes.dimmed}>against {versus}</span></> : <span className={classes.dimmed}>No comparison chosen</span>}
        </p>
        <p className={classes.dimmed} title={`Worked out at ${instant(report.as_of)}`}>{capital(report.basis)} cost in {currency}</p>
      </div>
      <dl className={classes.meters}>
        <Meter name="Evidenced" about="on an invoice or a meter" coverage={coverage.evidenced} figure="evidenced" currency={currency} />
        <Meter name="Owned" about="has a named owner" coverage={coverage.owned} figure="owned" currency={currency} />
        <Meter name="Allocated" about="a department or cost centre carries it" coverage={coverage.allocated} figure="allocated" currency={currency} />
      </dl>
      <div className={classes.mix}>
        <EvidenceBar mix={report.by_evidence} total={total} currency={currency} large />
        <EvidenceLegend mix={report.by_evidence} total={total} currency={currency} />
      </div>
      {report.missing_rows > 0 || report.notes.length > 0 ? (
        <ul className={classes.hints}>
          {report.missing_rows > 0 && report.notes.length === 0 ? (
            <Hint>
              {counted(report.missing_rows, "row")} of AI spend {report.missing_rows === 1 ? "has" : "have"} no {report.basis} cost, so this total is the known part only.
            </Hint>
          ) : null}
          {report.notes.map((note) => <Hint key={note}>{note}</Hint>)}
        </ul>
      ) : null}
    </section>
  );
}

function Hint({ children }: { children: ReactNode }): ReactElement {
  return <li><Icon name="info" size={14} /><span>{children}</span></li>;
}

function Meter({ name, about, coverage, figure, currency }: { name: string; about: string; coverage: Coverage; figure: string; currency: string }): ReactElement {
  return (
    <div className={classes.meter}>
      <dt>{name}</dt>
      <dd>
        <Figure name={`${name} share`} explains={figures.named(figure)} title={exactMoney(coverage.cost, currency)}>{percent(coverage.share)}</Figure>
        <span className={classes.meterTrack} aria-hidden="true"><span style={{ width: `${Math.min(100, Math.max(0, geometry(coverage.share) * 100))}%` }} /></span>
        <span className={classes.meterAbout}>{compactMoney(coverage.cost, currency)} {about}</span>
      </dd>
    </div>
  );
}
