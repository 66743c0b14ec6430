/** Who is paid, for what, and who carries it: vendor, category, department. Unallocated money is a flow of its own. */
import type { EChartsCoreOption } from "echarts/core";

import { add, geometry, sign } from "../../format/decimal";
import { compactMoney, exactMoney } from "../../format/money";
import { SURFACE, categoryColour, mix, type Scheme } from "../../theme/palette";
import type { Flow } from "../../api/types";
import { FONT, tipLine, tooltip } from "./shared";

const UNALLOCATED = /unallocated|unknown|^no /i;

/** The category code of a node id such as "category:agents"; null for vendors and departments. */
export function categoryOf(id: string): string | null {
  return /^category:(.*)$/.exec(id)?.[1] ?? null;
}

/** Money through each node: the larger of what flows in and what flows out. */
export function nodeAmounts(flow: Flow): Map<string, string> {
  const sums = { in: new Map<string, string>(), out: new Map<string, string>() };
  for (const { source, target, cost } of flow.links) {
    sums.out.set(source, add(sums.out.get(source) ?? "0", cost));
    sums.in.set(target, add(sums.in.get(target) ?? "0", cost));
  }
  return new Map(flow.nodes.map(({ id }) => [id, sums.out.get(id) ?? sums.in.get(id) ?? "0"]));
}

export function flowOption(flow: Flow, currency: string, scheme: Scheme, isNarrow = false): EChartsCoreOption {
  const surface = SURFACE[scheme];
  const amounts = nodeAmounts(flow);
  const labelOf = new Map(flow.nodes.map(({ id, label }) => [id, label]));
  const neutral = mix(surface.text, surface.card, 0.55);
  const colourOf = (id: string) => (categoryOf(id) === null ? neutral : categoryColour(categoryOf(id), scheme));
  const kindOf = new Map(flow.nodes.map(({ id, kind }) => [id, kind]));
  return {
    textStyle: { fontFamily: FONT },
    tooltip: {
      ...tooltip(scheme),
      formatter: (at: { dataType: string; data: { source?: string; target?: string; name?: string; exact: string } }) =>
        at.dataType === "edge"
          ? tipLine(`${labelOf.get(at.data.source ?? "") ?? ""} to ${labelOf.get(at.data.target ?? "") ?? ""}`, exactMoney(at.data.exact, currency))
          : tipLine(labelOf.get(at.data.name ?? "") ?? "", exactMoney(at.data.exact, currency)),
    },
    series: [
      {
        type: "sankey",
        left: 0, right: isNarrow ? 92 : 180, top: 10, bottom: 10,
        nodeWidth: 12,
        nodeGap: 15,
        draggable: false,
        layoutIterations: 64,
        emphasis: { focus: "adjacency" },
        label: {
          color: surface.text, fontFamily: FONT, fontSize: 12, overflow: "truncate", width: isNarrow ? 86 : 215, textBorderColor: surface.card, textBorderWidth: 2,
          formatter: (at: { name: string; data: { exact: string } }) => (isNarrow ? `${labelOf.get(at.name) ?? at.name}` : `${labelOf.get(at.name) ?? at.name}  {money|${compactMoney(at.data.exact, currency)}}`),
          rich: { money: { color: surface.text, fontWeight: 600, fontSize: 12, fontFamily: FONT, textBorderColor: surface.card, textBorderWidth: 2 } },
        },
        data: flow.nodes.map(({ id, label }) => ({
          name: id,
          exact: amounts.get(id) ?? "0",
          itemStyle: UNALLOCATED.test(label) && categoryOf(id) === null
            ? { color: surface.card, borderColor: surface.warn, borderWidth: 1.5, borderType: "dashed" }
            : { color: colourOf(id), borderWidth: 0 },
        })),
        links: flow.links.filter(({ cost }) => sign(cost) > 0).map(({ source, target, cost }) => ({
          source, target, value: geometry(cost), exact: cost,
          lineStyle: { color: colourOf(kindOf.get(source) === "category" ? source : target), opacity: scheme === "light" ? 0.28 : 0.36, curveness: 0.5 },
        })),
      },
    ],
  };
}
