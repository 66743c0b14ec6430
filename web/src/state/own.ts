/** Parameters of one page only, beside the state all pages share: a chosen finding, a scenario's changes. Kept on that page, dropped on others. */

/** Names the shared state owns (`view.ts`). */
const SHARED = new Set(["period", "compare", "basis", "currency", "where", "picture", "table", "group", "explain", "explain_where", "explain_page", "explain_sort", "per", "layers", "rows_sort", "rows_page"]);

export type Pairs = readonly (readonly [string, string])[];

/** The parameters of an address that are the page's own, in order. */
export function ownPairs(search: string): [string, string][] {
  return [...new URLSearchParams(search)].filter(([name]) => !SHARED.has(name));
}

/** Own parameters with some set anew; an empty list or null takes one away. */
export function withOwn(pairs: Pairs, patch: Record<string, string | readonly string[] | null>): [string, string][] {
  const kept = pairs.filter(([name]) => !(name in patch)).map(([name, value]): [string, string] => [name, value]);
  const set = Object.entries(patch).flatMap(([name, value]) => (value === null ? [] : [value].flat().map((each): [string, string] => [name, each])));
  return [...kept, ...set];
}
