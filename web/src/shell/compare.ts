/** What a period can be compared with. */
import { monthAdd, periodLabel } from "../format/period";

export type Comparison = { value: string; label: string; about?: string };

/** Previous, the same months a year ago, nothing; and whatever the URL asks for. */
export function compareOptions(period: string, months: readonly string[], chosen: string): Comparison[] {
  const yearAgo = lastYear(period);
  const options: Comparison[] = [
    { value: "previous", label: "Previous period", about: "The same length, just before" },
    ...(yearAgo && months.includes(monthAdd(firstMonth(period), -12)) ? [{ value: yearAgo, label: periodLabel(yearAgo), about: "A year earlier" }] : []),
    { value: "none", label: "Nothing", about: "No comparison" },
  ];
  return options.some(({ value }) => value === chosen) ? options : [...options, { value: chosen, label: periodLabel(chosen) }];
}

function firstMonth(period: string): string {
  const quarter = /^(\d{4})-Q([1-4])$/.exec(period);
  return quarter ? `${quarter[1]}-${String(Number(quarter[2]) * 3 - 2).padStart(2, "0")}` : /^\d{4}$/.test(period) ? `${period}-01` : period;
}

function lastYear(period: string): string | null {
  const found = /^(\d{4})(-.+)$/.exec(period);
  return found ? `${Number(found[1]) - 1}${found[2]}` : null;
}
