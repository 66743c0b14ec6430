/** Where the money goes: categories, and the vendors inside them. Area is money; text is exact. */
import type { EChartsCoreOption } from "echarts/core";

import { add, geometry, ratio, sign } from "../../format/decimal";
import { compactMoney, exactMoney } from "../../format/money";
import { percent } from "../../format/share";
import { HATCHED, SURFACE, categoryBand, categoryTint, type Scheme } from "../../theme/palette";
import type { ByEvidence, MapRow } from "../../api/types";
import { FONT, tipLine, tooltip } from "./shared";

export type Tile = { keys: Record<string, string | null>; name: string; amount: string; share: string | null; isHatched: boolean };
export type Branch = Tile & { children: Tile[] };

/** The report's rows (category x vendor) as a tree, biggest first. Credits and zeros have no area, so they are left to the table. */
export function treemapTree(rows: readonly MapRow[], total: string | null): Branch[] {
  const branches = new Map<string, Branch>();
  for (const row of rows) {
    if (row.cost === null || sign(row.cost) <= 0) continue;
    const category = row.keys.category ?? null;
    const id = category ?? "";
    const branch = branches.get(id) ?? { keys: { category }, name: row.labels.category ?? id, amount: "0", share: null, isHatched: false, children: [] };
    branch.amount = add(branch.amount, row.cost);
    branch.children.push({ keys: row.keys, name: row.labels.vendor ?? "unknown vendor", amount: row.cost, share: ratio(row.cost, total), isHatched: isMostlyJudged(row.by_evidence, row.cost) });
    branches.set(id, branch);
  }
  const byAmount = (a: Tile, b: Tile) => geometry(b.amount) - geometry(a.amount);
  return [...branches.values()].map((branch) => ({ ...branch, share: ratio(branch.amount, total), children: branch.children.sort(byAmount) })).sort(byAmount);
}

/** More than half of the row's money is estimated, declared or not graded. */
function isMostlyJudged(mix: ByEvidence, cost: string): boolean {
  const judged = Object.entries(mix).filter(([grade]) => HATCHED.has(grade)).reduce((sum, [, amount]) => sum + geometry(amount), 0);
  return judged * 2 > geometry(cost);
}

/** Widths in pixels of an amount at 12 px semibold. A text with a width is left out whole when it does not fit: half a number is a wrong number. */
const DIGIT = 7.6;
const widthOf = (text: string) => Math.ceil([...text].reduce((sum, letter) => sum + (/[0-9$€£¥₹kMBT]/.test(letter) ? DIGIT : DIGIT / 2), 0));

/** Room, in square pixels, that a name needs, and that a name with an amount needs; smaller tiles speak on hover. */
const ROOM = { name: 2_800, amount: 5_200 };

/** `area`: the picture's width x height in pixels, which decides what can be written into a tile. */
export function treemapOption(rows: readonly MapRow[], total: string | null, currency: string, scheme: Scheme, area: number): EChartsCoreOption {
  const surface = SURFACE[scheme];
  const room = (each: Tile) => geometry(each.share) * area * 0.9;
  const money = { color: surface.text, fontFamily: FONT, fontSize: 12, fontWeight: 600, lineHeight: 17 };
  const whole = (each: Tile) => widthOf(compactMoney(each.amount, currency));
  const tile = (each: Tile, category: string | null, rank: number) => ({
    name: each.name,
    value: geometry(each.amount),
    keys: each.keys,
    label: { show: room(each) > ROOM.name, rich: { money: { ...money, width: whole(each) } } },
    hasAmount: room(each) > ROOM.amount,
    text: compactMoney(each.amount, currency),
    tip: `${tipLine(each.name, exactMoney(each.amount, currency))}${tipLine("of the total", percent(each.share))}${each.isHatched ? tipLine("evidence", "mostly estimated or declared") : ""}`,
    itemStyle: {
      color: categoryTint(category, scheme, Math.max(scheme === "light" ? 0.16 : 0.24, (scheme === "light" ? 0.34 : 0.46) - rank * 0.035)),
      ...(each.isHatched ? { decal: { symbol: "rect", color: scheme === "light" ? "rgba(255,255,255,0.55)" : "rgba(0,0,0,0.28)", dashArrayX: [1, 0], dashArrayY: [3, 4], rotation: -Math.PI / 4 } } : {}),
    },
  });
  const data = treemapTree(rows, total).map((branch) => {
    const category = branch.keys.category ?? null;
    return {
      ...tile(branch, category, 0),
      itemStyle: { color: categoryBand(category), borderColor: categoryBand(category) },
      upperLabel: { backgroundColor: categoryBand(category), rich: { money: { color: "#ffffff", fontFamily: FONT, fontSize: 12, fontWeight: 600, lineHeight: 24, width: whole(branch) } } },
      children: branch.children.map((child, rank) => tile(child, category, rank)),
    };
  });
  return {
    tooltip: { ...tooltip(scheme), formatter: (at: { data?: { tip?: string } }) => at.data?.tip ?? "" },
    series: [
      {
        type: "treemap",
        left: 0, right: 0, top: 0, bottom: 0,
        roam: false,
        nodeClick: false,
        breadcrumb: { show: false },
        squareRatio: 0.9,
        visibleMin: 24,
        itemStyle: { borderColor: surface.card, gapWidth: 4, borderWidth: 0 },
        label: {
          show: true, position: "insideTopLeft", distance: 0, padding: [6, 7], overflow: "truncate", color: surface.text, fontFamily: FONT, fontSize: 12, lineHeight: 17,
          formatter: (at: { name: string; data: { text: string; hasAmount: boolean } }) => (at.data.hasAmount ? `{name|${at.name}}\n{money|${at.data.text}}` : `{name|${at.name}}`),
          rich: {
            name: { color: surface.text, fontFamily: FONT, fontSize: 12, lineHeight: 17 },
            money,
          },
        },
        upperLabel: {
          show: true, height: 24, color: "#ffffff", fontFamily: FONT, fontSize: 12, fontWeight: 600, padding: [0, 7], overflow: "truncate",
          formatter: (at: { name: string; data: { text: string } }) => `{name|${at.name}  }{money|${at.data.text}}`,
          rich: { name: { color: "#ffffff", fontFamily: FONT, fontSize: 12, fontWeight: 600, lineHeight: 24 } },
        },
        levels: [
          { itemStyle: { borderColor: surface.card, borderWidth: 0, gapWidth: 4 }, upperLabel: { show: false } },
          { itemStyle: { borderWidth: 1, gapWidth: 1, borderColorSaturation: undefined } },
          { itemStyle: { borderColor: surface.card, borderWidth: 0, gapWidth: 1 } },
        ],
        emphasis: { itemStyle: { borderColor: surface.text }, upperLabel: { show: true } },
        data,
      },
    ],
  };
}
