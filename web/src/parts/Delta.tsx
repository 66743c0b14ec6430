/** A change against the comparison period: arrow, money and percent. More spend is marked, not judged. */
import type { ReactElement } from "react";

import { sign, subtract } from "../format/decimal";
import { exactMoney, signedMoney } from "../format/money";
import { change } from "../format/share";
import classes from "./parts.module.css";

type Props = { now: string | null; before: string | null; currency: string; versus: string; short?: boolean };

export function Delta({ now, before, currency, versus, short = false }: Props): ReactElement | null {
  if (now === null || before === null) return null;
  const difference = subtract(now, before);
  const direction = sign(difference);
  const relative = change(now, before);
  const words = `${exactMoney(difference, currency)} against ${versus} (${exactMoney(before, currency)})`;
  return (
    <span className={classes.delta} data-direction={direction} title={words}>
      <span aria-hidden="true">{direction > 0 ? "↑" : direction < 0 ? "↓" : "="}</span>
      {short || (direction === 0 && relative === null) ? null : <span>{signedMoney(difference, currency)}</span>}
      <span className={short ? undefined : classes.deltaShare}>{relative ?? (direction === 0 ? "no change" : "new")}</span>
    </span>
  );
}
