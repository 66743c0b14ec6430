/** The read API over the made-up firm: the same shapes, filters and problems as the real one. Development only. */
import { CATEGORIES, LABELS, MONTHS, SUPPLIER_NAMES, lines, type Line } from "./mock-data.ts";

type Answer = { status: number; body: unknown };
type Ask = { label: string; months: string[]; compare: { label: string; months: string[] } | null; basis: string; currency: string; where: Record<string, string[]>; by: string[] };

const LINES = lines();
const EMPTY = process.env.MOCK_EMPTY === "1";
const OPEN = ["category", "vendor", "model", "tool", "agent", "use_case", "department", "cost_center", "owner", "evidence", "source_name", "origin", "layer", "method", "month"];
const CAPABILITY: Record<string, string> = { chatgpt: "chat assistant", claude: "chat assistant", notion: "writing", grammarly: "writing", otter: "meeting notes", gong: "meeting notes", copilot: "code assistant", cursor: "code assistant" };

export function answer(url: URL): Answer {
  const query = url.searchParams;
  if (url.pathname === "/api/workspace") return ok(workspace());
  if (EMPTY) return problem(404, "Nothing captured", "Nothing is captured yet, so there is no map.", "Run `spendmap demo`, or `spendmap capture --file FILE --as focus`.");
  const asked = ask(query);
  if ("status" in asked) return asked;
  const category = /^\/api\/categories\/([\w-]+)$/.exec(url.pathname);
  if (category) {
    const id = category[1] ?? "";
    if (![...CATEGORIES.map(([code]) => code as string), "unclassified"].includes(id)) return problem(404, "No such category", `no category is called '${id}'.`, "Open the map and choose one of the eight.");
    return ok(categoryReport(id, asked, query.get("group") ?? "vendor"));
  }
  switch (url.pathname) {
    case "/api/map": return ok(mapReport(asked));
    case "/api/map/months": return ok(months(select(asked, [...MONTHS]), asked));
    case "/api/map/flow": return ok(flow(select(asked, asked.months)));
    case "/api/explain": return ok(explain(asked, query));
    case "/api/explain/rows": return ok(originRows(query));
    default: return problem(404, "Not found", `nothing answers ${url.pathname}.`, "See /docs for the API.");
  }
}

function ask(query: URLSearchParams): Ask | Answer {
  const label = query.get("period") ?? "2026-10";
  const span = monthsOf(label);
  if (!span) return problem(400, "Unknown period", `'${label}' is not a period.`, "Write 2026-10, 2026-Q3, 2026 or all.");
  const where: Record<string, string[]> = {};
  for (const text of query.getAll("where")) {
    const [dimension = "", ...rest] = text.split(":");
    if (!OPEN.includes(dimension)) return problem(400, "Unknown filter", `no dimension is called '${dimension}'.`, `Use one of: ${OPEN.join(", ")}.`);
    (where[dimension] ??= []).push(rest.join(":"));
  }
  const compare = query.get("compare") ?? "previous";
  const first = MONTHS.indexOf(span[0] ?? "");
  const earlier = compare === "none" || label === "all" ? null : compare === "previous" ? { label: before(label, span), months: MONTHS.slice(Math.max(0, first - span.length), first) } : { label: compare, months: monthsOf(compare) ?? [] };
  return { label, months: span, compare: earlier, basis: query.get("basis") ?? "effective", currency: query.get("currency") ?? "USD", where, by: (query.get("by") ?? "category,vendor").split(",") };
}

function before(label: string, span: string[]): string {
  const at = MONTHS.indexOf(span[0] ?? "");
  if (span.length === 1) return MONTHS[at - 1] ?? "2024-10";
  if (/^\d{4}$/.test(label)) return String(Number(label) - 1);
  const q = Number(label.slice(6)) - 1;
  return q === 0 ? `${Number(label.slice(0, 4)) - 1}-Q4` : `${label.slice(0, 4)}-Q${q}`;
}

