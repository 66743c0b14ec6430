/** The state of the pages, all of it in plain query parameters named as the API names them.
 *
 * `parseView(formatView(view))` gives the view back; a value that is the default is left out of the URL.
 */
import type { Basis } from "../api/types";

export type Where = Record<string, string[]>;
export type Picture = "treemap" | "months" | "flow";
export type MoverGroup = "vendor" | "model" | "use_case" | "department";

/** Which figure is being explained: its name and the conditions on top of the page's own. */
export type Explained = { figure: string; where: Where; page: number; sort: string };

export type View = {
  period: string | null;
  compare: string;
  basis: Basis;
  currency: string | null;
  where: Where;
  picture: Picture;
  asTable: boolean;
  group: MoverGroup;
  explain: Explained | null;
  economics: EconomicsView;
};

/** What the Economics page shows: the layers added up, the kind of thing, the order and page of its rows. */
export type EconomicsView = { per: string; layers: string[]; sort: string; page: number };

export const LAYERS = ["inference", "direct", "indirect"] as const;
export const BASES: readonly Basis[] = ["effective", "billed", "contracted", "list"];
export const PICTURES: readonly Picture[] = ["treemap", "months", "flow"];
export const GROUPS: readonly MoverGroup[] = ["vendor", "model", "use_case", "department"];
export const DEFAULT_SORT = "-cost";

export const DEFAULT_VIEW: View = {
  period: null,
  compare: "previous",
  basis: "effective",
  currency: null,
  where: {},
  picture: "treemap",
  asTable: false,
  group: "vendor",
  explain: null,
  economics: { per: "use_case", layers: [...LAYERS], sort: "-cost", page: 1 },
};

/** Read the query part of a URL. Unknown parameters are ignored, unusable values fall back to the default. */
export function parseView(search: string): View {
  const query = new URLSearchParams(search);
  const figure = query.get("explain");
  return {
    period: query.get("period") || null,
    compare: query.get("compare") || DEFAULT_VIEW.compare,
    basis: oneOf(query.get("basis"), BASES, DEFAULT_VIEW.basis),
    currency: query.get("currency") || null,
    where: parseWhere(query.getAll("where")),
    picture: oneOf(query.get("picture"), PICTURES, DEFAULT_VIEW.picture),
    asTable: query.get("table") === "1",
    group: oneOf(query.get("group"), GROUPS, DEFAULT_VIEW.group),
    explain: figure
      ? {
          figure,
          where: parseWhere(query.getAll("explain_where")),
          page: Math.max(1, Number.parseInt(query.get("explain_page") ?? "1", 10) || 1),
          sort: query.get("explain_sort") || DEFAULT_SORT,
        }
      : null,
    economics: parseEconomics(query),
  };
}

function parseEconomics(query: URLSearchParams): EconomicsView {
  const named = (query.get("layers") ?? "").split(",");
  const layers = LAYERS.filter((layer) => named.includes(layer));
  return {
    per: query.get("per") || DEFAULT_VIEW.economics.per,
    layers: layers.length ? layers : [...LAYERS],
    sort: query.get("rows_sort") || DEFAULT_VIEW.economics.sort,
    page: Math.max(1, Number.parseInt(query.get("rows_page") ?? "1", 10) || 1),
  };
}

function economicsPairs({ per, layers, sort, page }: EconomicsView): [string, string][] {
  const pairs: [string, string][] = [];
  if (per !== DEFAULT_VIEW.economics.per) pairs.push(["per", per]);
  if (layers.length < LAYERS.length) pairs.push(["layers", layers.join(",")]);
  if (sort !== DEFAULT_VIEW.economics.sort) pairs.push(["rows_sort", sort]);
  if (page > 1) pairs.push(["rows_page", String(page)]);
  return pairs;
}

/** The query part of a URL, without the question mark; empty when everything is at its default. */
export function formatView(view: View): string {
  const pairs: [string, string][] = [...apiPairs(view)];
  if (view.picture !== DEFAULT_VIEW.picture) pairs.push(["picture", view.picture]);
  if (view.asTable) pairs.push(["table", "1"]);
  if (view.group !== DEFAULT_VIEW.group) pairs.push(["group", view.group]);
  pairs.push(...economicsPairs(view.economics));
  if (view.explain) {
    pairs.push(["explain", view.explain.figure], ...wherePairs(view.explain.where, "explain_where"));
    if (view.explain.page > 1) pairs.push(["explain_page", String(view.explain.page)]);
    if (view.explain.sort !== DEFAULT_SORT) pairs.push(["explain_sort", view.explain.sort]);
  }
  return encodePairs(pairs);
}

/** The parameters the API takes too: period, compare, basis, currency, where. */
export function apiPairs(view: View): [string, string][] {
  const pairs: [string, string][] = [];
  if (view.period) pairs.push(["period", view.period]);
  if (view.compare !== DEFAULT_VIEW.compare) pairs.push(["compare", view.compare]);
  if (view.basis !== DEFAULT_VIEW.basis) pairs.push(["basis", view.basis]);
  if (view.currency) pairs.push(["currency", view.currency]);
  return [...pairs, ...wherePairs(view.where, "where")];
}

/** `where=department:support` pairs, in the order the dimensions were chosen. */
export function wherePairs(where: Where, name: string): [string, string][] {
  return Object.entries(where).flatMap(([dimension, values]) => values.map((value): [string, string] => [name, `${dimension}:${value}`]));
}

/** Query text that stays readable: `:` and `,` need no escape inside a query. */
export function encodePairs(pairs: readonly (readonly [string, string])[]): string {
  const escape = (text: string) => encodeURIComponent(text).replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%2F", "/");
  return pairs.map(([name, value]) => `${escape(name)}=${escape(value)}`).join("&");
}

/** `department:support` texts as conditions; a value may hold colons, an empty value means unknown. */
export function parseWhere(texts: readonly string[]): Where {
  const where: Where = {};
  for (const text of texts) {
    const colon = text.indexOf(":");
    if (colon < 1) continue;
    const dimension = text.slice(0, colon);
    const value = text.slice(colon + 1);
    const values = (where[dimension] ??= []);
    if (!values.includes(value)) values.push(value);
  }
  return where;
}

/** Conditions that must all hold; one dimension's later values replace its earlier ones (drilling narrows). */
export function narrow(where: Where, more: Where): Where {
  return { ...where, ...more };
}

/** Without one value of one dimension. */
export function withoutValue(where: Where, dimension: string, value: string): Where {
  const { [dimension]: values = [], ...rest } = where;
  const kept = values.filter((each) => each !== value);
  return kept.length ? { ...rest, [dimension]: kept } : rest;
}

function oneOf<T extends string>(text: string | null, known: readonly T[], fallback: T): T {
  return known.find((each) => each === text) ?? fallback;
}
