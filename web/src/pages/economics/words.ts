/** Words and numbers of unit costs: a unit cost below a cent keeps its first three digits, since it is never nothing. */
import { compareDecimals, parseDecimal, rescale, decimalText } from "../../format/decimal";
import { exactMoney } from "../../format/money";

export const PER: readonly { value: string; label: string }[] = [
  { value: "use_case", label: "Use case (accepted run)" },
  { value: "workflow", label: "Workflow (accepted run)" },
  { value: "customer", label: "Customer" },
  { value: "plan", label: "Plan" },
  { value: "segment", label: "Customer segment" },
  { value: "feature", label: "Product feature" },
  { value: "arr", label: "ARR" },
  { value: "retained", label: "Retained account" },
  { value: "expanded", label: "Expanded account" },
  { value: "model", label: "Model in evaluations" },
];

export const LAYER_WORDS: Record<string, { label: string; about: string }> = {
  inference: { label: "Model calls", about: "metered calls that name the use case" },
  direct: { label: "Other direct cost", about: "labour, services and infrastructure of the use case" },
  indirect: { label: "Indirect cost", about: "shared money split over use cases" },
};

export const LAYER_COLOURS: Record<string, string> = {
  inference: "var(--sm-accent)",
  direct: "color-mix(in srgb, var(--sm-accent) 58%, var(--sm-card))",
  indirect: "color-mix(in srgb, var(--sm-accent) 30%, var(--sm-card))",
};

/** A count as people write it: "2,165,893"; parts of one keep two digits. */
export function quantity(text: string | null | undefined): string {
  if (text === null || text === undefined) return "unknown";
  const value = rescale(parseDecimal(text), 2);
  const [whole, part] = decimalText({ units: value.units < 0n ? -value.units : value.units, scale: 2 }, 0).split(".");
  const grouped = (whole ?? "0").replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return `${value.units < 0n ? "\u2212" : ""}${grouped}${part && /[1-9]/.test(part) ? `.${part}` : ""}`;
}

/** The largest of some amounts, for the length of bars; "0" for none. */
export function largest(amounts: readonly (string | null | undefined)[]): string {
  return amounts.reduce<string>((most, each) => (each && compareDecimals(each, most) > 0 ? each : most), "0");
}

export const exact = exactMoney;