function monthsOf(label: string): string[] | null {
  if (label === "all") return [...MONTHS];
  if (/^\d{4}-\d{2}$/.test(label)) return [label];
  if (/^\d{4}$/.test(label)) return MONTHS.filter((m) => m.startsWith(label));
  const quarter = /^(\d{4})-Q([1-4])$/.exec(label);
  if (!quarter) return null;
  return [1, 2, 3].map((n) => `${quarter[1]}-${String((Number(quarter[2]) - 1) * 3 + n).padStart(2, "0")}`);
}

function select(asked: Ask, span: string[], scope = "ai"): Line[] {
  return LINES.filter((line) => line.scope === scope && span.includes(line.month) && Object.entries(asked.where).every(([d, values]) => values.includes(String(line[d as keyof Line] ?? ""))));
}

const money = (cents: number): string => (cents / 100).toFixed(2);
const sum = (found: Line[]): number => found.reduce((all, line) => all + line.cents, 0);
const cost = (found: Line[]): string => money(sum(found));
const share = (part: number, whole: number): string | null => (whole === 0 ? null : (part / whole).toFixed(6));
const label = (dimension: string, id: string | null): string => (id === null ? "(unknown)" : (LABELS[dimension]?.[id] ?? (dimension === "category" ? title(id) : id)));
const title = (id: string): string => CATEGORIES.find(([code]) => code === id)?.[1] ?? (id === "unclassified" ? "Unclassified" : id);

function group(found: Line[], key: (line: Line) => string): Map<string, Line[]> {
  const groups = new Map<string, Line[]>();
  for (const line of found) {
    const at = key(line);
    groups.set(at, [...(groups.get(at) ?? []), line]);
  }
  return new Map([...groups].sort((a, b) => sum(b[1]) - sum(a[1])));
}

function byEvidence(found: Line[]): Record<string, string> {
  return Object.fromEntries([...group(found, (line) => line.evidence)].map(([grade, some]) => [grade, cost(some)]));
}

function period(name: string, span: string[]) {
  return { label: name, first: span[0] ?? name, last: span.at(-1) ?? name, start: `${span[0]}-01T00:00:00Z`, end: `${span.at(-1)}-28T00:00:00Z` };
}

function workspace() {
  const named = (dimension: string) => Object.entries(LABELS[dimension] ?? {}).map(([id, text]) => ({ id, label: text }));
  return {
    name: "fernhill", currency: "USD", currencies: ["USD", "EUR"], is_empty: EMPTY, months: EMPTY ? [] : MONTHS, default_period: EMPTY ? null : "2026-10", generated_at: EMPTY ? null : "2026-11-21T06:12:44Z", version: "0.1.0",
    dimensions: {
      category: CATEGORIES.map(([id, text]) => ({ id, label: text })), vendor: named("vendor"), department: named("department"), cost_center: named("cost_center"), use_case: named("use_case"), tool: named("tool"), agent: named("agent"),
      evidence: ["invoiced", "metered", "contracted", "estimated", "declared"].map((id) => ({ id, label: id })), source: [], model: [],
    },
    categories: CATEGORIES.map(([id, text, additive, about]) => ({ id, label: text, additive, about })),
  };
}

