/** Calls to the read API, typed by its OpenAPI document. A problem document (RFC 9457) becomes `ApiProblem`. */
import createClient from "openapi-fetch";

import { apiPairs, encodePairs, narrow, type Explained, type View } from "../state/view";
import type { paths } from "./schema";
import type { Confirmed, DecisionAsked, Finding, Named, Problem } from "./types";

/** One field a write was refused for; on a conflict with what somebody else wrote. */
export type FieldError = { field: string; message: string; yours?: string | null; theirs?: string | null; by?: string | null; at?: string | null };

/** What went wrong, in words, with the next step to show. `fields`: what is wrong with what was written. */
export class ApiProblem extends Error {
  constructor(readonly problem: Problem, readonly fields: readonly FieldError[] = []) {
    super(problem.detail || problem.title);
    this.name = "ApiProblem";
  }
}

export const PAGE_SIZE = 50;
const ORIGIN_PAGE_SIZE = 20;

export const client = createClient<paths>({ baseUrl: globalThis.location?.origin ?? "", querySerializer: (query) => encodePairs(pairsOf(query)) });

export const load = {
  workspace: () => answer(client.GET("/api/workspace")),
  map: (view: View) => answer(client.GET("/api/map", { params: { query: { ...question(view), by: "category,vendor" } } })),
  months: (view: View) => answer(client.GET("/api/map/months", { params: { query: { ...question(view), by: "category" } } })),
  flow: (view: View) => answer(client.GET("/api/map/flow", { params: { query: question(view) } })),
  category: (category: string, view: View) =>
    answer(client.GET("/api/categories/{category}", { params: { path: { category }, query: { ...question(view), group: view.group } } })),
  explain: (explained: Explained, view: View) =>
    answer(client.GET("/api/explain", { params: { query: { ...question(narrowed(explained, view)), figure: explained.figure, page: explained.page, size: PAGE_SIZE, sort: explained.sort } } })),
  leader: (view: View) => answer(client.GET("/api/leader", { params: { query: question(view) } })),
  findings: (asked: FindingsAsked) => answer(client.GET("/api/findings", { params: { query: { ...asked, state: [...asked.state], size: PAGE_SIZE } } })),
  finding: (finding_id: string) => answer(client.GET("/api/findings/{finding_id}", { params: { path: { finding_id } } })),
  scenario: (changes: readonly string[], view: View) =>
    answer(client.GET("/api/scenario", { params: { query: { ...(changes.length ? { set: [...changes] } : {}), basis: view.basis, ...(view.period ? { period: view.period } : {}), ...(view.currency ? { currency: view.currency } : {}) } } })),
  economics: (view: View, per: string, more: { sort?: string; page?: number; size?: number } = {}) =>
    answer(client.GET("/api/economics", { params: { query: { ...money(view), layers: view.economics.layers.join(","), per, ...more } } })),
  economicsOverview: (view: View) => answer(client.GET("/api/economics/overview", { params: { query: { ...money(view), layers: view.economics.layers.join(",") } } })),
  originRows: (origin_key: string, page: number) => answer(client.GET("/api/explain/rows", { params: { query: { origin_key, page, size: ORIGIN_PAGE_SIZE } } })),
  vendors: (ask: VendorsAsked, view: View) =>
    answer(client.GET("/api/vendors", { params: { query: { ...question(view), by: ask.by, q: ask.q, sort: ask.sort, page: ask.page, size: PAGE_SIZE } } })),
  vendor: (vendor: string, view: View) => answer(client.GET("/api/vendors/{vendor}", { params: { path: { vendor }, query: question(view) } })),
  optimize: (kind: string | null, sort: string) => answer(client.GET("/api/optimize", { params: { query: { sort, ...(kind ? { kind: [kind] } : {}) } } })),
  splits: (view: View, use_case: string | null) => answer(client.GET("/api/splits", { params: { query: { ...money(view), ...(use_case === null ? {} : { use_case: [use_case] }) } } })),
  readiness: (period: string | null) => answer(client.GET("/api/readiness", { params: { query: period ? { period } : {} } })),
  sources: () => answer(client.GET("/api/sources")),
  reconcile: (period: string) => answer(client.GET("/api/reconcile", { params: { query: { period } } })),
};

/** One page of findings as the address asks for it; an owner of "" is nobody, what is left out narrows nothing. */
export type FindingsAsked = { state: readonly string[]; kind?: string[]; category?: string[]; code?: string[]; owner?: string; q: string; sort: string; page: number };

/** What the vendors page asks on top of the figures' own filters. */
export type VendorsAsked = { by: "capability" | "department"; q: string; sort: string; page: number };

/** Address of the list of vendors as a file. */
export function vendorsDownload(ask: VendorsAsked, view: View): string {
  return `/api/vendors.csv?${encodePairs([...apiPairs(view), ["q", ask.q], ["sort", ask.sort]])}`;
}

/** Record a decision about a finding; answers the finding as it stands now. */
export function decide(finding_id: string, body: DecisionAsked): Promise<Finding> {
  return answer(client.POST("/api/findings/{finding_id}/decide", { params: { path: { finding_id } }, body }));
}

/** Write the rule that a supplier is AI, or is not, over the answer whose version it names (0: nobody had confirmed it). */
export function confirmSupplier(asked: { supplier: string; scope: "ai" | "not_ai"; version: number }): Promise<Confirmed> {
  return answer(client.POST("/api/rules/confirm", { body: asked }));
}

/** Write into the register that a supplier is a vendor by another name. */
export function nameVendor(asked: { supplier: string; vendor: string }): Promise<Named> {
  return answer(client.POST("/api/rules/vendor-name", { body: asked }));
}

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

/** Period, basis and currency: what unit costs are asked by. They know no filter over dimensions. */
function money(view: View) {
  return { basis: view.basis, ...(view.period ? { period: view.period } : {}), ...(view.currency ? { currency: view.currency } : {}) };
}

function pairsOf(query: object): [string, string][] {
  return Object.entries(query as Record<string, unknown>).flatMap(([name, value]) => {
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return values.filter((each) => each !== undefined && each !== null).map((each): [string, string] => [name, String(each)]);
  });
}

export async function answer<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
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
  throw new ApiProblem(asProblem(got.error, got.response.status), fieldErrors(got.error));
}

/** The fields a problem document names. */
function fieldErrors(error: unknown): FieldError[] {
  const found = typeof error === "object" && error !== null ? (error as { errors?: unknown }).errors : undefined;
  return Array.isArray(found) ? found.filter((each): each is FieldError => typeof (each as FieldError | null)?.field === "string") : [];
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
