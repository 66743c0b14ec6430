/** Words and orders of the findings page. Pure. */
import type { Finding } from "../../api/types";
import { compareDecimals } from "../../format/decimal";
import { instant } from "../../format/period";

export const KINDS = ["cost", "security", "quality", "operating"] as const;
export const STATES = ["open", "assigned", "accepted", "done"] as const;
/** What is asked for when the address says nothing: what still needs somebody. */
export const TO_DO = "todo";

export type Asked = { state: string; kind: string | null; category: string | null; owner: string | null; code: string | null; text: string };

/** "2 Dec 2026" from a day. */
export function dayLabel(day: string): string {
  return instant(`${day}T00:00:00Z`).split(",")[0] ?? day;
}

/** "open" -> "Open". */
export function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
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

/** The findings that meet every condition. An owner of "" is nobody. */
export function narrowFindings(rows: readonly Finding[], asked: Asked): Finding[] {
  const text = asked.text.trim().toLocaleLowerCase();
  return rows.filter(
    (row) =>
      (asked.state === "all" || (asked.state === TO_DO ? row.state === "open" || row.state === "assigned" : row.state === asked.state)) &&
      (asked.kind === null || row.kind === asked.kind) &&
      (asked.category === null || row.category === asked.category) &&
      (asked.code === null || row.code === asked.code) &&
      (asked.owner === null || (row.owner ?? "") === asked.owner) &&
      (text === "" || `${row.id} ${row.title} ${row.detail}`.toLocaleLowerCase().includes(text)),
  );
}

/** In the order asked for: `-money`, `due`, `title`, `owner`, `kind`. Unknown money is last both ways; amounts of other currencies come after the first one's. */
export function sortFindings(rows: readonly Finding[], sort: string, currency: string): Finding[] {
  const isDown = sort.startsWith("-");
  const field = isDown ? sort.slice(1) : sort;
  const words = (row: Finding) => (field === "due" ? row.due : field === "owner" ? (row.owner ?? "\uffff") : field === "kind" ? row.kind : row.title);
  return [...rows].sort((a, b) => {
    if (field === "money") {
      const rank = (row: Finding) => (row.money_at_stake === null ? 2 : row.currency === currency ? 0 : 1);
      if (rank(a) !== rank(b)) return rank(a) - rank(b);
      const order = compareDecimals(a.money_at_stake ?? "0", b.money_at_stake ?? "0");
      return (isDown ? -order : order) || a.id.localeCompare(b.id);
    }
    const order = words(a).localeCompare(words(b));
    return (isDown ? -order : order) || a.id.localeCompare(b.id);
  });
}

/** How many findings each value has, most first. */
export function counts(rows: readonly Finding[], value: (row: Finding) => string): [string, number][] {
  const found = new Map<string, number>();
  for (const row of rows) found.set(value(row), (found.get(value(row)) ?? 0) + 1);
  return [...found].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
}
