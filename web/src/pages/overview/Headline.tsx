/** The total, against plan and the period before, and what stands behind it. */
import type { ReactElement } from "react";

import type { LeaderReport } from "../../api/types";
import { difference, geometry, ratio, sign, subtract } from "../../format/decimal";
import { compactMoney, exactMoney, signedMoney } from "../../format/money";
import { periodLabel } from "../../format/period";
import { percent } from "../../format/share";
import { capital } from "../../format/words";
import { Delta } from "../../parts/Delta";
import { Figure, MoneyText } from "../../parts/Figure";
import { Icon } from "../../parts/icons";
import { figures, type FigureRef } from "../../state/figures";
import classes from "./overview.module.css";

type Part = LeaderReport["split"][number];

export function Headline({ report }: { report: LeaderReport }): ReactElement {
  const { currency, total, plan } = report;
  const period = periodLabel(report.period.label);
  const versus = report.compare ? periodLabel(report.compare.label) : "";
  return (
    <section className={classes.headline} aria-labelledby="headline">
      <div>
        <h1 id="headline" className={classes.title}>AI spend, {period}</h1>
        <p className={classes.total}>
          {total !== null
            ? <Figure name={`AI spend, ${period}`} explains={figures.total()} title={exactMoney(total, currency)}>{compactMoney(total, currency)}</Figure>
            : <span title="No cost of any row is known on this basis">unknown</span>}
        </p>
        <ul className={classes.against}>
          <li>
            {report.previous_total !== null ? <><Delta now={total} before={report.previous_total} currency={currency} versus={versus} /> <span className={classes.dimmed}>against {versus}</span></> : <span className={classes.dimmed}>{report.compare ? `Nothing is known of ${versus}` : "No comparison chosen"}</span>}
          </li>
          <li className={classes.dimmed}>
            {plan.difference && plan.planned ? (
              <span title={`${exactMoney(plan.actual ?? "0", currency)} of ${exactMoney(plan.planned, currency)} planned`}>
                {sign(plan.difference) > 0 ? `${compactMoney(plan.difference, currency)} over plan` : `${compactMoney(subtract("0", plan.difference), currency)} under plan`} where there is one
              </span>
            ) : "No plan to compare with"}
          </li>
          <li className={classes.dimmed}>{capital(report.basis)} cost in {currency}</li>
        </ul>
      </div>
      <div className={classes.split}>
        <h2 className={classes.subtitle}>How it is known</h2>
        <span className={classes.splitBar} aria-hidden="true">
          {report.split.map((part) => <span key={part.id} data-part={part.id} style={{ flexGrow: Math.max(0, geometry(ratio(part.cost, total))) }} />)}
        </span>
        <dl className={classes.parts}>{report.split.map((part) => <PartItem key={part.id} part={part} report={report} versus={versus} />)}</dl>
      </div>
      {report.notes.length > 0 ? <ul className={classes.hints}>{report.notes.map((note) => <li key={note}><Icon name="info" size={14} /><span>{note}</span></li>)}</ul> : null}
    </section>
  );
}

function PartItem({ part, report, versus }: { part: Part; report: LeaderReport; versus: string }): ReactElement {
  const { currency } = report;
  const explains = partFigure(part.id, report.split);
  const change = difference(part.cost, part.previous_cost);
  return (
    <div className={classes.part}>
      <dt><span className={classes.partDot} data-part={part.id} aria-hidden="true" />{part.label} <span className={classes.dimmed}>{percent(ratio(part.cost, report.total), 0)}</span></dt>
      <dd>
        <span className={classes.partCost}>
          {explains ? <Figure name={part.label} explains={explains} title={exactMoney(part.cost, currency)}>{compactMoney(part.cost, currency)}</Figure> : <MoneyText amount={part.cost} currency={currency} />}
        </span>
        {change === null ? null : <span className={classes.small} title={`${exactMoney(change, currency)} against ${versus}`}>{signedMoney(change, currency)}</span>}
        <span className={classes.partAbout}>{part.about}</span>
      </dd>
    </div>
  );
}

/** The explanation that lists exactly these rows, where one condition says it; "worked out" is several grades. */
export function partFigure(id: string, split: readonly Part[]): FigureRef | null {
  if (id === "labour") return { figure: "total", where: { layer: ["labour"] } };
  const labour = split.find((each) => each.id === "labour");
  if (id === "billed" && !("invoiced" in (labour?.by_evidence ?? {}))) return figures.evidence("invoiced");
  return null;
}