function mapReport(asked: Ask) {
  const now = select(asked, asked.months);
  const then = asked.compare ? select(asked, asked.compare.months) : null;
  const total = sum(now);
  const last = MONTHS.indexOf(asked.months.at(-1) ?? "");
  const keyed = (line: Line) => JSON.stringify(asked.by.map((d) => line[d as keyof Line] ?? null));
  const earlier = then ? group(then, keyed) : null;
  const rows = [...group(now, keyed)].map(([key, found]) => {
    const values = JSON.parse(key) as (string | null)[];
    const keys = Object.fromEntries(asked.by.map((d, i) => [d, values[i] ?? null]));
    return {
      keys, labels: Object.fromEntries(asked.by.map((d, i) => [d, label(d, values[i] ?? null)])), cost: cost(found), previous_cost: earlier ? cost(earlier.get(key) ?? []) : null,
      by_evidence: byEvidence(found), rows: found.reduce((n, l) => n + l.rows, 0), unpriced_rows: found.reduce((n, l) => n + l.unpriced_rows, 0), figure: `/explain?figure=row&where=category:${keys.category}`,
    };
  });
  const overlap = overlapOf(now);
  const strip = [...CATEGORIES.map(([id]) => id as string), "unclassified"].flatMap((id) => {
    const mine = id === "overlap" ? now.filter((l) => l.tool && CAPABILITY[l.tool]) : now.filter((l) => l.category === id);
    if (id === "unclassified" && mine.length === 0) return [];
    const all = select(asked, [...MONTHS]).filter((l) => (id === "overlap" ? l.tool && CAPABILITY[l.tool] : l.category === id));
    return [{
      category: id, label: title(id), is_additive: id !== "overlap", cost: cost(mine), previous_cost: then ? cost(all.filter((l) => asked.compare?.months.includes(l.month))) : null,
      series: Array.from({ length: 13 }, (_, n) => MONTHS[last - 12 + n] ?? "").map((month) => ({ month, cost: all.some((l) => l.month === month) ? cost(all.filter((l) => l.month === month)) : null })),
      by_evidence: byEvidence(mine), owned_share: share(sum(mine.filter((l) => l.owner)), sum(mine)), allocated_share: share(sum(mine.filter((l) => l.department)), sum(mine)),
      top: [...group(mine, (l) => l.vendor)].slice(0, 3).map(([vendor, found]) => ({ vendor, label: label("vendor", vendor), cost: cost(found) })),
    }];
  });
  const notAi = Object.keys(asked.where).length ? [] : select({ ...asked, where: {} }, asked.months, "not_ai");
  const covered = Object.keys(asked.where).length ? [] : select({ ...asked, where: {} }, asked.months, "covered");
  const unpriced = now.filter((l) => l.unpriced_rows > 0);
  const lost = now.filter((l) => !l.use_case && !l.agent && !l.tool && !l.department);
  const dark = now.filter((l) => l.method === "dark");
  const cover = (test: (l: Line) => boolean) => ({ share: share(sum(now.filter(test)), total), cost: cost(now.filter(test)) });
  return {
    period: period(asked.label, asked.months), compare: asked.compare ? period(asked.compare.label, asked.compare.months) : null, currency: asked.currency, basis: asked.basis, as_of: "2026-11-21T06:12:44Z", by: asked.by, where: asked.where,
    total: money(total), previous_total: then ? cost(then) : null, missing_rows: asked.basis === "billed" ? 214 : asked.basis === "effective" ? 0 : 37, rows, by_evidence: byEvidence(now), strip,
    captured: { ai: money(total), not_ai: cost(notAi), covered: cost(covered), total: money(total + sum(notAi) + sum(covered)) },
    unpriced: {
      rows: unpriced.reduce((n, l) => n + l.unpriced_rows, 0), input_tokens: unpriced.length ? 12_404_118 : 0, output_tokens: unpriced.length ? 1_903_442 : 0,
      by_model: unpriced.map((l) => ({ provider: l.vendor, model: l.model, rows: l.unpriced_rows, input_tokens: l.unpriced_rows * 21_000, output_tokens: l.unpriced_rows * 3_100 })),
    },
    unclassified: { cost: cost(now.filter((l) => l.category === "unclassified")), rows: now.filter((l) => l.category === "unclassified").length },
    unallocated: { cost: cost(lost), rows: lost.length, share: share(sum(lost), total) }, dark: { cost: cost(dark), accounts: dark.slice(0, 3).map((l) => ({ vendor: l.vendor, account: "4471-0093-1182", cost: cost([l]) })) },
    coverage: { owned: cover((l) => l.owner !== null), allocated: cover((l) => l.department !== null), evidenced: cover((l) => l.evidence === "invoiced" || l.evidence === "metered") },
    overlap, not_ai_top: [...group(notAi, (l) => l.vendor)].slice(0, 10).map(([supplier, found]) => ({ supplier, cost: cost(found), rows: found.reduce((n, l) => n + l.rows, 0) })),
    precedence: ["anthropic: metered usage at contract price; 2 payments covered", "aws 4471-0093-1182: cost export billed; usage decides who carries it"],
    other_currencies: [{ currency: "EUR", ai: "18204.11", not_ai: "90112.40", covered: "0" }], notes: now.length ? [] : [`Nothing matches ${Object.entries(asked.where).map(([d, v]) => `${d} = ${v.join(" or ")}`).join(", ")}.`],
  };
}

