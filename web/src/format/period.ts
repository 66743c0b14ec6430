/** Reporting periods (`2026-10`, `2026-Q3`, `2026`, `all`) in words and in steps. */

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/** "October 2026", "Q3 2026", "2026", "All months". Text of another form is returned as it is. */
export function periodLabel(period: string): string {
  if (period === "all") return "All months";
  const month = /^(\d{4})-(\d{2})$/.exec(period);
  if (month) return `${MONTHS[Number(month[2]) - 1] ?? month[2]} ${month[1]}`;
  const quarter = /^(\d{4})-Q([1-4])$/.exec(period);
  return quarter ? `Q${quarter[2]} ${quarter[1]}` : period;
}

/** "Oct 26" for axes; "Oct" with `short`. */
export function monthLabel(month: string, short = false): string {
  const name = (MONTHS[Number(month.slice(5, 7)) - 1] ?? month).slice(0, 3);
  return short ? name : `${name} ${month.slice(2, 4)}`;
}

/** `months` later, earlier when negative. */
export function monthAdd(month: string, months: number): string {
  const number = Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1 + months;
  return `${Math.floor(number / 12)}-${String((number % 12) + 1).padStart(2, "0")}`;
}

/** The period of the same kind `steps` later, or null for `all`. */
export function step(period: string, steps: number): string | null {
  if (/^\d{4}-\d{2}$/.test(period)) return monthAdd(period, steps);
  const quarter = /^(\d{4})-Q([1-4])$/.exec(period);
  if (quarter) {
    const number = Number(quarter[1]) * 4 + Number(quarter[2]) - 1 + steps;
    return `${Math.floor(number / 4)}-Q${(number % 4) + 1}`;
  }
  return /^\d{4}$/.test(period) ? String(Number(period) + steps) : null;
}

/** The months a period spans; `all` spans `known`. */
export function monthsOf(period: string, known: readonly string[]): string[] {
  if (/^\d{4}-\d{2}$/.test(period)) return [period];
  const quarter = /^(\d{4})-Q([1-4])$/.exec(period);
  if (quarter) return [0, 1, 2].map((n) => monthAdd(`${quarter[1]}-01`, (Number(quarter[2]) - 1) * 3 + n));
  if (/^\d{4}$/.test(period)) return Array.from({ length: 12 }, (_, n) => monthAdd(`${period}-01`, n));
  return [...known];
}

/** "21 Nov 2026, 22:14 UTC" from an ISO instant. */
export function instant(iso: string | null): string {
  if (!iso) return "never";
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const pad = (n: number) => String(n).padStart(2, "0");
  return `${at.getUTCDate()} ${(MONTHS[at.getUTCMonth()] ?? "").slice(0, 3)} ${at.getUTCFullYear()}, ${pad(at.getUTCHours())}:${pad(at.getUTCMinutes())} UTC`;
}
