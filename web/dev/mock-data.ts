/** A made-up firm for developing the pages: lines of spend by month. Seeded, so every run shows the same figures. */

export type Line = {
  month: string;
  scope: "ai" | "not_ai" | "covered";
  category: string | null;
  vendor: string;
  model: string | null;
  tool: string | null;
  agent: string | null;
  use_case: string | null;
  department: string | null;
  cost_center: string | null;
  owner: string | null;
  evidence: string;
  source_name: string;
  origin: string;
  method: string;
  layer: string;
  cents: number;
  rows: number;
  usage_rows: number;
  unpriced_rows: number;
};

export const LABELS: Record<string, Record<string, string>> = {
  vendor: {
    aws: "Amazon Web Services", anthropic: "Anthropic", openai: "OpenAI", google: "Google Cloud", coreweave: "CoreWeave", pinecone: "Pinecone",
    github: "GitHub", cursor: "Cursor", otter: "Otter", gong: "Gong", grammarly: "Grammarly", notion: "Notion", scale: "Scale AI", labelbox: "Labelbox",
    langfuse: "Langfuse", zapier: "Zapier", internal: "Own staff", glean: "Glean", braintrust: "Braintrust", datadog: "Datadog",
  },
  department: { product: "Product", engineering: "Engineering", support: "Support", sales: "Sales", marketing: "Marketing", finance: "Finance", legal: "Legal" },
  cost_center: { "cc-100": "CC 100 Product", "cc-200": "CC 200 Engineering", "cc-300": "CC 300 Support", "cc-400": "CC 400 Sales and marketing" },
  use_case: {
    "ticket-triage": "Ticket triage", "answer-drafts": "Answer drafts", "contract-search": "Contract search", "lead-research": "Lead research",
    "code-review": "Code review", "invoice-matching": "Invoice matching",
  },
  tool: { copilot: "GitHub Copilot", cursor: "Cursor", chatgpt: "ChatGPT Enterprise", claude: "Claude Team", otter: "Otter", gong: "Gong", grammarly: "Grammarly", notion: "Notion AI", glean: "Glean" },
  agent: { "refund-agent": "Refund agent", "sdr-agent": "Outbound agent", "triage-agent": "Triage agent" },
};

export const CATEGORIES = [
  ["infrastructure", "Infrastructure", true, "GPUs, serving, vector stores, pipelines and cloud services that carry AI products"],
  ["product_inference", "Product inference", true, "Customer-facing model calls: tokens, context, retrieval, retries, fallback"],
  ["internal_tools", "Internal AI tools", true, "AI used by employees: chat, copilots, meetings, writing, department vendors"],
  ["agents", "Agents and automations", true, "Internal agents: things that loop, call tools, retry and have side effects"],
  ["data_preparation", "Data preparation", true, "Cleaning, chunking, annotating, gold sets: services and labour"],
  ["evaluation", "Evaluation", true, "Evals: models, human judgement, tooling, review time"],
  ["overlap", "Vendor overlap", false, "Vendors with overlapping capability; money already counted elsewhere"],
  ["human_review", "Human review", true, "Review queues, exceptions, escalations, prompt debugging, support tickets"],
] as const;

type Seed = [category: string | null, vendor: string, base: number, growth: number, evidence: string, department: string | null, use_case: string | null, owner: string | null, extra?: Partial<Line>];