function overlapOf(now: Line[]) {
  const tooled = now.filter((l) => l.tool && CAPABILITY[l.tool]);
  return {
    cost: cost(tooled),
    capabilities: [...group(tooled, (l) => CAPABILITY[l.tool ?? ""] ?? "")].map(([capability, found]) => ({
      capability, cost: cost(found), tools: [...group(found, (l) => l.tool ?? "")].map(([tool, some]) => ({ tool, vendor: some[0]?.vendor ?? null, label: label("tool", tool), cost: cost(some) })),
    })),
  };
}

function months(found: Line[], asked: Ask) {
  const dimension = asked.by[0] ?? "category";
  const upTo = MONTHS.indexOf(asked.months.at(-1) ?? "");
  const axis = MONTHS.slice(Math.max(0, upTo - 12), upTo + 1);
  return {
    months: axis, basis: asked.basis, currency: asked.currency,
    series: [...group(found, (l) => String(l[dimension as keyof Line] ?? ""))].map(([key, some]) => ({
      key: key || null, label: label(dimension, key || null), values: axis.map((month) => (some.some((l) => l.month === month) ? cost(some.filter((l) => l.month === month)) : null)),
    })),
  };
}

function flow(found: Line[]) {
  const nodes = new Map<string, { id: string; label: string; kind: string }>();
  const links = new Map<string, number>();
  const big = new Set([...group(found, (l) => l.vendor)].slice(0, 7).map(([vendor]) => vendor));
  for (const line of found) {
    const vendor = big.has(line.vendor) ? `vendor:${line.vendor}` : "vendor:other";
    const category = `category:${line.category}`;
    const department = line.department && line.department !== "legal" ? `department:${line.department}` : "department:unallocated";
    nodes.set(vendor, { id: vendor, label: vendor === "vendor:other" ? "Other vendors" : label("vendor", line.vendor), kind: "vendor" });
    nodes.set(category, { id: category, label: label("category", line.category), kind: "category" });
    nodes.set(department, { id: department, label: department.endsWith("unallocated") ? "Unallocated" : label("department", line.department), kind: "department" });
    for (const [a, b] of [[vendor, category], [category, department]] as const) links.set(`${a}|${b}`, (links.get(`${a}|${b}`) ?? 0) + line.cents);
  }
  return { left_out: "0", nodes: [...nodes.values()], links: [...links].map(([key, cents]) => ({ source: key.split("|")[0], target: key.split("|")[1], cost: money(cents) })) };
}

