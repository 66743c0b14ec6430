/** Whole numbers and tokens. */

/** "1,234,567"; an en dash when unknown. */
export function count(value: number | null | undefined): string {
  return value == null ? "–" : value.toLocaleString("en-US");
}

/** "1 row", "1,204 rows". */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** "1.2 M" tokens. Counts are no money, so a float is fine here. */
export function compactCount(value: number | null | undefined): string {
  if (value == null) return "–";
  const steps: [number, string][] = [[1e12, "T"], [1e9, "B"], [1e6, "M"], [1e3, "k"]];
  for (const [unit, suffix] of steps) {
    if (Math.abs(value) >= unit) return `${Number((value / unit).toPrecision(3))}\u202f${suffix}`;
  }
  return String(value);
}