const SEEDS: Seed[] = [
  ["infrastructure", "aws", 182_000, 0.018, "invoiced", "engineering", null, "m.okafor", { method: "weights" }],
  ["infrastructure", "aws", 41_300, 0.02, "invoiced", null, null, null, { method: "dark", layer: "shared" }],
  ["infrastructure", "coreweave", 121_500, 0.031, "invoiced", "engineering", null, "m.okafor"],
  ["infrastructure", "google", 74_900, 0.012, "invoiced", "product", null, "l.brandt"],
  ["infrastructure", "pinecone", 22_400, 0.025, "invoiced", "product", "contract-search", "l.brandt"],
  ["infrastructure", "datadog", 18_250, 0.01, "estimated", "engineering", null, null],
  ["product_inference", "anthropic", 148_700, 0.044, "metered", "support", "answer-drafts", "s.iyer", { model: "claude-sonnet-4-5", usage_rows: 412_331 }],
  ["product_inference", "anthropic", 38_450, 0.05, "metered", "support", "ticket-triage", "s.iyer", { model: "claude-haiku-4-5", usage_rows: 902_114 }],
  ["product_inference", "openai", 96_200, 0.015, "metered", "product", "contract-search", "l.brandt", { model: "gpt-5-mini", usage_rows: 611_903, unpriced_rows: 418 }],
  ["product_inference", "openai", 31_100, 0.02, "metered", "product", null, null, { model: "text-embedding-3-large", usage_rows: 84_000 }],
  ["product_inference", "aws", 52_600, 0.03, "invoiced", "product", "contract-search", "l.brandt", { model: "anthropic.claude-sonnet-4-5", usage_rows: 120_000 }],
  ["internal_tools", "github", 19_500, 0.01, "contracted", "engineering", null, "j.meyer", { tool: "copilot" }],
  ["internal_tools", "cursor", 14_320, 0.06, "invoiced", "engineering", null, "j.meyer", { tool: "cursor" }],
  ["internal_tools", "openai", 23_900, 0.02, "invoiced", "sales", null, "r.costa", { tool: "chatgpt" }],
  ["internal_tools", "anthropic", 9_800, 0.03, "invoiced", "marketing", null, null, { tool: "claude" }],
  ["internal_tools", "otter", 4_150, 0.0, "invoiced", "sales", null, null, { tool: "otter" }],
  ["internal_tools", "gong", 17_800, 0.005, "invoiced", "sales", null, "r.costa", { tool: "gong" }],
  ["internal_tools", "grammarly", 3_260, 0.0, "invoiced", "marketing", null, null, { tool: "grammarly" }],
  ["internal_tools", "notion", 5_400, 0.01, "invoiced", null, null, null, { tool: "notion" }],
  ["internal_tools", "glean", 11_900, 0.015, "contracted", "legal", null, "a.nowak", { tool: "glean" }],
  ["agents", "anthropic", 27_700, 0.08, "metered", "support", null, "s.iyer", { agent: "refund-agent", model: "claude-sonnet-4-5", usage_rows: 55_010 }],
  ["agents", "openai", 13_240, 0.05, "metered", "sales", "lead-research", null, { agent: "sdr-agent", model: "gpt-5", usage_rows: 21_340, unpriced_rows: 77 }],
  ["agents", "zapier", 2_110, 0.02, "invoiced", "sales", null, null, { agent: "sdr-agent" }],
  ["data_preparation", "scale", 21_900, 0.01, "invoiced", "product", "contract-search", "l.brandt"],
  ["data_preparation", "labelbox", 8_350, 0.0, "invoiced", "product", null, null],
  ["data_preparation", "internal", 14_700, 0.012, "declared", "product", "contract-search", "l.brandt", { origin: "activity", layer: "labour" }],
  ["evaluation", "langfuse", 3_900, 0.01, "invoiced", "engineering", null, "j.meyer"],
  ["evaluation", "braintrust", 4_480, 0.02, "estimated", "engineering", null, null],
  ["evaluation", "anthropic", 6_250, 0.03, "metered", "engineering", "code-review", "j.meyer", { model: "claude-opus-4-5", usage_rows: 9_204 }],
  ["human_review", "internal", 61_300, 0.022, "declared", "support", "answer-drafts", "s.iyer", { origin: "activity", layer: "labour" }],
  ["human_review", "internal", 18_050, 0.0, "metered", "finance", "invoice-matching", "a.nowak", { origin: "activity", layer: "labour" }],
  [null, "google", 2_480, 0.0, "invoiced", null, null, null],
];

const NOT_AI: [supplier: string, base: number][] = [
  ["Salesforce", 212_000], ["Workday", 98_400], ["Snowflake", 87_250], ["Deel Payroll", 64_000], ["Atlassian", 33_700], ["Zoom", 21_900],
  ["Figma", 14_050], ["Cloudflare", 12_800], ["Ramp travel", 9_420], ["Iron Mountain", 3_300],
];

export const SUPPLIER_NAMES = NOT_AI.map(([name]) => name);
export const MONTHS = Array.from({ length: 24 }, (_, n) => {
  const number = 2024 * 12 + 10 + n;
  return `${Math.floor(number / 12)}-${String((number % 12) + 1).padStart(2, "0")}`;
});

/** A fixed pseudo-random sequence (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function lines(): Line[] {
  const draw = random(20261121);
  const found: Line[] = [];
  const centre: Record<string, string> = { product: "cc-100", engineering: "cc-200", support: "cc-300", sales: "cc-400", marketing: "cc-400" };
  MONTHS.forEach((month, n) => {
    for (const [category, vendor, base, growth, evidence, department, use_case, owner, extra] of SEEDS) {
      const cents = Math.round(base * 100 * (1 + growth) ** (n - 23) * (0.94 + 0.12 * draw()));
      found.push({
        month, scope: "ai", category: category ?? "unclassified", vendor, model: null, tool: null, agent: null, use_case, department,
        cost_center: department ? (centre[department] ?? null) : null, owner, evidence, source_name: evidence === "metered" ? `${vendor}-usage` : `${vendor}-bill`,
        origin: evidence === "metered" ? "usage" : "charge", method: "direct", layer: "direct", cents, rows: 3 + Math.floor(draw() * 40), usage_rows: 0, unpriced_rows: 0, ...extra,
      });
    }
    for (const [supplier, base] of NOT_AI) {
      found.push({
        month, scope: "not_ai", category: null, vendor: supplier, model: null, tool: null, agent: null, use_case: null, department: null, cost_center: null, owner: null,
        evidence: "invoiced", source_name: "accounts-payable", origin: "charge", method: "direct", layer: "direct", cents: Math.round(base * 100 * (0.97 + 0.06 * draw())), rows: 1 + Math.floor(draw() * 6), usage_rows: 0, unpriced_rows: 0,
      });
    }
    found.push({
      month, scope: "covered", category: null, vendor: "anthropic", model: null, tool: null, agent: null, use_case: null, department: null, cost_center: null, owner: null,
      evidence: "invoiced", source_name: "accounts-payable", origin: "charge", method: "direct", layer: "direct", cents: Math.round(23_100_000 * (0.95 + 0.1 * draw())), rows: 2, usage_rows: 0, unpriced_rows: 0,
    });
  });
  return found;
}
