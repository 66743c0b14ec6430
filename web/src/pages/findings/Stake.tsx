/** Money at stake of one finding: none seen, unknown, or the amount with its basis and period. */
import type { ReactElement } from "react";

import type { Finding } from "../../api/types";
import { columnMoney, exactMoney } from "../../format/money";
import classes from "./findings.module.css";

/** `hasFigures`: whether the review saw any money; without, that none is at stake is not known. */
export function Stake({ row, hasFigures }: { row: Finding; hasFigures: boolean }): ReactElement {
  if (row.currency === null) return <span className={classes.dimmed}>{hasFigures ? "none seen" : "unknown"}</span>;
  if (row.money_at_stake === null) return <span className={classes.dimmed}>unknown</span>;
  return <data value={row.money_at_stake} title={`${exactMoney(row.money_at_stake, row.currency)} (${row.basis ?? ""}, ${row.period ?? ""})`}>{columnMoney(row.money_at_stake, row.currency)}</data>;
}