function categoryReport(id: string, asked: Ask, by: string) {
  const mine = (line: Line) => (id === "overlap" ? line.tool !== null && CAPABILITY[line.tool] !== undefined : line.category === id);
  const now = select(asked, asked.months).filter(mine);
  const then = asked.compare ? select(asked, asked.compare.months).filter(mine) : null;
  const groups = group(now, (l) => String(l[by as keyof Line] ?? ""));
  const movers = [...groups].map(([key, found]) => {
    const old = then?.filter((l) => String(l[by as keyof Line] ?? "") === key) ?? null;
    return { keys: { [by]: key || null }, labels: { [by]: label(by, key || null) }, cost: cost(found), previous_cost: old ? cost(old) : null, delta: old ? money(sum(found) - sum(old)) : null };
  });
  const about = CATEGORIES.find(([code]) => code === id);
  return {
    category: { id, label: title(id), additive: about?.[2] ?? true, about: about?.[3] ?? "Money of scope AI that no rule has placed yet" }, period: period(asked.label, asked.months), compare: asked.compare ? period(asked.compare.label, asked.compare.months) : null,
    currency: asked.currency, basis: asked.basis, total: cost(now), previous_total: then ? cost(then) : null, by_evidence: byEvidence(now), group: by, rows: now.length, unpriced_rows: 0, missing_rows: 0, notes: [], movers,
    months: months(select(asked, [...MONTHS]).filter(mine), { ...asked, by: [by] }),
  };
}

function explain(asked: Ask, query: URLSearchParams) {
  const figure = query.get("figure") ?? "total";
  const page = Number(query.get("page") ?? "1");
  const size = Number(query.get("size") ?? "50");
  const now = select(asked, asked.months);
  const items = now.flatMap((line, n) => Array.from({ length: Math.min(line.rows, 12) }, (_, i) => ({
    allocation_id: `al-${n}-${i}`, charge_date: `${line.month}-${String(1 + ((i * 5) % 28)).padStart(2, "0")}`, origin: line.origin, origin_key: `${line.vendor}/${n}/${i}`, source_name: line.source_name, scope: line.scope, category: line.category,
    method: line.method, layer: line.layer, vendor: line.vendor, vendor_account: null, supplier_name: null, environment: null, input_tokens: null, output_tokens: null, minutes: null, model: line.model, service_name: line.model ? "Model API" : "Subscription", tool: line.tool, agent: line.agent, use_case: line.use_case, department: line.department, cost_center: line.cost_center,
    owner: line.owner, evidence: line.evidence, cost: line.unpriced_rows && i === 0 ? null : (line.cents / 100 / Math.min(line.rows, 12)).toFixed(6), usage_rows: line.usage_rows ? Math.round(line.usage_rows / 12) : null, unpriced_rows: i === 0 ? line.unpriced_rows : 0,
    scope_rule: line.origin === "usage" ? "model-calls" : `${line.vendor}-supplier`, category_rule: `${line.vendor}-${line.category}`, attribution_rule: line.department ? "register: department key" : null,
  })));
  const sort = query.get("sort") ?? "-cost";
  const field = sort.replace("-", "") as keyof (typeof items)[number];
  items.sort((a, b) => (field === "cost" ? Number(a.cost) - Number(b.cost) : String(a[field]).localeCompare(String(b[field]))) * (sort.startsWith("-") ? -1 : 1));
  return {
    title: `${figure === "total" ? "AI spend" : `AI spend, ${Object.entries(asked.where).map(([d, v]) => `${d} is ${v.join(" or ")}`).join(", ") || figure}`}, ${asked.label}`, adds_up: true, lineage_of: "figure",
    methods: [{ method: "whole", about: "the whole charge", rows: 210, cost: cost(now.filter((l) => l.origin === "charge")) }, { method: "metered", about: "metered usage at its own price, or its part of the bill", rows: 142, cost: cost(now.filter((l) => l.origin === "usage")) }], figure: { cost: cost(now), currency: asked.currency, basis: asked.basis },
    formula: `Sum of the ${asked.basis} cost of every allocation row of scope AI in ${asked.label}${Object.keys(asked.where).length ? ", narrowed by the filters" : ""}. Usage is priced row by row at the price in force at the call's time; charges count as billed.`,
    by_evidence: byEvidence(now), precedence: ["anthropic: metered usage at contract price; 2 payments covered", "aws 4471-0093-1182: cost export billed; usage decides who carries it"],
    rows: { total: items.length, page, size, items: items.slice((page - 1) * size, page * size) },
    rules: [...group(now, (l) => `${l.vendor}-${l.category}`)].slice(0, 12).map(([id, found]) => ({ id, decides: "category", why: `${label("vendor", found[0]?.vendor ?? null)} sells ${title(found[0]?.category ?? "").toLowerCase()}.`, source: "https://example.com/pricing", rows: found.reduce((n, l) => n + l.rows, 0), cost: cost(found) })),
    prices: [
      { price_id: "anthropic/claude-sonnet-4-5/input_uncached/2025-09-29", provider: "anthropic", model: "claude-sonnet-4-5", meter: "input_uncached", service_tier: "standard", region_scope: null, contract: null, basis: "list", catalogue: "genai-prices", source_url: "https://example.com/pricing", checked_on: "2026-11-01", usage_rows: 412_331, list_unit_price: "0.000003000000", currency: "USD", valid_from: "2025-09-29T00:00:00Z", valid_to: null},
      { price_id: "anthropic/claude-sonnet-4-5/output/2025-09-29", provider: "anthropic", model: "claude-sonnet-4-5", meter: "output", service_tier: "standard", region_scope: null, contract: null, basis: "list", catalogue: "genai-prices", source_url: "https://example.com/pricing", checked_on: "2026-11-01", usage_rows: 411_020, list_unit_price: "0.000015000000", currency: "USD", valid_from: "2025-09-29T00:00:00Z", valid_to: null },
    ],
    loads: [
      { load_id: "ld-0192", source_name: "anthropic-usage", file_name: "messages_2026-10.json", file_sha256: "9c1185a5c5e9fc54612808977ee8f548b2258d31ddadef707ba62c166051b9e3", observed_at: "2026-11-02T04:10:11Z", rows_loaded: 118_402, owner: "platform team", rows_behind: 55_311 },
      { load_id: "ld-0193", source_name: "aws-bill", file_name: "cur2_2026-10.parquet", file_sha256: "4e07408562bedb8b60ce05c1decfe3ad16b72230967de01f640b7e4729b49fce", observed_at: "2026-11-03T05:44:02Z", rows_loaded: 9_204, owner: "finance", rows_behind: 9_204 },
    ],
    not_in_here: ["495 usage rows have no price; their tokens are counted, their money is not.", "Two payments to Anthropic are covered by its metered usage.", `${SUPPLIER_NAMES.length} suppliers are not AI by any rule.`, "EUR amounts are shown apart; currencies are never added."],
  };
}

