/** The next month with its error, and scenarios that are worked out when asked for. */
import { useCallback, useState, type ReactElement } from "react";
import { Link } from "wouter";

import { useScenario } from "../../api/queries";
import type { LeaderReport, Outlook } from "../../api/types";
import { Chart } from "../../charts/Chart";
import { outlookOption } from "../../charts/options/outlook";
import { sign } from "../../format/decimal";
import { compactMoney, exactMoney, signedMoney } from "../../format/money";
import { periodLabel } from "../../format/period";
import { percent } from "../../format/share";
import { Card } from "../../parts/Card";
import { ApiProblem } from "../../api/client";
import { useOwn } from "../../state/useOwn";
import { useView } from "../../state/useView";
import type { Scheme } from "../../theme/palette";
import classes from "./overview.module.css";

export function OutlookCard({ report }: { report: LeaderReport }): ReactElement {
  const { outlook, currency } = report;
  const ahead = outlook.forecast;
  const option = useCallback((scheme: Scheme) => outlookOption(outlook, currency, scheme), [outlook, currency]);
  return (
    <Card title="What comes next" note={`AI spend by month; ${report.basis} cost, ${currency}`}>
      <Chart label={`Bars of AI spend for ${outlook.months.length} months${ahead ? ` and the expected ${periodLabel(ahead.month)}` : ""}, ${currency}. The map's months hold the same figures as a table.`} option={option} height={220} />
      {ahead ? (
        <p className={classes.forecast}>
          <strong>{periodLabel(ahead.month)}: <span title={exactMoney(ahead.cost, currency)}>{compactMoney(ahead.cost, currency)}</span></strong>, {compactMoney(ahead.low, currency)} to {compactMoney(ahead.high, currency)}.
          {" "}Method: {ahead.about}, from {ahead.based_on} months. Tried on {ahead.tried} past months it missed by {compactMoney(ahead.mean_miss, currency)} ({percent(ahead.mean_miss_share)}) on average
          and by {compactMoney(ahead.biggest_miss, currency)} at most; the range is that miss. The other method missed by {compactMoney(ahead.other_miss, currency)}.
          {ahead.actual === null ? "" : ` It became ${compactMoney(ahead.actual, currency)}.`}
        </p>
      ) : (
        <p className={classes.small}>{outlook.why_not}</p>
      )}
      <h3 className={classes.subtitle}>What if</h3>
      <ul className={classes.chips}>{outlook.chips.map((chip) => <li key={chip.id}><ScenarioChip chip={chip} currency={currency}/></li>)}</ul>
    </Card>
  );
}

type Chip = Outlook["chips"][number];

/** A replay reads the period's rows again, so nothing is worked out before somebody asks. */
function ScenarioChip({ chip, currency }: { chip: Chip; currency: string }): ReactElement {
  const { view } = useView();
  const { linkTo } = useOwn();
  const [isAsked, setAsked] = useState(false);
  const { data, error, isFetching } = useScenario(chip.set, view, isAsked);
  return (
    <div className={classes.chip}>
      <span className={classes.chipName}>{chip.label}</span>
      {!isAsked ? (
        <button type="button" className={classes.chipAsk} aria-label={`Work out: ${chip.label}`} onClick={() => setAsked(true)}>Work it out</button>
      ) : error ? (
        <span className={classes.small} role="alert">{error instanceof ApiProblem ? error.problem.detail : "no answer"}</span>
      ) : !data || isFetching ? (
        <span className={classes.small} role="status">Replaying the rows…</span>
      ) : (
        <span role="status">
          <strong title={exactMoney(data.delta.total, currency)} data-direction={data.delta.total === null ? undefined : sign(data.delta.total)}>{signedMoney(data.delta.total, currency)}</strong>
          <span className={classes.small}> to {compactMoney(data.scenario, currency)}</span>
        </span>
      )}
      <Link className={classes.more} href={linkTo("/scenarios", chip.set.map((each): [string, string] => ["set", each]))} aria-label={`Open the scenario: ${chip.label}`}>Open</Link>
    </div>
  );
}
