/** What the total leaves open: money nobody carries, usage without a price, and what was captured but not counted. */
import { useState, type ReactElement, type ReactNode } from "react";

import type { SpendMapReport } from "../../api/types";
import { compactCount, count, counted } from "../../format/count";
import { geometry, isZero, ratio } from "../../format/decimal";
import { compactMoney, exactMoney } from "../../format/money";
import { percent } from "../../format/share";
import { Card } from "../../parts/Card";
import { Figure, MoneyFigure, MoneyText } from "../../parts/Figure";
import { Icon } from "../../parts/icons";
import { figures } from "../../state/figures";
import classes from "./map.module.css";
import { Unsettled } from "./Unsettled";

export function Rail({ report }: { report: SpendMapReport }): ReactElement {
  return (
    <aside className={classes.rail} aria-label="What the total leaves open">
      <Gaps report={report} />
      <Unsettled report={report} />
      <Captured report={report} />
      <OverlapCard report={report} />
    </aside>
  );
}

function Gaps({ report }: { report: SpendMapReport }): ReactElement {
  const { unpriced, unclassified, unallocated, dark, currency } = report;
  return (
    <Card title="To settle">
      <ul className={classes.gaps}>
        <Gap name="Unallocated" isSettled={isZero(unallocated.cost)} settled="Every AI dollar has a use case, agent, tool or department."
          figure={<MoneyFigure name="Unallocated" amount={unallocated.cost} currency={currency} explains={figures.named("unallocated")} />}>
          {percent(unallocated.share)} of the total has no use case, agent, tool or department.
        </Gap>
        <Gap name="Dark usage" isSettled={isZero(dark.cost)} settled="Telemetry explains every billed account."
          figure={<MoneyFigure name="Dark usage" amount={dark.cost} currency={currency} explains={figures.named("dark")} />}>
          {dark.is_tested ? "Billed, but no telemetry says who used it." : "Not tested: no bill of metered use is captured for the period."}
          <MiniTable caption="Dark usage by account" rows={dark.accounts.map((each) => [each.vendor ?? "unknown vendor", each.account ?? "no account", <MoneyText key="cost" amount={each.cost} currency={currency} />])} />
        </Gap>
        <Gap name="Unpriced usage" isSettled={unpriced.rows === 0} settled="Every usage row has a price."
          figure={<Figure name="Unpriced usage" explains={figures.named("unpriced")} title={`${count(unpriced.rows)} usage rows`}>{counted(unpriced.rows, "row")}</Figure>}>
          {compactCount(unpriced.input_tokens)} tokens in, {compactCount(unpriced.output_tokens)} out, with no price in force. They are not in the total.
          {unpriced.work_rows ? ` ${counted(unpriced.work_rows, "row")} of people's work ${unpriced.work_rows === 1 ? "has" : "have"} no rate of the role.` : ""}
          <MiniTable caption="Unpriced usage by model" rows={unpriced.by_model.slice(0, 5).map((each) => [each.model ?? "unknown model", each.provider ?? "", counted(each.rows, "row")])} />
        </Gap>
        <Gap name="Unclassified" isSettled={isZero(unclassified.cost) && unclassified.rows === 0} settled="Every AI charge has a category."
          figure={<MoneyFigure name="Unclassified" amount={unclassified.cost} currency={currency} explains={figures.category("unclassified")} />}>
          {counted(unclassified.rows, "row")} of AI money that no rule has placed.
        </Gap>
      </ul>
    </Card>
  );
}

function Gap({ name, figure, isSettled, settled, children }: { name: string; figure: ReactNode; isSettled: boolean; settled: string; children: ReactNode }): ReactElement {
  return (
    <li className={classes.gap} data-settled={isSettled || undefined}>
      <div className={classes.gapHead}>
        <h3>{name}</h3>
        {isSettled ? <span className={classes.settled}><Icon name="check" size={14} /> none</span> : <span className={classes.gapFigure}>{figure}</span>}
      </div>
      <div className={classes.gapBody}>{isSettled ? settled : children}</div>
    </li>
  );
}

