import { describe, expect, it } from "vitest";

import { flowOption, nodeAmounts } from "../src/charts/options/flow";
import { byCategory, monthTotals, monthsOption } from "../src/charts/options/months";
import { escapeHtml } from "../src/charts/options/shared";
import { treemapOption, treemapTree } from "../src/charts/options/treemap";
import { grades } from "../src/parts/EvidenceBar";
import { nextSort } from "../src/parts/DataTable";
import { sparkPath } from "../src/parts/Sparkline";
import { commandsIn } from "../src/parts/States";
import { asProblem } from "../src/api/client";
import type { Flow, MapRow, Months } from "../src/api/types";

function row(category: string, vendor: string, cost: string | null, by_evidence: Record<string, string> = {}): MapRow {
  return { keys: { category, vendor }, labels: { category: category.toUpperCase(), vendor: vendor.toUpperCase() }, cost, previous_cost: null, by_evidence, rows: 1, unpriced_rows: 0, missing_rows: 0, figure: "" };
}

describe("the treemap", () => {
  const rows = [row("agents", "zapier", "10"), row("infrastructure", "aws", "60.10", { invoiced: "60.10" }), row("infrastructure", "gcp", "29.90", { invoiced: "9", declared: "20.90" })];
  it("puts vendors into categories, biggest first, with exact sums", () => {
    const tree = treemapTree(rows, "100");
    expect(tree.map(({ name, amount, share }) => [name, amount, share])).toEqual([["INFRASTRUCTURE", "90", "0.9"], ["AGENTS", "10", "0.1"]]);
    expect(tree[0]?.children.map(({ name }) => name)).toEqual(["AWS", "GCP"]);
  });
  it("leaves credits, zeros and unknown money to the table: they have no area", () => {
    expect(treemapTree([...rows, row("evaluation", "x", "-5"), row("evaluation", "y", "0"), row("evaluation", "z", null)], "100").map(({ name }) => name)).toEqual(["INFRASTRUCTURE", "AGENTS"]);
  });
  it("hatches what is mostly estimated or declared", () => {
    const [infrastructure] = treemapTree(rows, "100");
    expect(infrastructure?.children.map(({ isHatched }) => isHatched)).toEqual([false, true]);
  });
  it("writes no name into a tile without room", () => {
    const drawn = treemapOption(rows, "100", "USD", "light", 30_000) as unknown as { series: { data: { children: { name: string; label: { show: boolean }; hasAmount: boolean }[] }[] }[] };
    // 30,000 square pixels x 0.9 of use: AWS has 16,227, GCP 8,073, Zapier 2,700.
    expect(drawn.series[0]?.data.flatMap(({ children }) => children.map(({ name, label }) => [name, label.show]))).toEqual([["AWS", true], ["GCP", true], ["ZAPIER", false]]);
  });
});

describe("an amount in a tile", () => {
  it("has a width of its own, so that it is left out whole and never cut: half a number is a wrong one", () => {
    type Label = { rich: { money: { width: number } } };
    const { series } = treemapOption([row("infrastructure", "aws", "60.10"), row("infrastructure", "gcp", "1234567")], "1234627.1", "USD", "light", 500_000) as unknown as { series: { data: { upperLabel: Label; children: { text: string; label: Label }[] }[] }[] };
    const [branch] = series[0]?.data ?? [];
    // "$1.23 M": the sign, three digits and the letter (5 x 7.6) and a point and a space (2 x 3.8) are 45.6 pixels.
    expect(branch?.children.map(({ text, label }) => [text, label.rich.money.width])).toEqual([["$1.23\u202fM", 46], ["$60.10", 42]]);
    expect(branch?.upperLabel.rich.money.width).toBe(46);
  });
});