function originRows(query: URLSearchParams) {
  const page = Number(query.get("page") ?? "1");
  const items = Array.from({ length: 20 }, (_, n) => ({
    natural_key: `msg_${page}_${n}`, source_name: "anthropic-usage", source_file: "messages_2026-10.json", source_line: 120 + n + (page - 1) * 20, charge_period_start: `2026-10-0${1 + (n % 9)}T10:0${n % 10}:00Z`, request_model: "claude-sonnet-4-5",
    load_id: "ld-0192", provider_name: "anthropic", response_model: "claude-sonnet-4-5-20250929", service_tier: "standard", currency: "USD", price_model: "claude-sonnet-4-5", details: {},
    meters: { input_uncached: String(1_200 + n), output: String(310 + n) }, costs: { list_cost: n === 3 ? null : (0.0082 + n / 10_000).toFixed(6) }, price_ids: ["anthropic/claude-sonnet-4-5/input_uncached/2025-09-29"], unpriced_reason: n === 3 ? "no price in force" : null,
  }));
  return { origin: "usage", origin_key: query.get("origin_key"), total: 64, page, size: 20, items };
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}

function problem(status: number, name: string, detail: string, next_step: string): Answer {
  return { status, body: { type: "about:blank", title: name, status, detail, next_step } };
}
