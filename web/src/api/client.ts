/** Calls to the read API, typed by its OpenAPI document. A problem document (RFC 9457) becomes `ApiProblem`. */
import createClient from "openapi-fetch";

import { apiPairs, encodePairs, narrow, type Explained, type View } from "../state/view";
import type { paths } from "./schema";
import type { Problem } from "./types";

/** What went wrong, in words, with the next step to show. */
export class ApiProblem extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail || problem.title);
    this.name = "ApiProblem";
  }
}

export const PAGE_SIZE = 50;
const ORIGIN_PAGE_SIZE = 20;

const client = createClient<paths>({ baseUrl: globalThis.location?.origin ?? "", querySerializer: (query) => encodePairs(pairsOf(query)) });

export const load = {
  workspace: () => answer(client.GET("/api/workspace")),
  map: (view: View) => answer(client.GET("/api/map", { params: { query: { ...question(view), by: "category,vendor" } } })),
  months: (view: View) => answer(client.GET("/api/map/months", { params: { query: { ...question(view), by: "category" } } })),
  flow: (view: View) => answer(client.GET("/api/map/flow", { params: { query: question(view) } })),
  category: (category: string, view: View) =>
    answer(client.GET("/api/categories/{category}", { params: { path: { category }, query: { ...question(view), group: view.group } } })),
  explain: (explained: Explained, view: View) =>
    answer(client.GET("/api/explain", { params: { query: { ...question(narrowed(explained, view)), figure: explained.figure, page: explained.page, size: PAGE_SIZE, sort: explained.sort } } })),
  originRows: (origin_key: string, page: number) => answer(client.GET("/api/explain/rows", { params: { query: { origin_key, page, size: ORIGIN_PAGE_SIZE } } })),
  optimize: (kind: string | null, sort: string) => answer(client.GET("/api/optimize", { params: { query: { sort, ...(kind ? { kind: [kind] } : {}) } } })),
  readiness: (period: string | null) => answer(client.GET("/api/readiness", { params: { query: period ? { period } : {} } })),
  sources: () => answer(client.GET("/api/sources")),
  reconcile: (period: string) => answer(client.GET("/api/reconcile", { params: { query: { period } } })),
};

/** Address of the map as a file. */
export function downloadAddress(kind: "csv" | "json", view: View): string {
  return `/api/map.${kind}?${encodePairs([...apiPairs(view), ["by", "category,vendor"]])}`;
}

/** The page's conditions, narrowed by the figure's own. */
export function narrowed(explained: Explained, view: View): View {
  return { ...view, where: narrow(view.where, explained.where) };
}

/** The parameters every report takes. */
function question(view: View) {
  const where = apiPairs(view).filter(([name]) => name === "where").map(([, condition]) => condition);
  return {
    compare: view.compare,
    basis: view.basis,
    ...(view.period ? { period: view.period } : {}),
    ...(view.currency ? { currency: view.currency } : {}),
    ...(where.length ? { where } : {}),
  };
}

function pairsOf(query: object): [string, string][] {
  return Object.entries(query as Record<string, unknown>).flatMap(([name, value]) => {
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return values.filter((each) => each !== undefined && each !== null).map((each): [string, string] => [name, String(each)]);
  });
}

async function answer<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let got: { data?: T; error?: unknown; response: Response };
  try {
    got = await call;
  } catch {
    throw new ApiProblem({
      type: "about:blank", title: "No answer", status: 0, detail: "The spendmap server does not answer.",
      next_step: "Start it again with `spendmap serve`, then reload this page.",
    });
  }
  if (got.data !== undefined) return got.data;
  throw new ApiProblem(asProblem(got.error, got.response.status));
}

/** The server's explanation; a proxy or a crash may have put something else in its place. */
export function asProblem(error: unknown, status: number): Problem {
  const said = typeof error === "object" && error !== null ? (error as Partial<Problem>) : {};
  return {
    type: said.type ?? "about:blank",
    title: said.title ?? "Unreadable answer",
    status,
    detail: typeof said.detail === "string" ? said.detail : `The server answered ${status} without an explanation.`,
    next_step: said.next_step ?? "Reload the page; if it stays so, look at the terminal that runs `spendmap serve`.",
  };
}