function MiniTable({ caption, rows }: { caption: string; rows: ReactNode[][] }): ReactElement | null {
  if (rows.length === 0) return null;
  return (
    <table className={classes.mini}>
      <caption className={classes.hidden}>{caption}</caption>
      <tbody>
        {rows.map((cells, n) => (
          <tr key={n}>{cells.map((cell, at) => (at === 0 ? <th key={at} scope="row">{cell}</th> : <td key={at} data-number={at === cells.length - 1 || undefined}>{cell}</td>))}</tr>
        ))}
      </tbody>
    </table>
  );
}

function Captured({ report }: { report: SpendMapReport }): ReactElement {
  const [isLong, setLong] = useState(false);
  const { captured, currency } = report;
  const parts = [
    { name: "AI", amount: captured.ai, tone: "ai", about: "on the map" },
    { name: "Not AI", amount: captured.not_ai, tone: "not_ai", about: "kept, not counted" },
    { name: "Covered", amount: captured.covered, tone: "covered", about: "counted from a finer source" },
  ];
  const shown = isLong ? report.not_ai_top : report.not_ai_top.slice(0, 5);
  return (
    <Card title="All captured money" note={<><MoneyFigure name="All captured money" amount={captured.total} currency={currency} explains={figures.named("captured")} /> = AI + not AI + covered</>}>
      <span className={classes.capturedBar} aria-hidden="true">
        {parts.map(({ tone, amount }) => <span key={tone} data-tone={tone} style={{ flexGrow: Math.max(0, geometry(ratio(amount, captured.total))) }} />)}
      </span>
      <dl className={classes.captured}>
        {parts.map(({ name, amount, tone, about }) => (
          <div key={tone}>
            <dt><span className={classes.toneDot} data-tone={tone} aria-hidden="true" />{name} <span className={classes.dimmed}>{about}</span></dt>
            <dd><MoneyFigure name={`${name}, ${about}`} amount={amount} currency={currency} explains={tone === "ai" ? figures.total() : figures.named(tone)} /></dd>
          </div>
        ))}
      </dl>
      {captured.settled_rows > 0 ? <p className={classes.dimmed}>Beside it: <MoneyText amount={captured.settled} currency={currency} /> in {counted(captured.settled_rows, "payment")} of cards' own bills, which buy nothing.</p> : null}
      {shown.length > 0 ? (
        <>
          <h3 className={classes.subhead}>Biggest suppliers that no rule calls AI</h3>
          <MiniTable caption="Biggest suppliers held as not AI" rows={shown.map((each) => [each.supplier ?? "unknown supplier", counted(each.rows, "row"), <MoneyText key="cost" amount={each.cost} currency={currency} />])} />
          {report.not_ai_top.length > 5 ? <button type="button" className={classes.more} aria-expanded={isLong} onClick={() => setLong(!isLong)}>{isLong ? "Show five" : `Show all ${report.not_ai_top.length}`}</button> : null}
        </>
      ) : null}
    </Card>
  );
}

function OverlapCard({ report }: { report: SpendMapReport }): ReactElement | null {
  const { overlap, currency } = report;
  if (overlap.capabilities.length === 0) return null;
  return (
    <Card title="Paid for twice?" note={<span title={exactMoney(overlap.cost, currency)}>{compactMoney(overlap.cost, currency)} in capabilities with two vendors or more</span>}>
      <ul className={classes.overlap}>
        {overlap.capabilities.map(({ capability, cost, tools }) => (
          <li key={capability}>
            <div className={classes.gapHead}><h3>{capability.replaceAll("_", " ")}</h3><MoneyText amount={cost} currency={currency} /></div>
            <p className={classes.dimmed}>{tools.map((tool) => (tool.cost === null ? tool.label : `${tool.label} ${compactMoney(tool.cost, currency)}`)).join(", ")}</p>
          </li>
        ))}
      </ul>
    </Card>
  );
}

export function Counted({ report }: { report: SpendMapReport }): ReactElement {
  return (
    <Card title="How it is counted">
      <ul className={classes.precedence}>{report.precedence.map((line) => <li key={line}>{line}</li>)}</ul>
      {report.other_currencies.map((each) => (
        <p key={each.currency} className={classes.dimmed}>Beside this: {compactMoney(each.ai, each.currency)} of AI spend in {each.currency}. Currencies are never added up.</p>
      ))}
    </Card>
  );
}
