/** Shares and relative changes as percent text. */
import { parseDecimal, ratio, rescale, decimalText, subtract } from "./decimal";

const NARROW = "\u202f";
const MINUS = "\u2212";

/** "87.3 %" from "0.873421"; "n/a" when the share is unknown. A part never prints as nothing, nor as the whole. */
export function percent(share: string | null, places = 1): string {
  if (share === null) return "n/a";
  const value = parseDecimal(share);
  const scaled = { units: value.units * 100n, scale: value.scale };
  const rounded = rescale(scaled, places);
  if (rounded.units === 0n && value.units > 0n) return `<${decimalText({ units: 1n, scale: places }, places)}${NARROW}%`;
  const whole = 100n * 10n ** BigInt(places);
  const isShort = rounded.units === whole && value.units !== 10n ** BigInt(value.scale);
  const shown = isShort ? { units: whole - 1n, scale: places } : rounded;
  return `${isShort ? ">" : ""}${decimalText(shown, places).replace("-", MINUS)}${NARROW}%`;
}

/** "+7.2 %" from 107.2 against 100; null when there is nothing to compare with. */
export function change(now: string, before: string | null): string | null {
  if (before === null) return null;
  const share = ratio(subtract(now, before), before);
  if (share === null) return null;
  const text = percent(share.startsWith("-") !== before.startsWith("-") ? `-${share.replace("-", "")}` : share.replace("-", ""));
  return text.startsWith(MINUS) || /^0[.0]*\u202f%$/.test(text) ? text : `+${text}`;
}
