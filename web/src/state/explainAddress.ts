/** The explanation's own page: `/explain?figure=...`, with the API's parameter names. */
import { DEFAULT_SORT, apiPairs, encodePairs, narrow, parseWhere, wherePairs, type Explained, type View } from "./view";

export const EXPLAIN_PATH = "/explain";

/** Address of a figure's own page. */
export function explainAddress(explained: Explained, view: View): string {
  const pairs: [string, string][] = [["figure", explained.figure], ...apiPairs({ ...view, where: {} }), ...wherePairs(narrow(view.where, explained.where), "where")];
  if (explained.page > 1) pairs.push(["page", String(explained.page)]);
  if (explained.sort !== DEFAULT_SORT) pairs.push(["sort", explained.sort]);
  return `${EXPLAIN_PATH}?${encodePairs(pairs)}`;
}

/** The figure such an address names; a bare address explains the total. */
export function readExplainAddress(search: string): Explained {
  const query = new URLSearchParams(search);
  return {
    figure: query.get("figure") || "total",
    where: parseWhere(query.getAll("where")),
    page: Math.max(1, Number.parseInt(query.get("page") ?? "1", 10) || 1),
    sort: query.get("sort") || DEFAULT_SORT,
  };
}
