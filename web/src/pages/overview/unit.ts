/** Money of one unit: cents matter here, and so do their fractions. */
import { parseDecimal, rescale, decimalText } from "../../format/decimal";
import { columnMoney, compactMoney } from "../../format/money";

/** "$0.0911", "$1.24", "$1.24 k": four decimals below one, so that a fraction of a cent is not "<$0.01". */
export function unitMoney(amount: string, currency: string): string {
  const value = parseDecimal(amount);
  const whole = rescale(value, 0).units;
  if (whole >= 1000n || whole <= -1000n) return compactMoney(amount, currency);
  if (whole !== 0n && (whole > 1n || whole < -1n)) return columnMoney(amount, currency);
  const tenThousandths = rescale(value, 4);
  if (tenThousandths.units === 0n) return columnMoney(amount, currency);
  const isNegative = tenThousandths.units < 0n;
  const text = decimalText({ units: isNegative ? -tenThousandths.units : tenThousandths.units, scale: 4 }, 4);
  return `${isNegative ? "\u2212" : ""}${columnMoney("0", currency).replace("0.00", text)}`;
}
