/** The months so far and the next one: what was, solid; what is expected, hatched, with its range. */
import type { EChartsCoreOption } from "echarts/core";

import { geometry } from "../../format/decimal";
import { compactMoney, exactMoney } from "../../format/money";
import { monthLabel } from "../../format/period";
import { SURFACE, type Scheme } from "../../theme/palette";
import type { Outlook } from "../../api/types";
import { FONT, tipLine, tooltip } from "./shared";

export function outlookOption(outlook: Outlook, currency: string, scheme: Scheme): EChartsCoreOption {
  const surface = SURFACE[scheme];
  const ahead = outlook.forecast;
  const months = [...outlook.months.map(({ month }) => month), ...(ahead ? [ahead.month] : [])];
  const labels = months.map((month) => monthLabel(month));
  const last = labels.at(-1) ?? "";
  const bars = [
    ...outlook.months.map(({ cost }) => ({ value: cost === null ? null : geometry(cost), itemStyle: { color: surface.accent } })),
    ...(ahead ? [{ value: geometry(ahead.cost), itemStyle: { color: surface.accentSoft, borderColor: surface.accent, borderType: "dashed", borderWidth: 1.5 } }] : []),
  ];
  return {
    textStyle: { fontFamily: FONT },
    grid: { left: 4, right: 8, top: 12, bottom: 4, outerBounds: { left: 0, right: 0, top: 0, bottom: 0 }, containLabel: true },
    tooltip: {
      ...tooltip(scheme),
      trigger: "axis",
      axisPointer: { type: "shadow", shadowStyle: { color: surface.dimmed, opacity: 0.08 } },
      formatter: (points: { dataIndex: number }[]) => {
        const at = points[0]?.dataIndex ?? 0;
        const month = outlook.months[at];
        const name = labels[at] ?? "";
        if (month) return tipLine(name, month.cost === null ? "no figure" : exactMoney(month.cost, currency));
        return ahead ? tipLine(`${name}, expected`, compactMoney(ahead.cost, currency)) + tipLine("range", `${compactMoney(ahead.low, currency)} to ${compactMoney(ahead.high, currency)}`) : "";
      },
    },
    xAxis: { type: "category", data: labels, axisLine: { lineStyle: { color: surface.lineStrong } }, axisTick: { show: false }, axisLabel: { color: surface.dimmed, fontSize: 11, hideOverlap: true } },
    yAxis: { type: "value", splitNumber: 3, axisLabel: { color: surface.dimmed, fontSize: 11, formatter: (value: number) => (value === 0 ? "0" : compactMoney(String(Math.round(value)), currency)) }, splitLine: { lineStyle: { color: surface.line } } },
    series: [
      { type: "bar", barMaxWidth: 34, data: bars },
      ...(ahead ? [{ type: "line", silent: true, symbol: "rect", symbolSize: [14, 2], lineStyle: { color: surface.text, width: 1.5 }, itemStyle: { color: surface.text }, data: [[last, geometry(ahead.low)], [last, geometry(ahead.high)]] }] : []),
    ],
  };
}
