/** One what-if as a tile: before, after, and the range it lies in. Replayed from the period's rows, so it takes a moment. */
import { Loader } from "@mantine/core";
import type { ReactElement } from "react";

import type { WhatIf } from "../../api/types";
import { geometry } from "../../format/decimal";
import { compactMoney, exactMoney, signedMoney } from "../../format/money";
import classes from "./useCases.module.css";

type Props = { found: WhatIf | undefined; error: Error | null; currency: string };

export function WhatIfTile({ found, error, currency }: Props): ReactElement {
  if (error) return <p className={classes.open} role="alert">It could not be replayed: {error.message}</p>;
  if (!found) return <p className={classes.dimmed} role="status"><Loader size={12} aria-hidden="true" /> Replaying the period's rows…</p>;
  if (found.baseline === null || found.scenario === null || found.low === null || found.high === null || found.delta === null) return <p className={classes.answer}>{found.answer}</p>;
  const top = Math.max(geometry(found.high), geometry(found.baseline)) || 1;
  const at = (amount: string) => `${(geometry(amount) / top) * 100}%`;
  const range = { left: at(found.low), width: `${Math.max(0.5, ((geometry(found.high) - geometry(found.low)) / top) * 100)}%` };
  return (
    <div className={classes.whatIf}>
      <p className={classes.whatIfMoney}>
        <span title={exactMoney(found.baseline, currency)}>{compactMoney(found.baseline, currency)}</span> <span aria-hidden="true">→</span><span className={classes.srOnly}>becomes</span> <strong title={exactMoney(found.scenario, currency)}>{compactMoney(found.scenario, currency)}</strong>
        <span className={classes.dimmed} title={exactMoney(found.delta, currency)}> {signedMoney(found.delta, currency)}</span>
      </p>
      <span className={classes.range} aria-hidden="true">
        <span className={classes.rangeBar} style={range} />
        <span className={classes.rangeNow} style={{ left: at(found.baseline) }} />
        <span className={classes.rangeThen} style={{ left: at(found.scenario) }} />
      </span>
      <p className={classes.rangeWords}>between {compactMoney(found.low, currency)} and {compactMoney(found.high, currency)}; set <code>{found.change}</code></p>
    </div>
  );
}
