/** Money of one unit: cents matter here, and so do their fractions. */
import { decimalText, parseDecimal, rescale } from "./decimal";
import { columnMoney } from "./money";

const DIGITS = 3; // that count, below one

/** "$0.0911", "$0.120", "$0.00296", "$12.34": three digits that count below one, cents from one on. */
export function unitMoney(amount: string, currency: string): string {
  const value = parseDecimal(amount);
  const size = value.units < 0n ? -value.units : value.units;
  if (size === 0n || size >= 10n ** BigInt(value.scale)) return columnMoney(amount, currency);
  const zeros = value.scale - size.toString().length; // after the decimal point
  const places = zeros + DIGITS;
  const kept = rescale(value, places);
  const sample = columnMoney("1", currency).replace(/1.00$/, "");
  const text = decimalText({ units: kept.units < 0n ? -kept.units : kept.units, scale: places }, places);
  return `${kept.units < 0n ? "\u2212" : ""}${sample}${text}`;
}
