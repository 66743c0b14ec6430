/** Exact arithmetic on decimal text. Amounts never pass through a float on their way to the screen. */

/** `units` x 10^-`scale`. */
export type Exact = { units: bigint; scale: number };

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

/** Read decimal text such as "-1240.50" or "1E-7". Throws RangeError on anything else. */
export function parseDecimal(text: string): Exact {
  const found = DECIMAL.exec(text.trim());
  const whole = found?.[2] ?? "";
  const fraction = found?.[3] ?? "";
  if (!found || whole + fraction === "") throw new RangeError(`${JSON.stringify(text)} is not decimal text`);
  const exponent = Number(found[4] ?? "0");
  let units = BigInt(whole + fraction);
  let scale = fraction.length - exponent;
  if (scale < 0) {
    units *= 10n ** BigInt(-scale);
    scale = 0;
  }
  return { units: found[1] === "-" ? -units : units, scale };
}

/** Plain text of an exact number, without trailing zeros beyond `minimum` decimals. */
export function decimalText({ units, scale }: Exact, minimum = 0): string {
  const negative = units < 0n;
  const digits = (negative ? -units : units).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  let fraction = digits.slice(digits.length - scale);
  while (fraction.length > minimum && fraction.endsWith("0")) fraction = fraction.slice(0, -1);
  fraction = fraction.padEnd(minimum, "0");
  return `${negative ? "-" : ""}${whole}${fraction ? `.${fraction}` : ""}`;
}

/** The number at `scale` decimals, ties to even (as the ledger rounds). */
export function rescale(value: Exact, scale: number): Exact {
  if (value.scale <= scale) return { units: value.units * 10n ** BigInt(scale - value.scale), scale };
  const unit = 10n ** BigInt(value.scale - scale);
  const negative = value.units < 0n;
  const magnitude = negative ? -value.units : value.units;
  let kept = magnitude / unit;
  const twice = (magnitude % unit) * 2n;
  if (twice > unit || (twice === unit && kept % 2n === 1n)) kept += 1n;
  return { units: negative ? -kept : kept, scale };
}

/** `a - b` as decimal text; null when one of them is not known. */
export function difference(a: string | null, b: string | null): string | null {
  return a === null || b === null ? null : subtract(a, b);
}

/** `a - b` as decimal text. */
export function subtract(a: string, b: string): string {
  return combine(a, b, (x, y) => x - y);
}

/** `a + b` as decimal text. */
export function add(a: string, b: string): string {
  return combine(a, b, (x, y) => x + y);
}

function combine(a: string, b: string, fold: (x: bigint, y: bigint) => bigint): string {
  const left = parseDecimal(a);
  const right = parseDecimal(b);
  const scale = Math.max(left.scale, right.scale);
  return decimalText({ units: fold(rescale(left, scale).units, rescale(right, scale).units), scale });
}

/** `part / whole` to six places, or null when one of them is not known or the whole is zero. */
export function ratio(part: string | null, whole: string | null): string | null {
  if (part === null || whole === null) return null;
  const top = parseDecimal(part);
  const bottom = parseDecimal(whole);
  if (bottom.units === 0n) return null;
  const scale = Math.max(top.scale, bottom.scale);
  const negative = top.units < 0n !== bottom.units < 0n;
  const a = abs(rescale(top, scale).units) * 10_000_000n;
  const quotient = a / abs(rescale(bottom, scale).units);
  return decimalText(rescale({ units: negative ? -quotient : quotient, scale: 7 }, 6));
}

/** Whether it is known to be nothing: an unknown amount is not zero. */
export function isZero(text: string | null): boolean {
  return text !== null && sign(text) === 0;
}

/** -1, 0 or 1. */
export function sign(text: string): -1 | 0 | 1 {
  const { units } = parseDecimal(text);
  return units < 0n ? -1 : units > 0n ? 1 : 0;
}

/** Order of two decimal texts, smallest first. */
export function compareDecimals(a: string, b: string): number {
  return sign(subtract(a, b));
}

/** A float for the geometry of a picture (bar lengths, tile areas), never for text. */
export function geometry(text: string | null | undefined): number {
  return text == null ? 0 : Number(text);
}

function abs(units: bigint): bigint {
  return units < 0n ? -units : units;
}
