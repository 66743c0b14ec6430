/** Money as text: compact for reading, two decimals for columns, every stored digit for the hover; "unknown" for none. */
import { decimalText, parseDecimal, rescale, type Exact } from "./decimal";

const UNKNOWN = "unknown"; // a sum that is null: no cost is known, which is not zero
const SYMBOLS: Record<string, string> = { USD: "$", EUR: "€", GBP: "£", JPY: "¥", INR: "₹" };
const NARROW = "\u202f"; // narrow no-break space: "$1.24 M" never breaks over lines
const MINUS = "\u2212";

const STEPS: { power: number; suffix: string }[] = [
  { power: 12, suffix: "T" },
  { power: 9, suffix: "B" },
  { power: 6, suffix: "M" },
  { power: 3, suffix: "k" },
];

/** "$1.24 M", "$83.2 k", "$412.07", "<$0.01". Three significant digits from a thousand up. */
export function compactMoney(amount: string | null, currency: string): string {
  if (amount === null) return UNKNOWN;
  const value = parseDecimal(amount);
  const cents = rescale(value, 2);
  if (magnitude(cents) < 100_000n) {
    if (cents.units === 0n && value.units !== 0n) return `${value.units < 0n ? MINUS : ""}<${prefix(currency)}0.01`;
    return signed(cents, currency, decimalText({ units: magnitude(cents), scale: 2 }, 2));
  }
  for (const { power, suffix } of STEPS) {
    const scaled: Exact = { units: value.units, scale: value.scale + power };
    for (const places of [2, 1, 0]) {
      const kept = rescale(scaled, places);
      const whole = magnitude(kept) / 10n ** BigInt(places);
      if (whole === 0n) break;
      if (whole.toString().length + places <= 3 || places === 0) {
        return signed(kept, currency, `${decimalText({ units: magnitude(kept), scale: places }, places)}${NARROW}${suffix}`);
      }
    }
  }
  return exactMoney(amount, currency);
}

/** "$1,240,332.18": two decimals, grouped; for columns that line up. */
export function columnMoney(amount: string | null, currency: string): string {
  if (amount === null) return UNKNOWN;
  const value = parseDecimal(amount);
  const cents = rescale(value, 2);
  if (cents.units === 0n && value.units !== 0n) return `${value.units < 0n ? MINUS : ""}<${prefix(currency)}0.01`;
  return signed(cents, currency, group(decimalText({ units: magnitude(cents), scale: 2 }, 2)));
}

/** "$1,240,332.184512 USD": every stored digit; for titles and the explanation. */
export function exactMoney(amount: string | null, currency: string): string {
  if (amount === null) return UNKNOWN;
  const value = parseDecimal(amount);
  const text = decimalText({ units: magnitude(value), scale: value.scale }, 2);
  return `${signed(value, currency, group(text))}${SYMBOLS[currency] ? `${NARROW}${currency}` : ""}`;
}

/** A change with its sign in front: "+$83.2 k", "−$1.20 k", "$0.00". */
export function signedMoney(amount: string | null, currency: string, write = compactMoney): string {
  if (amount === null) return UNKNOWN;
  const text = write(amount, currency);
  return parseDecimal(amount).units > 0n ? `+${text}` : text;
}

function prefix(currency: string): string {
  return SYMBOLS[currency] ?? `${currency}${NARROW}`;
}

function signed(value: Exact, currency: string, text: string): string {
  return `${value.units < 0n ? MINUS : ""}${prefix(currency)}${text}`;
}

function magnitude(value: Exact): bigint {
  return value.units < 0n ? -value.units : value.units;
}

function group(text: string): string {
  const [whole = "", fraction] = text.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
