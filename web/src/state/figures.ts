/** Names of the figures that can be explained, and the conditions each adds. One place to agree with the API. */
import type { Explained, Where } from "./view";
import { DEFAULT_SORT } from "./view";

export type FigureRef = { figure: string; where?: Where };

export const figures = {
  total: (): FigureRef => ({ figure: "total" }),
  /** Overlap is a lens with a name of its own: no row's category is "overlap". */
  category: (category: string): FigureRef => (category === "overlap" ? { figure: "overlap" } : { figure: "category", where: { category: [category] } }),
  /** One group of a report; a lens's group keeps the lens and adds the rest as conditions. */
  row: (keys: Record<string, string | null>): FigureRef => {
    const { category, ...rest } = keys;
    const isLens = category === "overlap";
    const conditions = Object.entries(isLens ? rest : keys).map(([dimension, value]): [string, string[]] => [dimension, [value ?? ""]]);
    return { figure: isLens ? "overlap" : (Object.keys(keys).at(-1) ?? "total"), where: Object.fromEntries(conditions) };
  },
  evidence: (grade: string, within: Where = {}): FigureRef => ({ figure: "evidence", where: { ...within, evidence: [grade] } }),
  named: (figure: string): FigureRef => ({ figure }),
} as const;

/** The drawer's state when a figure is opened: first page, biggest first. */
export function explained({ figure, where = {} }: FigureRef): Explained {
  return { figure, where, page: 1, sort: DEFAULT_SORT };
}
