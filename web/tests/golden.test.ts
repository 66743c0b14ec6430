/** Larch's map is worked by hand in the Python tests; the pages must make the same of the same documents. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

import { treemapTree } from "../src/charts/options/treemap";
import { monthTotals } from "../src/charts/options/months";
import { nodeAmounts } from "../src/charts/options/flow";
import { add, subtract } from "../src/format/decimal";
import { columnMoney, compactMoney, exactMoney } from "../src/format/money";
import { grades } from "../src/parts/EvidenceBar";
import { splitStrip } from "../src/pages/map/splitStrip";
import type { Flow, Months, SpendMapReport } from "../src/api/types";

function golden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../tests/golden/larch_${name}.json`, import.meta.url), "utf8")) as T;
}

const plain = (text: string) => text.replaceAll("\u202f", " ");
const sum = (amounts: (string | null)[]) => amounts.reduce<string>((all, amount) => add(all, amount ?? "0"), "0");

describe("Larch, October 2026", () => {
  const map = golden<SpendMapReport>("map");
  it("is 2,381 dollars and a billionth of a cent, and the hover says so", () => {
    expect(plain(compactMoney(map.total, map.currency))).toBe("$2.38 k");
    expect(columnMoney(map.total, map.currency)).toBe("$2,381.00");
    expect(plain(exactMoney(map.total, map.currency))).toBe("$2,381.000000000001 USD");
  });
  it("adds up from the additive rows of the strip; the lens is in no sum", () => {
    const { additive, lenses } = splitStrip(map.strip);
    expect(sum(additive.map(({ cost }) => cost))).toBe(map.total);
    expect(lenses.map(({ category }) => category)).toEqual(["overlap"]);
  });
  it("adds up from its evidence, and from its comparison", () => {
    if (map.total === null) throw new Error("Larch's total is known");
    expect(sum(grades(map.by_evidence, map.total).map(({ amount }) => amount))).toBe(map.total);
    expect(subtract(map.total, map.previous_total ?? "0")).toBe("976.000000000001");
  });
  it("has a treemap of the same money, since no group of it is a credit", () => {
    expect(sum(treemapTree(map.rows, map.total).map(({ amount }) => amount))).toBe(map.total);
  });
  it("is the last bar of the months and the sum of the flow", () => {
    const months = golden<Months>("months");
    expect(monthTotals(months).at(-1)).toBe(map.total);
    const flow = golden<Flow>("flow");
    const through = nodeAmounts(flow);
    expect(sum(flow.nodes.filter(({ kind }) => kind === "department").map(({ id }) => through.get(id) ?? "0"))).toBe(map.total);
  });
});
