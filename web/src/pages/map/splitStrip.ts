/** The strip's rows: those that make up the total, and the lens beside them. */
import type { StripRow } from "../../api/types";

export function splitStrip(strip: readonly StripRow[]): { additive: StripRow[]; lenses: StripRow[] } {
  return { additive: strip.filter((row) => row.is_additive), lenses: strip.filter((row) => !row.is_additive) };
}