describe("the months", () => {
  const months: Months = { months: ["2026-08", "2026-09", "2026-10"], basis: "effective", currency: "USD", series: [{ key: "agents", label: "Agents", values: [null, "1.10", "2.20"] }, { key: "evaluation", label: "Evaluation", values: [null, null, "0.02"] }] };
  it("have no total where nothing is known", () => {
    expect(monthTotals(months)).toEqual([null, "1.1", "2.22"]);
  });
  it("draw a month without a figure as a gap, never as zero", () => {
    const { series } = monthsOption(months, ["2026-10"], byCategory, "light") as unknown as { series: { data: ({ exact: string } | null)[] }[] };
    expect(series.map(({ data }) => data.map((point) => point?.exact ?? null))).toEqual([[null, "1.10", "2.20"], [null, null, "0.02"]]);
  });
  it("shade the chosen period, unless it is all there is", () => {
    const shaded = (chosen: string[]) => "markArea" in ((monthsOption(months, chosen, byCategory, "light") as unknown as { series: object[] }).series[0] ?? {});
    expect(shaded(["2026-10"])).toBe(true);
    expect(shaded(months.months)).toBe(false);
  });
});

describe("the flow", () => {
  const flow: Flow = {
    nodes: [{ id: "vendor:aws", label: "AWS", kind: "vendor" }, { id: "category:agents", label: "Agents", kind: "category" }, { id: "department:", label: "unallocated", kind: "department" }],
    links: [{ source: "vendor:aws", target: "category:agents", cost: "7.5" }, { source: "category:agents", target: "department:", cost: "7.5" }],
  };
  it("sums what passes each node", () => {
    expect([...nodeAmounts(flow)]).toEqual([["vendor:aws", "7.5"], ["category:agents", "7.5"], ["department:", "7.5"]]);
  });
  it("draws unallocated money as a dashed node, not as a department", () => {
    const { series } = flowOption(flow, "USD", "light") as unknown as { series: { data: { name: string; itemStyle: { borderType?: string } }[] }[] };
    expect(series[0]?.data.map(({ name, itemStyle }) => [name, itemStyle.borderType ?? "none"])).toEqual([["vendor:aws", "none"], ["category:agents", "none"], ["department:", "dashed"]]);
  });
});

describe("small pieces", () => {
  it("a sparkline breaks where a month is unknown", () => {
    const { line } = sparkPath([{ month: "2026-08", cost: "1" }, { month: "2026-09", cost: null }, { month: "2026-10", cost: "2" }], 106, 26);
    expect(line.match(/M/g)).toHaveLength(2);
    expect(line).not.toContain("L");
    expect(sparkPath([{ month: "2026-10", cost: null }])).toEqual({ line: "", area: "", last: null });
  });
  it("evidence stands best first, and grades without money are not listed", () => {
    expect(grades({ declared: "25", invoiced: "75", metered: "0" }, "100").map(({ grade, share }) => [grade, share])).toEqual([["invoiced", "0.75"], ["declared", "0.25"]]);
  });
  it("a column is sorted biggest first, then smallest first", () => {
    expect([nextSort("cost", undefined), nextSort("cost", "-cost"), nextSort("cost", "cost"), nextSort("vendor", "-cost")]).toEqual(["-cost", "cost", "-cost", "-vendor"]);
  });
  it("names from files are text in a tooltip, not markup", () => {
    expect(escapeHtml(`<img src=x onerror="a()">`)).toBe("&#60;img src=x onerror=&#34;a()&#34;&#62;");
  });
  it("a next step yields its commands", () => {
    expect(commandsIn("Run `spendmap demo`, or `spendmap capture --file F --as focus`; not `rm`.")).toEqual(["spendmap demo", "spendmap capture --file F --as focus"]);
  });
  it("a problem keeps the server's words, and has words of its own when the server has none", () => {
    expect(asProblem({ type: "about:blank", title: "T", status: 400, detail: "d", next_step: "n" }, 400)).toEqual({ type: "about:blank", title: "T", status: 400, detail: "d", next_step: "n" });
    expect(asProblem("<html>", 502).detail).toBe("The server answered 502 without an explanation.");
  });
});
