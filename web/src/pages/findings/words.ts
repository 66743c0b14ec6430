/** Words and orders of the findings page. Pure. */
import type { FindingsAsked } from "../../api/client";
import type { Finding } from "../../api/types";
import { instant } from "../../format/period";
import { capital } from "../../format/words";

export const KINDS = ["cost", "security", "quality", "operating"] as const;
export const STATES = ["open", "assigned", "accepted", "done"] as const;
/** What is asked for when the address says nothing: what still needs somebody. */
export const TO_DO = "todo";
/** Most money first; where no money is known, the most urgent first. */
export const DEFAULT_SORT = "-money";

/** "2 Dec 2026" from a day. */
export function dayLabel(day: string): string {
  return instant(`${day}T00:00:00Z`).split(",")[0] ?? day;
}

/** Where a finding stands: its state, and what was decided by whom, until when and why. */
export function standing(row: Pick<Finding, "state" | "owner" | "until" | "decided_by" | "reason" | "returned">): { state: string; more: string } {
  if (row.state === "open") return { state: "Open", more: row.returned ? `it ${row.returned}` : "" };
  const words = [
    row.state === "assigned" && row.owner ? `to ${row.owner}` : "",
    row.state === "accepted" && row.until ? `until ${dayLabel(row.until)}` : "",
    row.decided_by ? `by ${row.decided_by}` : "",
  ].filter(Boolean).join(" ");
  return { state: capital(row.state), more: row.reason ? `${words}: ${row.reason}` : words };
}

/** What the address asks of the server. `first` gives a parameter of the address, null when it is not there. */
export function askedOf(first: (name: string) => string | null): FindingsAsked {
  const state = first("state") ?? TO_DO;
  const one = (name: "kind" | "category" | "code") => { const value = first(name); return value === null ? {} : { [name]: [value] }; };
  const owner = first("owner");
  const page = Number(first("page") ?? "1");
  return {
    state: state === "all" ? [] : state === TO_DO ? ["open", "assigned"] : [state],
    ...one("kind"),
    ...one("category"),
    ...one("code"),
    ...(owner === null ? {} : { owner }),
    q: first("q") ?? "",
    sort: first("sort") ?? DEFAULT_SORT,
    page: Number.isInteger(page) && page > 0 ? page : 1,
  };
}

/** How many findings have one of some values. */
export function countOf(choices: readonly { value: string | null; count: number }[], values: readonly string[]): number {
  return choices.reduce((sum, { value, count }) => (value !== null && values.includes(value) ? sum + count : sum), 0);
}
