/** The eight categories in the document's order, however small; overlap apart, because its money is counted above. */
import { useComputedColorScheme } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import type { ReactElement } from "react";
import { Link } from "wouter";

import type { SpendMapReport, StripRow } from "../../api/types";
import { compactMoney, columnMoney } from "../../format/money";
import { periodLabel } from "../../format/period";
import { percent } from "../../format/share";
import { Card } from "../../parts/Card";
import { Delta } from "../../parts/Delta";
import { Dot } from "../../parts/Dot";
import { EvidenceBar } from "../../parts/EvidenceBar";
import { MoneyFigure } from "../../parts/Figure";
import { Sparkline } from "../../parts/Sparkline";
import { figures } from "../../state/figures";
import { useView } from "../../state/useView";
import { categoryColour } from "../../theme/palette";
import classes from "./map.module.css";
import { splitStrip } from "./splitStrip";

export function Strip({ report }: { report: SpendMapReport }): ReactElement {
  const isPhone = useMediaQuery("screen and (max-width: 52em)", false, { getInitialValueInEffect: false });
  const { additive, lenses } = splitStrip(report.strip);
  const period = periodLabel(report.period.label);
  return (
    <Card title="The eight categories" note={`Each in ${period}, with the thirteen months up to it`}>
      {isPhone ? (
        <ul className={classes.stack}>
          {[...additive, ...lenses].map((row) => <li key={row.category}><StackItem row={row} report={report} /></li>)}
        </ul>
      ) : (
        <div className={classes.stripFrame}>
          <table className={classes.strip}>
            <caption className={classes.hidden}>AI spend by category, {period}</caption>
            <thead>
              <tr>
                <th scope="col">Category</th>
                <th scope="col" data-number>Amount</th>
                <th scope="col" data-number>{report.compare ? `Against ${periodLabel(report.compare.label)}` : "Change"}</th>
                <th scope="col">13 months</th>
                <th scope="col">Evidence</th>
                <th scope="col" data-number>Owned</th>
                <th scope="col">Biggest vendors</th>
              </tr>
            </thead>
            <tbody>{additive.map((row) => <Line key={row.category} row={row} report={report} />)}</tbody>
            <tbody className={classes.sum}>
              <tr>
                <th scope="row">Total</th>
                <td data-number><MoneyFigure column name={`AI spend, ${period}`} amount={report.total} currency={report.currency} explains={figures.total()} /></td>
                <td data-number><Delta now={report.total} before={report.previous_total} currency={report.currency} versus={report.compare ? periodLabel(report.compare.label) : ""} short /></td>
                <td colSpan={2} />
                <td data-number>{percent(report.coverage.owned.share, 0)}</td>
                <td />
              </tr>
            </tbody>
            <tbody className={classes.lens}>{lenses.map((row) => <Line key={row.category} row={row} report={report} />)}</tbody>
          </table>
        </div>
      )}
    </Card>
  );
}

function Line({ row, report }: { row: StripRow; report: SpendMapReport }): ReactElement {
  const scheme = useComputedColorScheme("light");
  const { currency } = report;
  return (
    <tr data-lens={!row.is_additive || undefined}>
      <th scope="row"><Name row={row} report={report} /></th>
      <td data-number><MoneyFigure column name={row.label} amount={row.cost} currency={currency} explains={figures.category(row.category)} className={row.is_additive ? undefined : classes.hatchedAmount} /></td>
      <td data-number><Delta now={row.cost} before={row.previous_cost} currency={currency} versus={report.compare ? periodLabel(report.compare.label) : ""} short /></td>
      <td><Sparkline series={row.series} colour={categoryColour(row.category, scheme)} currency={currency} name={row.label} /></td>
      <td className={classes.stripEvidence}><EvidenceBar mix={row.by_evidence} total={row.cost} currency={currency} /></td>
      <td data-number>{percent(row.owned_share, 0)}</td>
      <td className={classes.vendors}><Vendors row={row} currency={currency} /></td>
    </tr>
  );
}

function Name({ row, report }: { row: StripRow; report: SpendMapReport }): ReactElement {
  const { href } = useView();
  return (
    <span className={classes.cellName}>
      <Dot category={row.category} isLens={!row.is_additive} />
      <span>
        <Link href={href({ explain: null }, `/categories/${row.category}`)} className={classes.categoryLink}>{row.label}</Link>
        {row.is_additive ? null : <span className={classes.lensNote}>{alsoCounted(report)}</span>}
      </span>
    </span>
  );
}

/** Where the lens's money is counted, in words. */
function alsoCounted(report: SpendMapReport): string {
  const label = report.strip.find(({ category }) => category === "internal_tools")?.label ?? "the categories above";
  return `also counted in ${label}, in no total`;
}

function Vendors({ row, currency }: { row: StripRow; currency: string }): ReactElement {
  return <span className={classes.clamp} title={row.top.map((each) => `${each.label} ${columnMoney(each.cost, currency)}`).join("\n")}>{row.top.map(({ label }) => label).join(", ") || "none"}</span>;
}

function StackItem({ row, report }: { row: StripRow; report: SpendMapReport }): ReactElement {
  const scheme = useComputedColorScheme("light");
  const { currency } = report;
  return (
    <article className={classes.stackItem} data-lens={!row.is_additive || undefined}>
      <div className={classes.stackTop}>
        <Name row={row} report={report} />
        <MoneyFigure name={row.label} amount={row.cost} currency={currency} explains={figures.category(row.category)} />
      </div>
      <div className={classes.stackTop}>
        <Sparkline series={row.series} colour={categoryColour(row.category, scheme)} currency={currency} name={row.label} />
        <Delta now={row.cost} before={row.previous_cost} currency={currency} versus={report.compare ? periodLabel(report.compare.label) : ""} />
      </div>
      <EvidenceBar mix={row.by_evidence} total={row.cost} currency={currency} />
      <p className={classes.stackNote}>{percent(row.owned_share, 0)} owned; {row.top.map(({ label, cost }) => `${label} ${compactMoney(cost, currency)}`).join(", ") || "no vendors"}</p>
    </article>
  );
}
